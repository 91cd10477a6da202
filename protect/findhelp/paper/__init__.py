"""Papers to take along: a card of a service, a pathway on one A4 page, a book of an area, as PDF.

What is printed is worked out in Python (`leaflets`, `lines`); how it looks stands in `typst/`.
Source: docs/adr/0008-paper.md.
"""

from __future__ import annotations

from protect.findhelp.paper.books import Edition, book_of
from protect.findhelp.paper.content import (
    Book,
    Card,
    Pathway,
    book_pdf,
    card_pdf,
    pathway_pdf,
    pathway_picture,
)
from protect.findhelp.paper.leaflets import card_of, pathway_of, written_in

__all__ = [
    "Book",
    "Card",
    "Edition",
    "Pathway",
    "book_of",
    "book_pdf",
    "card_of",
    "card_pdf",
    "pathway_of",
    "pathway_pdf",
    "pathway_picture",
    "written_in",
]
