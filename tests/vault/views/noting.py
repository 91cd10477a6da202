"""Notes as a test writes and reads them."""

import re

from protect.vault.models import Record
from protect.vault.records import notes
from protect.vault.records.notes import NoteContent
from tests.vault.cast import AT, LATER

TYPED = {"title": "Demo Title", "text": "Demo text", "months": "24"}


def noted(person, team, title="Demo Title", text="Demo text", at=AT) -> Record:
    return notes.write_note(person.unlocked(), team, NoteContent(title, text), at=at)


def add_named(person, record, name) -> None:
    """Put a file of seven bytes beside a note."""
    clean = notes.CleanDocument(name, "image/png", b"content")
    notes.add_note_file(person.unlocked(), record, clean, at=AT)


def said(person, record: Record) -> tuple[str, str]:
    found = notes.open_note(person.unlocked(), record, at=LATER)
    return found.title, found.text


def home(team) -> str:
    return f"/teams/{team.pk}/notes"


def seen_on(response) -> str:
    """Return which version a page was made from."""
    return re.search(r'name="seen" value="(\d+)"', response.content.decode())[1]


def title_of(response) -> str:
    """Return what a browser's history keeps of a page."""
    return re.search("<title>.*?</title>", response.content.decode(), re.DOTALL)[0]
