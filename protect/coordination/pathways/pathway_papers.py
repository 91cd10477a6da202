"""A published pathway on paper: one A4 page for members, one A3 page for a wall. Numbers and hours
are those of the moment of printing; the page says which day that is."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import typst
from django.conf import settings

from protect.coordination.pathways.enums import Branch
from protect.coordination.pathways.errors import PathwayRefusal
from protect.coordination.pathways.followed_procedures import followed_on_paper
from protect.coordination.pathways.live_services import (
    ServiceWords,
    describe,
    general_question,
    read_services,
)
from protect.coordination.pathways.models import PathwayEdition
from protect.coordination.pathways.place_names import need_name, place_name
from protect.kernel import tables
from protect.kernel.text import plain_isolated_name
from protect.reference import formats, vocabulary
from protect.reference.catalogue import active_language, translation_with_language
from protect.ui import press
from protect.ui.press import PaperLanguage

TEMPLATE = Path(__file__).resolve().parent / "typst" / "pathway.typ"
TOO_FULL = re.compile(r"does not fit")  # said by typst/pathway.typ
# Texts of the public site, which exist in its languages.
DEMONSTRATION = "Demonstration"
DO_NOT_RELY = "Demonstration: nobody has checked these numbers."
DRAFT = "Draft text, not reviewed."
AS_OF = "As of {date}"
CALL_NOW = "In danger now? Call."
LAST_KNOWN = "Last known number"
NO_NUMBER = "No checked number"
FREE = "Free"


class PaperWords(tables.Record):
    """Words of papers in one language, which is its code."""

    parts: dict[Branch, str]
    first: str  # over the services that are called first
    next: str  # over those that are called afterwards
    agreed: str  # with {count} and {date}
    professionals: str
    follows: str  # with {title} and {number}
    overdue: str  # with {date}


class PaperKind(StrEnum):
    """A4 for members, with services that only professionals may see; A3 for a wall, without."""

    PAGE = "a4"
    POSTER = "a3"


@dataclass(frozen=True, slots=True)
class PaperFrame:
    writing: PaperLanguage
    mark: tuple[str, ...]  # "Demonstration"; empty in live mode
    banner: tuple[str, ...]  # the same as a sentence; also that the words are a draft
    as_of: str
    agreed: str
    professionals: str  # "For professionals only"; "" where all may read the page
    reason: str  # why it is published although a step has no answer
    follows: tuple[str, ...]  # its procedure, and since when the review of that is overdue


def paper_languages() -> list[str]:
    """Return the languages in which papers have their own words. BCP 47."""
    return list(_words())


def paper_pdf(edition: PathwayEdition, kind: PaperKind, tag: str, *, at: datetime) -> bytes:
    """Return an edition as PDF of one page. Errors: coordination_pathway_paper_full; KeyError for a
    language without words; django.db.Error before the first snapshot."""
    sheet = build_sheet(edition, kind, tag, at=at)
    try:
        return press.pdf(TEMPLATE, sheet)
    except typst.TypstError as error:
        if TOO_FULL.search(str(error)):
            raise PathwayRefusal("coordination_pathway_paper_full") from None
        raise


def build_sheet(
    edition: PathwayEdition, kind: PaperKind, tag: str, *, at: datetime
) -> dict[str, object]:
    """Return what typst reads of an edition. Errors: as `paper_pdf`."""
    pathway, words = edition.pathway, _words()[tag]
    services = read_services(UUID(key) for step in edition.steps for key in step["services"])
    question = general_question(pathway, at)
    listed = {
        key: describe(service, question, tag, is_paper=True)
        for key, service in services.items()
        if service.row is not None and (kind == PaperKind.PAGE or not service.is_for_professionals)
    }
    has_hidden = any(each.is_for_professionals for each in listed.values())
    return {
        "frame": asdict(_frame(edition, tag, at, is_for_professionals=has_hidden)),
        "size": kind.value,
        "need": need_name(pathway.need, tag),
        "place": place_name(pathway, tag),
        "call": translation_with_language(CALL_NOW, tag)[0],
        "emergency": emergency_number(pathway.country_id),
        "branches": list(_branches(edition, listed, words, tag)),
    }


def emergency_number(country: str) -> str:
    """Return the general emergency number of a country."""
    numbers = vocabulary.countries()[country].emergency
    general = (each.number for each in numbers if each.kind == "general" and each.number)
    return next(general, vocabulary.EUROPEAN_NUMBER)


def _frame(
    edition: PathwayEdition, tag: str, at: datetime, *, is_for_professionals: bool
) -> PaperFrame:
    language, words = vocabulary.languages()[tag], _words()[tag]
    zone = ZoneInfo(vocabulary.countries()[edition.pathway.country_id].zone)

    def day(moment: datetime) -> str:
        return plain_isolated_name(formats.date_text(moment.astimezone(zone).date(), tag))

    drafts = () if language.is_reviewed else (DRAFT,)
    demo = (DO_NOT_RELY,) if settings.IS_DEMO else ()
    as_of, _language = translation_with_language(AS_OF, tag)
    return PaperFrame(
        writing=PaperLanguage.of(tag, language.direction, language.script),
        mark=_bilingual((DEMONSTRATION,), tag) if settings.IS_DEMO else (),
        banner=_bilingual((*demo, *drafts), tag) if demo or drafts else (),
        as_of=as_of.format(date=day(at)),
        agreed=words.agreed.format(date=day(edition.published_at), count=len(edition.agreements)),
        professionals=words.professionals if is_for_professionals else "",
        reason=edition.reason,
        follows=_follows(edition, tag, at.astimezone(zone).date()),
    )


def _follows(edition: PathwayEdition, tag: str, day: date) -> tuple[str, ...]:
    """Return the procedure that a pathway follows, and if it is past its review, since when."""
    procedure = followed_on_paper(edition.pathway, day, tag)
    if procedure is None:
        return ()
    words, title = _words()[tag], plain_isolated_name(procedure.title)
    follows = words.follows.format(title=title, number=procedure.number)
    if procedure.overdue_since is None:
        return (follows,)
    since = plain_isolated_name(formats.date_text(procedure.overdue_since, tag))
    return (follows, words.overdue.format(date=since))


def _bilingual(texts: tuple[str, ...], tag: str) -> tuple[str, ...]:
    """Return texts in English, and in the language of the paper if that differs."""
    own = " ".join(translation_with_language(text, tag)[0] for text in texts)
    return tuple(dict.fromkeys((" ".join(texts), own)))


def _branches(
    edition: PathwayEdition,
    listed: Mapping[UUID, ServiceWords],
    words: PaperWords,
    tag: str,
) -> Iterator[dict[str, object]]:
    """Yield the parts with a service that may be printed. A service that stands above is printed
    with its name and numbers only."""
    printed: set[UUID] = set()
    for branch in Branch:
        steps: list[dict[str, object]] = []
        for step in edition.steps:
            keys = [UUID(key) for key in step["services"] if UUID(key) in listed]
            if step["branch"] != branch or not keys:
                continue
            services = []
            for key in keys:
                limit = f"{words.parts[Branch.UNDOCUMENTED]}: {listed[key].failing}"
                services.append(_printed(listed[key], tag, limit, is_repeated=key in printed))
                printed.add(key)
            label = words.first if not steps else words.next
            steps.append({"label": label, "note": step["note"], "services": services})
        if steps:
            yield {"label": words.parts[branch], "steps": steps}


def _printed(
    service: ServiceWords, tag: str, limit: str, *, is_repeated: bool
) -> dict[str, object]:
    """Return what typst reads of a service. `limit`: what it says of people without papers."""
    with active_language(tag):
        free, last_known = (translation_with_language(text, tag)[0] for text in (FREE, LAST_KNOWN))
    numbers = [
        {
            "text": number.text,
            "notes": [free] * number.is_free + [last_known] * (not number.is_checked),
        }
        for number in service.numbers
    ]
    no_number = "" if numbers or service.email else translation_with_language(NO_NUMBER, tag)[0]
    return {
        "name": service.name,
        "kinds": "" if is_repeated else service.kinds,
        "numbers": numbers,
        "no_number": no_number,
        "email": "" if numbers else service.email,
        "hours": service.hours,
        "where": "" if is_repeated else service.where,
        "caution": service.caution,
        "lines": [] if is_repeated else [*service.lines, *[limit] * bool(service.failing)],
    }


def _words() -> Mapping[str, PaperWords]:
    """Return the words of papers by language, from data/pathway_words.toml."""
    return tables.load("coordination", "pathway_words", PaperWords)
