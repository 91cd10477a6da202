"""Papers to take along: a card of a service, a pathway on one A4 page, a book of an area, as PDF.

What is printed is worked out in Python (`making`, `lines`); how it looks stands in `typst/`.
Source: docs/adr/0008-paper.md.
"""

from __future__ import annotations

from protect.findhelp.paper.books import Edition, book_of
from protect.findhelp.paper.content import Book, Card, Pathway
from protect.findhelp.paper.making import card_of, pathway_of, written_in
from protect.findhelp.paper.press import book_pdf, card_pdf, pathway_pdf, pathway_picture

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
