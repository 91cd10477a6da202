"""The papers of trainings as PDF. A file says nothing of itself: no name, no course, no date.

What is printed is worked out in Python (`sheets`); how it looks stands in `typst/`.
Source: docs/trainings-developers.md, docs/adr/0026-calendars-and-paper.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from protect.trainings.documents.paper import content, sheets
from protect.ui import press

TEMPLATES = Path(__file__).resolve().parent / "typst"
MANY = 40  # rows, certificates, cards: above that a compiler of its own


def attendance_pdf(attendance_list: content.AttendanceList, tag: str) -> bytes:
    """Return the list that people sign, as many A4 pages as it needs."""
    sheet = sheets.list_sheet(attendance_list, tag)
    return press.pdf(TEMPLATES / "attendance.typ", sheet, is_large=len(sheet.rows) > MANY)


def certificate_pdf(certificate: content.Certificate, tag: str) -> bytes:
    return certificates_pdf([certificate], tag)


def certificates_pdf(certificates: Sequence[content.Certificate], tag: str) -> bytes:
    """Return the certificates of a training, a page each. Errors: ValueError without any."""
    if not certificates:
        raise ValueError("no certificate to print")
    sheet = sheets.certificate_sheet(tuple(certificates), tag)
    return press.pdf(TEMPLATES / "certificate.typ", sheet, is_large=len(certificates) > MANY)


def code_sheet_pdf(code_sheet: content.CodeSheet, tag: str) -> bytes:
    return press.pdf(TEMPLATES / "wall.typ", sheets.wall_sheet(code_sheet, tag))


def pair_cards_pdf(cards: content.PairCards, tag: str) -> bytes:
    """Return cards to cut out, ten on an A4 page."""
    sheet = sheets.card_sheet(cards, tag)
    return press.pdf(TEMPLATES / "cards.typ", sheet, is_large=len(cards.codes) > MANY)


def slips_pdf(slips: content.Slips, tag: str) -> bytes:
    """Return slips to cut out, eight on an A4 page."""
    sheet = sheets.slip_sheet(slips, tag)
    return press.pdf(TEMPLATES / "slips.typ", sheet, is_large=len(slips.addresses) > MANY)
