"""Papers of trainings as PDF: the list to sign, certificates, the sheet for the wall, code cards.

What is printed is worked out in Python (`making`); how it looks stands in `typst/`.
Source: docs/trainings-developers.md, docs/adr/0026-calendars-and-paper.md.
"""

from __future__ import annotations

from protect.trainings.documents.paper.content import (
    AttendanceList,
    Certificate,
    CodeSheet,
    Emblem,
    PairCards,
    Person,
    Sentence,
    Slips,
)
from protect.trainings.documents.paper.press import (
    attendance_pdf,
    certificate_pdf,
    certificates_pdf,
    code_sheet_pdf,
    pair_cards_pdf,
    slips_pdf,
)

__all__ = [
    "AttendanceList",
    "Certificate",
    "CodeSheet",
    "Emblem",
    "PairCards",
    "Person",
    "Sentence",
    "Slips",
    "attendance_pdf",
    "certificate_pdf",
    "certificates_pdf",
    "code_sheet_pdf",
    "pair_cards_pdf",
    "slips_pdf",
]
