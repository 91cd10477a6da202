"""Invented papers and people for tests, and the text of a PDF."""

import subprocess
from datetime import UTC, date, datetime
from typing import Any

from protect.trainings.documents.paper.content import AttendanceList, Certificate, Emblem, Person
from protect.ui import press

SCRIPTS = ("Demo Amal", "Demo ሰላም", "Demo Мария", "Demo Ελένη", "ديمو فاطمة", "Demo Áine")
HOUSES = ("Demo House", "Demo Maison des Rives", "Demo Център", "مركز ديمو", "")
EMBLEM = Emblem(press.qr_svg("DEMO").encode(), "Demo emblem")


def people(count: int) -> tuple[Person, ...]:
    """Return people in five scripts, each with a number of her own."""
    return tuple(Person(f"{SCRIPTS[at % 6]} {at + 1001}", HOUSES[at % 5]) for at in range(count))


def make_list(count: int, **given: Any) -> AttendanceList:
    """Return a list of so many people."""
    plain = {
        "code": "bcdfgh",
        "grant": "GA 101000000",
        "event": "Demo course",
        "place": "Demo House, 12 rue de la Démo, Liège",
        "starts_at": datetime(2026, 11, 30, 8, tzinfo=UTC),
        "ends_at": datetime(2026, 11, 30, 11, 30, tzinfo=UTC),
        "zone": "Europe/Brussels",
        "trainers": ("Demo Trainer One", "Demo Trainer Two"),
        "people": people(count),
        "session_number": (1, 4),
    }
    return AttendanceList(**{**plain, **given})


def make_certificate(**given: Any) -> Certificate:
    """Return a certificate."""
    plain = {
        "holder": "Demo Amal Haddad",
        "course": "Demo: supporting survivors",
        "short_title": "Demo course",
        "minutes": 750,
        "completed_on": date(2026, 12, 1),
        "issued_on": date(2026, 12, 4),
        "issuer": "Demo Maison des Rives",
        "trainers": ("Demo Trainer One",),
        "number": "7kq3-vmd2",
        "address": "https://desk.demo.example/c/7kq3vmd2",
        "place": "Liège",
        "grant": "GA 101000000",
    }
    return Certificate(**{**plain, **given})


def text_by_poppler(pdf: bytes) -> str:
    """Return the text of a file as pdftotext reads it, page after page."""
    return subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode()
