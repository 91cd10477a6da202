"""Finds barred phrases: no question may ask for experience of violence."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable


def plain(text: str) -> str:
    """Return a text in lower case, without accents and punctuation, its words one blank apart."""
    bare = (c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", "".join(bare).casefold()))


def pries(text: str, phrases: Iterable[str]) -> str | None:
    """Return the first phrase that a text contains as whole words."""
    within = f" {plain(text)} "
    return next((each for each in phrases if f" {plain(each)} " in within), None)
