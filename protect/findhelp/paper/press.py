"""The papers of find-help as PDF. Source: docs/adr/0008-paper.md."""

from __future__ import annotations

from pathlib import Path

from protect.findhelp.paper.content import Book, Card, Pathway
from protect.ui import press

TEMPLATES = Path(__file__).resolve().parent / "typst"


def card_pdf(card: Card) -> bytes:
    """Return a card as PDF: a neutral face, then one that works without a phone."""
    return press.pdf(TEMPLATES / "card.typ", card)


def pathway_pdf(pathway: Pathway) -> bytes:
    """Return a pathway as PDF: one A4 page, with as many steps as fit."""
    return press.pdf(TEMPLATES / "pathway.typ", pathway)


def pathway_picture(pathway: Pathway) -> bytes:
    """Return a pathway as it will be printed, as PNG."""
    return press.png(TEMPLATES / "pathway.typ", pathway)


def book_pdf(book: Book) -> bytes:
    """Return a printed directory as PDF: as many A4 pages as it needs."""
    return press.pdf(TEMPLATES / "book.typ", book, is_large=True)
