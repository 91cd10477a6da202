"""The texts of papers, ready to print; typst only places them. Source: docs/adr/0008-paper.md."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from protect.findhelp.answers.weeks import Times
from protect.ui import press

DEMONSTRATION = _("Demonstration")  # For translators: on paper, at the top; made by a demo site
# Translators: banner of the demonstration; keep it short and clear.
DO_NOT_RELY = _("Demonstration: nobody has checked these numbers.")
DRAFT = _("Draft text, not reviewed.")  # For translators: banner; not read by a native speaker
# Translators: on paper, when there is no text in the reader's language; both are languages.
OTHER_LANGUAGE = _("Not yet printed in {language}. It is printed here in {other}.")

DANGER = _("In danger now? Call.")  # For translators: beside the emergency number

WHOLE_COUNTRY = _("Phone lines for the whole country")  # For translators: heading over phone lines
# Translators, of each below: label of a fact.
CALL_HOURS = _("Telephone hours")  # when staff answer the telephone
VISIT_HOURS = _("Opening hours")  # opening hours for people who come
LANGUAGES = _("Languages")  # which languages are spoken
NO_NUMBER = _("No checked number")  # For translators: instead of a phone number: none was checked

SCAN = _("Scan with a phone for more, and for changes")  # For translators: on paper, by a QR code
AS_OF = _("As of {date}")  # For translators: on paper; made on {date}, such as "24 November 2026"
VALID_UNTIL = _("Valid until {date}")  # For translators: on paper; to be checked again on {date}
CALL_FIRST = _("Numbers and hours change. Call before you go.")  # For translators: on a paper list
TEMPLATES = Path(__file__).resolve().parent / "typst"


@dataclass(frozen=True, slots=True)
class PrintedNumber:
    text: str
    is_number: bool = True  # False: an e-mail address or website
    note: str = ""
    call_url: str = ""  # for a file that is read on a phone; "" if the public site has no link


@dataclass(frozen=True, slots=True)
class PrintedHours:
    label: str
    times: tuple[Times, ...]
    note: str = ""
    fresh: str = ""  # when they were checked, unless the number says the same


@dataclass(frozen=True, slots=True)
class LanguageLine:
    name: str
    times: tuple[Times, ...] = ()  # empty = whenever the service is open


@dataclass(frozen=True, slots=True)
class PrintedText:
    """A text of a service and its language, which may differ from that of the paper."""

    text: str
    tag: str  # BCP 47
    direction: str  # ltr, rtl


@dataclass(frozen=True, slots=True)
class EmergencyNote:
    number: str
    text: str
    note: str


@dataclass(frozen=True, slots=True)
class Frame:
    """Parts of every paper: its language, emergency number, date, QR code and address."""

    writing: press.PaperLanguage
    mark: tuple[str, ...]  # "Demonstration", in English first; empty in live mode
    banner: tuple[str, ...]  # the same as a sentence; also if the text is a draft
    other_language: str  # note that the reader's language cannot be printed; else ""
    danger: EmergencyNote
    as_of: str
    scan: str
    qr: str  # QR code of the URL, as SVG
    address: str  # the URL for readers who type it; "" if the site has none that others reach
    # "I speak …. I need an interpreter." for the staff who answer, and then as the reader reads it
    interpreter: tuple[PrintedText, ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceFacts:
    """The facts of a service that a paper prints, as texts."""

    name: str
    by: str  # its organisation; "" if its name is the same
    numbers: tuple[PrintedNumber, ...]  # without a phone: e-mail and website
    fresh: str  # when the numbers were checked, or that there is none
    hours: tuple[PrintedHours, ...]
    languages_label: str
    languages: tuple[LanguageLine, ...]
    place: str  # its address if that is public, or its coarse area; "" = neither
    before: tuple[PrintedText, ...]  # what to know before going there
    limits: tuple[str, ...] = ()  # whom it accepts, unless `reasons` or `cautions` say it
    languages_fresh: str = ""  # when they were checked, unless the number says the same
    cautions: tuple[str, ...] = ()  # as are `reasons`, set by `leaflets.with_sentences`
    reasons: tuple[str, ...] = ()
    until: str = ""  # ISO day of the next check of a fact; "" = not all are fresh
    heading: str = ""  # what it is, as on its card on the public site; books have `Entry.kinds`


@dataclass(frozen=True, slots=True)
class Card:
    """A service on a card of 85 × 54 mm."""

    frame: Frame
    service: ServiceFacts


@dataclass(frozen=True, slots=True)
class Pathway:
    """The services for a need at a place, on one A4 page."""

    frame: Frame
    place: str
    need: str
    cautions: tuple[str, ...]  # shared by every step and national line
    steps: tuple[ServiceFacts, ...]  # in this order; as many as fit are printed
    whole_country: str  # heading of the national services
    lines: tuple[ServiceFacts, ...]  # the national services; the first three that add something
    repeated_from: tuple[int, ...]  # of each line: after how many steps it adds nothing to them
    call_first: str
    valid: Mapping[str, str]  # by `until` of the services: "Valid until …"


@dataclass(frozen=True, slots=True)
class Entry:
    """A service in a printed directory, printed in full; other chapters refer to it by `key`."""

    key: str
    service: ServiceFacts
    kinds: str
    mark: str  # state of its number: "" checked or no number, "?" never checked, "!" old
    only: str  # "For professionals only", in the language of the book; "" for all


@dataclass(frozen=True, slots=True)
class Town:
    name: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """The services in a printed directory that answer one need, by town."""

    code: str  # of the need
    need: str
    towns: tuple[Town, ...]
    also: tuple[tuple[str, str], ...]  # (key, name) of services printed in other chapters


@dataclass(frozen=True, slots=True)
class Book:
    """A printed directory of an area."""

    frame: Frame
    area: str
    only: str  # "For professionals only" if the book may have such entries; else ""
    cautions: tuple[str, ...]  # shared by many services and printed once
    legend: tuple[tuple[str, str], ...]  # (mark, meaning)
    chapters: tuple[Chapter, ...]
    call_first: str
    credits: str


def card_pdf(card: Card) -> bytes:
    """Return a card as PDF: a neutral front with a QR code, and the facts on the back."""
    return press.pdf(TEMPLATES / "card.typ", card)


def pathway_pdf(pathway: Pathway) -> bytes:
    """Return a pathway as PDF: one A4 page, with as many steps as fit."""
    return press.pdf(TEMPLATES / "pathway.typ", pathway)


def pathway_png(pathway: Pathway) -> bytes:
    return press.png(TEMPLATES / "pathway.typ", pathway)


def book_pdf(book: Book) -> bytes:
    return press.pdf(TEMPLATES / "book.typ", book, is_large=True)
