"""Texts of other systems without their markup."""

from __future__ import annotations

import html
import re

import nh3

BREAK = re.compile(r"<\s*(?:br|/p|/li|/div|/h[1-6]|/tr)\b[^>]*>", re.IGNORECASE)
SPACES = re.compile(r"[ \t\u00a0]+")
LINES = re.compile(r"\s*\n\s*\n\s*")
ROUNDS = 3  # texts that were escaped twice lose what shows up after the first time


def plain(text: str) -> str:
    """Return a text without tags, scripts and styles. What only looks so (“under < 18”) stays."""
    for _round in range(ROUNDS):
        if "<" not in text and "&" not in text:
            break
        before, text = text, html.unescape(nh3.clean(BREAK.sub("\n", text), tags=set()))
        if text == before:
            break
    return LINES.sub("\n\n", SPACES.sub(" ", text)).strip()
