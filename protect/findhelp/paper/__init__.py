"""Papers to take along: a card of a service, and a pathway on one A4 page, as PDF.

What is printed is worked out in Python (`making`, `lines`); how it looks stands in `typst/`.
Source: docs/adr/0008-paper.md.
"""

from __future__ import annotations

from protect.findhelp.paper.content import Card, Pathway
from protect.findhelp.paper.making import card_of, pathway_of, written_in
from protect.findhelp.paper.press import card_pdf, pathway_pdf

__all__ = [
    "Card",
    "Pathway",
    "card_of",
    "card_pdf",
    "pathway_of",
    "pathway_pdf",
    "written_in",
]
