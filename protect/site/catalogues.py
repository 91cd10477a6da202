"""The translations: found in the code, kept in .po files, compiled by Babel. No gettext needed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation import to_locale

from protect.reference import vocabulary

PACKAGE = settings.BASE_DIR / "protect"
LOCALE = settings.LOCALE_PATHS[0]
SOURCE_LANGUAGE = "en"
MOST_STRINGS = 250
KEYWORDS = {"_": None, "gettext": None, "gettext_lazy": None}
NOTE = re.compile(r"\{# Translators: (.*?) #\}", re.DOTALL)
SAID = re.compile(r'\{% (?:say|plain) "([^"]+)"(?: "([^"]+)")?')
HOLE = re.compile(r"\{(\w*)\}")


@dataclass(frozen=True, slots=True)
class Found:
    """A string of the code, where it stands, and the note for its translators."""

    text: str
    meaning: str
    note: str
    place: str
    line: int


def found() -> Iterator[Found]:
    """Yield every string that people read, in the order of files."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if "migrations" not in path.parts:
            yield from _in_python(path)
    for path in sorted(PACKAGE.rglob("templates/**/*.html")):
        yield from _in_template(path)


def template() -> Catalog:
    """Return the catalogue of all strings, untranslated."""
    catalog = Catalog(project="PROTECT", charset="utf-8", fuzzy=False)
    for each in found():
        catalog.add(
            each.text,
            auto_comments=[each.note] if each.note else [],
            context=each.meaning or None,
        )
    return catalog


def update() -> None:
    """Write django.pot and bring every .po up to date; what nobody uses any more is dropped."""
    source = template()
    _write(LOCALE / "django.pot", source)
    for tag in tags():
        path = po_path(tag)
        old = _read(path) if path.exists() else Catalog(fuzzy=False)
        new = Catalog(project="PROTECT", charset="utf-8", fuzzy=False)
        for message in source:
            if not message.id:
                continue
            kept = old.get(message.id, message.context)
            new.add(
                message.id,
                kept.string if kept else "",
                auto_comments=message.auto_comments,
                context=message.context,
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, new)


def compile_changed() -> list[str]:
    """Write the .mo of each .po that is newer; return their languages."""
    changed = []
    for tag in tags():
        source = po_path(tag)
        target = source.with_suffix(".mo")
        if not source.exists():
            continue
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        building = target.with_suffix(".building")
        with building.open("wb") as file:
            write_mo(file, _read(source))
        building.rename(target)
        changed.append(tag)
    return changed


def problems() -> Iterator[str]:
    """Yield what is wrong with the translations, a sentence each."""
    source = {(str(m.id), m.context): m for m in template() if m.id}
    for message in source.values():
        if not message.auto_comments:
            yield f"“{message.id}” has no note for translators"
    if len(source) > MOST_STRINGS:
        yield f"{len(source)} strings, {MOST_STRINGS} at most: each is translated thirty times"
    for tag in tags():
        if po_path(tag).exists():
            yield from (f"{tag}: {each}" for each in _problems_of(_read(po_path(tag)), source))


def _problems_of(
    catalog: Catalog, source: Mapping[tuple[str, str | None], Message]
) -> Iterator[str]:
    for text, meaning in source:
        message = catalog.get(text, meaning)
        if message is None or not message.string:
            yield f"“{text}” is missing"
            continue
        if sorted(HOLE.findall(text)) != sorted(HOLE.findall(str(message.string))):
            yield f"“{message.string}” has other placeholders than “{text}”"
        if "<" in str(message.string) or "&" in str(message.string):
            yield f"“{message.string}” has markup"


def tags() -> list[str]:
    """Return the languages that have, or are to have, a catalogue."""
    offered = vocabulary.published_languages("demo")
    return [tag for tag in offered if tag != SOURCE_LANGUAGE]


def po_path(tag: str) -> Path:
    return LOCALE / to_locale(tag) / "LC_MESSAGES" / "django.po"


def _in_python(path: Path) -> Iterator[Found]:
    for line, text, comments, meaning in extract_from_file(
        "python", path, keywords=KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True
    ):
        place = str(path.relative_to(PACKAGE))
        yield Found(str(text), meaning or "", " ".join(comments).strip(), place, line)


def _in_template(path: Path) -> Iterator[Found]:
    """Yield a template's strings. A note belongs to the next string after it."""
    body = path.read_text(encoding="utf-8")
    notes = [(match.end(), " ".join(match[1].split())) for match in NOTE.finditer(body)]
    before = 0
    for match in SAID.finditer(body):
        note = next((text for end, text in reversed(notes) if before <= end <= match.start()), "")
        before = match.end()
        line = body.count("\n", 0, match.start()) + 1
        place = str(path.relative_to(PACKAGE))
        yield Found(match[1], match[2] or "", note, place, line)


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def _write(path: Path, catalog: Catalog) -> None:
    with path.open("wb") as file:
        write_po(file, catalog, width=0, omit_header=False, include_previous=False)
