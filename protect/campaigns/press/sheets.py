"""Sheets for typst: the texts, numbers and codes of a material for a country and a language."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import typst
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from protect.campaigns.base import rules
from protect.campaigns.base.enums import PaperSize
from protect.campaigns.base.errors import CampaignRefusal
from protect.campaigns.materials.templates_table import PressTemplate
from protect.campaigns.press import numbers, page_texts
from protect.campaigns.press.numbers import NationalLine
from protect.campaigns.press.page_texts import PrintedText
from protect.campaigns.press.print_boxes import with_print_boxes
from protect.content.released import ReleasedPage
from protect.kernel.ids import short_code
from protect.kernel.text import plain_isolated_name
from protect.reference import formats, vocabulary
from protect.ui import press
from protect.ui.press import PaperLanguage, bilingual

TEMPLATES = Path(__file__).resolve().parent / "typst"
PUBLIC_URLCONF = settings.ROOT_URLCONF  # addresses on paper lead to the public site
DOES_NOT_FIT = re.compile(r"does not fit: ([a-z0-9_-]+)")  # said by typst/press.typ
SLUG_AND_BLEED = (8, 3)  # mm, as in typst/press.typ
SHORT_TEXT = 60  # characters that a refusal quotes of a text that does not fit

DEMONSTRATION = _("Demonstration")  # For translators: on paper, at the top; made by a demo site
# Translators: banner of the demonstration; keep it short and clear.
DO_NOT_RELY = _("Demonstration: nobody has checked these numbers.")
DRAFT = _("Draft text, not reviewed.")  # For translators: banner; not read by a native speaker
# Translators: on paper, when there is no text in the reader's language; both are languages.
OTHER_LANGUAGE = _("Not yet printed in {language}. It is printed here in {other}.")
NO_NUMBER = _("No checked number")  # For translators: instead of a phone number: none was checked
SCAN = _("Scan with a phone for more, and for changes")  # For translators: on paper, by a QR code
AS_OF = _("As of {date}")  # For translators: on paper; made on {date}, such as "24 November 2026"


@dataclass(frozen=True, slots=True)
class PaperFormat:
    size: PaperSize
    has_bleed: bool = False  # 3 mm, with crop marks


@dataclass(frozen=True, slots=True)
class PaperFrame:
    """What all materials say beside their texts. `writing` is what /ui/press/sheet.typ reads."""

    writing: PaperLanguage
    mark: tuple[str, ...]  # "Demonstration", in English first; empty in live mode
    banner: tuple[str, ...]  # the same as a sentence; also if the text is a draft
    other_language: str  # note that the texts are in another language; else ""
    as_of: str
    scan: str
    qr: str  # of `address`, as SVG
    address: str  # of the services of the country
    complaint_address: str  # of the page about helpers who do harm
    no_number: str


@dataclass(frozen=True, slots=True)
class MaterialSheet:
    frame: PaperFrame
    size: str
    bleed: bool
    texts: tuple[PrintedText, ...]
    lines: tuple[NationalLine, ...]
    # That would be printed if every number might be: tells what is left out, and is not printed.
    best_lines: tuple[NationalLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Misfit:
    """A text that does not fit on its paper."""

    language: str  # BCP 47
    size: PaperSize
    text: str  # the first text for which there is no room; "" if it is the list of numbers


def build_sheet(
    template: PressTemplate, country: str, tag: str, paper: PaperFormat, *, at: datetime
) -> MaterialSheet:
    """Return a material for printing. Errors: campaigns_no_text; as `numbers.choose_lines`."""
    page = page_texts.find_page(template.code, tag)
    if page is None:
        name = formats.language_name(tag, translation.get_language() or "en")
        raise CampaignRefusal("campaigns_no_text", language=name)
    texts = page_texts.printed_texts(page, country)
    chosen = numbers.choose_lines(country, template, tag, written=page.title.language, at=at)
    return MaterialSheet(
        frame=_build_frame(template, page, country, tag, at),
        size=paper.size.value,
        bleed=paper.has_bleed,
        texts=tuple(texts),
        lines=chosen.printed,
        best_lines=chosen.best,
    )


def sheet_pdf(sheet: MaterialSheet) -> bytes | Misfit:
    """Return a material as PDF, or what does not fit on its paper."""
    try:
        content = press.pdf(_typst_template(sheet), _as_values(sheet))
        return with_print_boxes(content, *(SLUG_AND_BLEED if sheet.bleed else (0, 0)))
    except typst.TypstError as error:
        found = DOES_NOT_FIT.search(str(error))
        if found is None:
            raise
        text = next((each.text for each in sheet.texts if each.key == found[1]), "")
        return Misfit(sheet.frame.writing.tag, PaperSize(sheet.size), text[:SHORT_TEXT])


def sheet_pictures(sheet: MaterialSheet) -> list[bytes]:
    """Return the pages of a material that fits on its paper as PNG. Errors: typst.TypstError."""
    return press.pngs(_typst_template(sheet), _as_values(sheet))


def describe(misfit: Misfit, tag: str) -> str:
    """Return what does not fit, and the next size, in a line for the desk."""
    language, larger = formats.language_name(misfit.language, tag), rules.NEXT_SIZE.get(misfit.size)
    parts = [f"{language}, {misfit.size.label}"]
    if misfit.text:
        parts.append(f"“{plain_isolated_name(misfit.text)}…”")
    if larger:
        parts.append(f"→ {larger.label}")
    return " ".join(parts)


def public_address(kind: str, key: str, tag: str) -> str:
    """Return the address on find-help of what a six-letter code stands for (findhelp.enums)."""
    path = reverse("findhelp:page", PUBLIC_URLCONF, args=[tag, short_code(kind, key), ""])
    return settings.PUBLIC_URL + path


def _typst_template(sheet: MaterialSheet) -> Path:
    return TEMPLATES / ("wallet.typ" if sheet.size == PaperSize.CARD else "poster.typ")


def _build_frame(
    template: PressTemplate, page: ReleasedPage, country: str, tag: str, at: datetime
) -> PaperFrame:
    written = page.title.language
    language = vocabulary.languages()[written]
    local = at.astimezone(ZoneInfo(vocabulary.countries()[country].zone))
    drafts = () if language.is_reviewed else (DRAFT,)
    address = public_address("whole", country, tag)
    complaint = public_address("rights", f"{country}:{template.complaint_page}", tag)
    with translation.override(written):
        day = plain_isolated_name(formats.date_text(local.date(), written))
        return PaperFrame(
            writing=PaperLanguage.of(written, language.direction, language.script),
            mark=bilingual(DEMONSTRATION) if settings.IS_DEMO else (),
            banner=bilingual(DO_NOT_RELY, *drafts) if settings.IS_DEMO else (),
            other_language=_other_language_note(tag, written),
            as_of=str(AS_OF).format(date=day),
            scan=str(SCAN),
            qr=_qr_of_page(address),
            address=_without_scheme(address),
            complaint_address=_without_scheme(complaint),
            no_number=str(NO_NUMBER),
        )


_qr_of_page = lru_cache(maxsize=256)(press.qr_svg)


def _other_language_note(tag: str, written: str) -> str:
    if tag == written:
        return ""
    return str(OTHER_LANGUAGE).format(
        language=plain_isolated_name(formats.language_name(tag, written)),
        other=plain_isolated_name(formats.language_name(written, written)),
    )


def _without_scheme(url: str) -> str:
    parts = urlsplit(url)
    return parts.netloc + parts.path


def _as_values(sheet: MaterialSheet) -> dict[str, object]:
    """Return what typst reads of a sheet."""
    return {
        "frame": sheet.frame,
        "size": sheet.size,
        "bleed": sheet.bleed,
        "texts": [each._asdict() for each in sheet.texts],
        "lines": [
            {"name": line.name, "text": line.text, "notes": line.notes} for line in sheet.lines
        ],
    }
