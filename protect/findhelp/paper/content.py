"""What stands on a paper: plain words, already in the reader's language, and nothing else.

The typst templates decide where a line goes, never what it says. Source: docs/adr/0008-paper.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from protect.findhelp.answers.weeks import Times
from protect.ui import press

# Translators: on paper, above everything else; the paper comes from a demonstration of the site.
DEMONSTRATION = _("Demonstration")
# Translators: banner of the demonstration; keep it short and clear.
DO_NOT_RELY = _("Demonstration: nobody has checked these numbers.")
# Translators: banner; a reviewer who speaks the language has not read this text.
DRAFT = _("Draft text, not reviewed.")
# Translators: on paper, when there is no text in the reader's language; both are languages.
OTHER_LANGUAGE = _("Not yet on paper in {language}. Here in {other}.")

# Translators: beside the emergency number.
DANGER = _("In danger now? Call.")
# Translators: about the emergency number. "Papers" are residence papers.
DANGER_NOTE = _("They may not speak your language. Police may come and ask for papers.")

# Translators: heading over telephone lines that serve a whole country.
WHOLE_COUNTRY = _("Lines for the whole country")
# Translators, of each below: label of a fact.
CALL_HOURS = _("Telephone hours")  # when staff answer the telephone
VISIT_HOURS = _("Opening hours")  # opening hours for people who come
LANGUAGES = _("Languages")  # which languages are spoken
# Translators: in the place of a telephone number: there is none that was checked.
NO_NUMBER = _("No checked number")

# Translators: beside a QR code, on paper; the code opens a page with more and newer information.
SCAN = _("Scan with a phone for more, and for changes")
# Translators: on paper; {date} is the day on which it was made, for example "24 November 2026".
AS_OF = _("As of {date}")
# Translators: on paper; {date} is the day on which its numbers are to be checked again.
VALID_UNTIL = _("Valid until {date}")
# Translators: last line of a printed list of services.
CALL_FIRST = _("Numbers and hours change. Call before you go.")
TEMPLATES = Path(__file__).resolve().parent / "typst"


@dataclass(frozen=True, slots=True)
class Number:
    text: str
    is_number: bool = True  # False: an address in the internet
    note: str = ""


@dataclass(frozen=True, slots=True)
class Hours:
    label: str
    times: tuple[Times, ...]
    note: str = ""
    fresh: str = ""  # how far they can be trusted, where the number's own words do not say it


@dataclass(frozen=True, slots=True)
class Tongue:
    name: str
    times: tuple[Times, ...] = ()


@dataclass(frozen=True, slots=True)
class Danger:
    number: str
    text: str
    note: str


@dataclass(frozen=True, slots=True)
class Frame:
    writing: press.Writing
    mark: tuple[str, ...]  # "Demonstration", in English first; empty when live
    banner: tuple[str, ...]  # the same as a sentence
    other_language: str  # says that the reader's language is not on paper; "" when it is
    danger: Danger
    as_of: str
    scan: str
    qr: str  # the address as a QR code, SVG
    address: str  # the same for people who type it


@dataclass(frozen=True, slots=True)
class Facts:
    name: str
    by: str  # its organisation; "" when the name says it
    numbers: tuple[Number, ...]
    fresh: str  # how far they can be trusted, or that there is none
    hours: tuple[Hours, ...]
    languages_label: str
    languages: tuple[Tongue, ...]
    place: str  # its address where that is public
    before: str  # what its source says to know before going, in English
    languages_fresh: str = ""  # as Hours.fresh
    cautions: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    until: str = ""  # ISO day on which the first of its facts is to be checked again; "" = not sure


@dataclass(frozen=True, slots=True)
class Card:
    """A service on a card of 85 × 54 mm."""

    frame: Frame
    service: Facts


@dataclass(frozen=True, slots=True)
class Pathway:
    frame: Frame
    place: str
    need: str
    cautions: tuple[str, ...]  # of every step and line
    steps: tuple[Facts, ...]  # in this order; as many as fit are printed
    whole_country: str  # heading
    lines: tuple[Facts, ...]
    call_first: str
    valid: Mapping[str, str]  # by each `until` of these: the sentence that says so


@dataclass(frozen=True, slots=True)
class Entry:
    """A service in a printed directory: in full once, by its name wherever else it helps."""

    key: str
    service: Facts
    kinds: str
    mark: str  # how far it can be trusted: "", "?", "!"
    only: str  # "For professionals only", in the language of the book and in English; "" for all


@dataclass(frozen=True, slots=True)
class Town:
    name: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    need: str
    towns: tuple[Town, ...]
    also: tuple[tuple[str, str], ...]  # (key, name)


@dataclass(frozen=True, slots=True)
class Book:
    frame: Frame
    area: str
    only: str  # as Entry.only, of the edition
    cautions: tuple[str, ...]  # true of so many that they are said once
    legend: tuple[tuple[str, str], ...]  # mark, what it means
    chapters: tuple[Chapter, ...]
    call_first: str
    credits: str


def card_pdf(card: Card) -> bytes:
    """Return a card as PDF: a neutral face, then one that works without a phone."""
    return press.pdf(TEMPLATES / "card.typ", card)


def pathway_pdf(pathway: Pathway) -> bytes:
    """Return a pathway as PDF: one A4 page, with as many steps as fit."""
    return press.pdf(TEMPLATES / "pathway.typ", pathway)


def pathway_picture(pathway: Pathway) -> bytes:
    return press.png(TEMPLATES / "pathway.typ", pathway)


def book_pdf(book: Book) -> bytes:
    return press.pdf(TEMPLATES / "book.typ", book, is_large=True)
