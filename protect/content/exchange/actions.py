"""Store the translations of an uploaded file, and say of each of its texts what became of it."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from protect.content import access
from protect.content.actions import TranslationEdit, save_translations
from protect.content.enums import FileOutcome, Origin, SegmentKind
from protect.content.errors import ContentRefusal
from protect.content.exchange.writer import SEPARATOR
from protect.content.models import Segment, SegmentTranslation
from protect.content.texts import composition
from protect.content.texts.composition import PageTexts
from protect.content.texts.rules import text_digest
from protect.content.texts.translation_checks import find_problems
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.uploads import parser_process
from protect.uploads.refusal_reasons import Refused


class FileUnit(NamedTuple):
    """A text of a file. `place`: code of the page and key of the segment, as the file has it."""

    place: str
    source: str
    target: str


class Finding(NamedTuple):
    """What became of a text of a file. `problems`: codes of `translation_checks`."""

    unit: FileUnit
    outcome: FileOutcome
    problems: tuple[str, ...] = ()


def read_units(content: bytes, tag: str) -> list[FileUnit]:
    """Return the texts of a PO or XLIFF file for a language. Errors: content_file_unreadable;
    content_file_language, for a file that names another language; ParsersBusy; OwnFileWaits."""
    try:
        answer = parser_process.parse("translations", content)
        units = [FileUnit(*map(str, unit)) for unit in json.loads(answer.body)]
    except (Refused, ValueError, TypeError):
        raise ContentRefusal("content_file_unreadable") from None
    named = str(answer.facts.get("language", ""))
    if named and named.replace("_", "-").lower() != tag.lower():
        raise ContentRefusal("content_file_language", language=named)
    return units


@transaction.atomic
def import_translations(
    scope: Scope, tag: str, units: Iterable[FileUnit], *, at: datetime
) -> list[Finding]:
    """Store the translations of a file that are new and right, as imported by the user; the others
    are left out, each with the reason. Errors: PermissionDenied."""
    access.permitted_context(scope, Permission.TRANSLATE, at=at)
    pages = {texts.page.code: texts for texts in composition.load_texts()}
    known = _known_digests(tag)
    places = _places_by_source(pages)
    placed = [_place(unit, pages, places) for unit in units]
    findings = [_judge(unit, pages, tag, known) for unit in placed]
    new: dict[str, dict[str, TranslationEdit]] = {}
    for finding in findings:
        if finding.outcome is FileOutcome.STORED:
            code, _, key = finding.unit.place.partition(SEPARATOR)
            new.setdefault(code, {})[key] = _edit(pages[code], key, tag, finding.unit.target)
    for code, edits in sorted(new.items()):
        save_translations(scope, pages[code].page, tag, edits, at=at)
    return findings


def count_outcomes(findings: Iterable[Finding]) -> Mapping[FileOutcome, int]:
    return Counter(finding.outcome for finding in findings)


def _place(
    unit: FileUnit, pages: Mapping[str, PageTexts], places: Mapping[str, list[str]]
) -> FileUnit:
    """Return a text with its place. Some tools drop it: then the only segment with its source."""
    code, _, key = unit.place.partition(SEPARATOR)
    same_source = places.get(text_digest(unit.source), [])
    if _find_segment(pages.get(code), key) is None and len(same_source) == 1:
        return unit._replace(place=same_source[0])
    return unit


def _places_by_source(pages: Mapping[str, PageTexts]) -> dict[str, list[str]]:
    """Return the places of the segments with each source text, by its digest."""
    places: dict[str, list[str]] = {}
    for code, texts in pages.items():
        for row in texts.segments:
            places.setdefault(row.digest, []).append(f"{code}{SEPARATOR}{row.key}")
    return places


def _judge(
    unit: FileUnit,
    pages: Mapping[str, PageTexts],
    tag: str,
    known: Mapping[tuple[str, str], set[tuple[str, str]]],
) -> Finding:
    code, _, key = unit.place.partition(SEPARATOR)
    segment = _find_segment(pages.get(code), key)
    if segment is None:
        return Finding(unit, FileOutcome.UNKNOWN)
    if not unit.target.strip():
        return Finding(unit, FileOutcome.EMPTY)
    if text_digest(unit.source) != segment.digest:
        return Finding(unit, FileOutcome.OTHER_SOURCE)
    if (segment.digest, text_digest(unit.target)) in known.get((code, key), set()):
        return Finding(unit, FileOutcome.KNOWN)
    if problems := find_problems(segment.text, unit.target, tag).refusing:
        return Finding(unit, FileOutcome.REFUSED, problems)
    return Finding(unit, FileOutcome.STORED)


def _find_segment(texts: PageTexts | None, key: str) -> Segment | None:
    segments = texts.segments if texts else []
    return next((row for row in segments if row.key == key and row.kind != SegmentKind.BLOCK), None)


def _edit(texts: PageTexts, key: str, tag: str, text: str) -> TranslationEdit:
    segment = _find_segment(texts, key)
    if segment is None:
        raise KeyError(key)
    stored = texts.text_in(segment, tag)
    seen = text_digest(stored.text) if stored else ""
    return TranslationEdit(text, segment.digest, seen, is_kept=True, origin=Origin.IMPORTED)


def _known_digests(tag: str) -> dict[tuple[str, str], set[tuple[str, str]]]:
    """Return the digests of source and text of all translations of each segment, also of replaced
    ones: a file that was downloaded before must not bring them back."""
    known: dict[tuple[str, str], set[tuple[str, str]]] = {}
    rows = SegmentTranslation.objects.filter(language=tag)
    for code, key, *digests in rows.values_list("page__code", "key", "source_digest", "digest"):
        known.setdefault((code, key), set()).add((digests[0], digests[1]))
    return known
