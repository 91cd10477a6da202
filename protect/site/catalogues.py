"""The translations: found in the code, kept in .po files, compiled by Babel. No gettext needed.

Two catalogues: the public one is complete in every language that is offered; the one of the desk is
complete in the languages of its list, and English stands where it has none.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import takewhile
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract, extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation import to_locale
from django.utils.translation.template import templatize

from protect.reference import vocabulary

PACKAGE = settings.BASE_DIR / "protect"
SOURCE_LANGUAGE = "en"
# What the public reads; in the directory and in find-help the rest is for the desk.
PUBLIC = ("kernel/", "reference/", "findhelp/", "directory/hours/", "matching/wording.py")
DESK = (
    *("findhelp/desk", "findhelp/errors.py", "findhelp/posters/"),
    "findhelp/templates/findhelp/desk",
)
PUBLIC_TEXT = "public_text"  # marks a sentence of the public in a file for the desk
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}
OF_TABLE = re.compile(r"# Translators, of each below: (.*)")
OF_ROW = re.compile(r"  # (?!noqa)(.+)$")  # behind a row of a table: what its note adds
NOTE = re.compile(r"\{# Translators: (.*?) #\}", re.DOTALL)
SAID = re.compile(r'\{% (?:say|plain) "([^"]+)"(?: "([^"]+)")?')
HOLE = re.compile(r"\{(\w*)\}|%\((\w+)\)s")


@dataclass(frozen=True, slots=True)
class Face:
    """One of the two catalogues: where it is kept and what it promises."""

    name: str
    folder: Path
    most: int  # strings: each is translated once for every language
    languages: tuple[str, ...]  # complete in these


def faces() -> tuple[Face, Face]:
    """Return the catalogues, the public one first: what it has, the desk does not repeat."""
    public, desk = settings.LOCALE_PATHS
    offered = tuple(t for t in vocabulary.published_languages("demo") if t != SOURCE_LANGUAGE)
    of_desk = tuple(tag for tag in settings.DESK_LANGUAGES if tag != SOURCE_LANGUAGE)
    return Face("public", public, 280, offered), Face("desk", desk, 4200, of_desk)


@dataclass(frozen=True, slots=True)
class TranslatableString:
    text: str
    meaning: str
    note: str
    place: str
    line: int
    plural: str = ""
    is_marked: bool = False  # as one for the public

    @property
    def is_public(self) -> bool:
        return self.is_marked or is_public(self.place)


def is_public(place: str) -> bool:
    """Return whether a file of the package, named from there, speaks to the public."""
    return place.startswith(PUBLIC) and not place.startswith(DESK)


def translatable_strings() -> Iterator[TranslatableString]:
    for path in sorted(PACKAGE.rglob("*.py")):
        if "migrations" not in path.parts:
            yield from _in_python(path)
    for path in sorted(PACKAGE.rglob("templates/**/*.html")):
        of_public = is_public(path.relative_to(PACKAGE).as_posix())
        yield from _in_template(path) if of_public else _in_desk_template(path)


def template(face: Face) -> Catalog:
    catalog = Catalog(project="PROTECT", charset="utf-8", fuzzy=False)
    everything = list(translatable_strings())
    public = {(string.text, string.meaning) for string in everything if string.is_public}
    for string in everything:
        if ((string.text, string.meaning) in public) == (face.name == "public"):
            catalog.add(
                (string.text, string.plural) if string.plural else string.text,
                auto_comments=[string.note] if string.note else [],
                context=string.meaning or None,
            )
    return catalog


def update() -> None:
    """Write each django.pot and bring its .po up to date; unused strings are dropped."""
    for face in faces():
        source = template(face)
        _write(face.folder / "django.pot", source)
        for tag in face.languages:
            _bring_up_to_date(po_path(face, tag), source, tag)


def compile_changed() -> list[str]:
    """Write the .mo of each .po that is newer; return their languages."""
    changed = []
    for source, tag in [(po_path(face, t), t) for face in faces() for t in face.languages]:
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
    for face in faces():
        messages = [message for message in template(face) if message.id]
        source = {(_forms(each)[0], each.context): each for each in messages}
        if face.name == "public":
            for message in source.values():
                if not message.auto_comments:
                    yield f"“{message.id}” has no note for translators"
        if len(source) > face.most:
            yield f"{face.name}: {len(source)} strings, {face.most} at most: each is translated"
        for tag in face.languages:
            path = po_path(face, tag)
            if path.exists():
                yield from (f"{face.name} {tag}: {x}" for x in _problems_of(_read(path), source))


def po_path(face: Face, tag: str) -> Path:
    return face.folder / to_locale(tag) / "LC_MESSAGES" / "django.po"


def _bring_up_to_date(path: Path, source: Catalog, tag: str) -> None:
    old = _read(path) if path.exists() else Catalog(fuzzy=False)
    has_plurals = any(isinstance(message.id, tuple) for message in source)
    locale = to_locale(tag) if has_plurals else None
    new = Catalog(project="PROTECT", charset="utf-8", fuzzy=False, locale=locale)
    for message in source:
        if not message.id:
            continue
        kept = old.get(message.id, message.context)
        about: dict[str, Any] = {"auto_comments": message.auto_comments, "context": message.context}
        new.add(message.id, kept.string if kept else "", **about)
    _write(path, new)


def _problems_of(
    catalog: Catalog, source: Mapping[tuple[str, str | None], Message]
) -> Iterator[str]:
    for (text, meaning), wanted in source.items():
        message = catalog.get(wanted.id, meaning)
        string = message.string if message else ""
        strings = [*string] if isinstance(string, tuple) else [str(string)]
        if not all(strings):
            yield f"“{text}” is missing"
            continue
        for string in strings:
            holes = sorted(HOLE.findall(string))
            if not any(holes == sorted(HOLE.findall(form)) for form in _forms(wanted)):
                yield f"“{string}” has other placeholders than “{text}”"
            if "<" in string or "&" in string:
                yield f"“{string}” has markup"


def _forms(message: Message) -> tuple[str, ...]:
    return message.id if isinstance(message.id, tuple) else (str(message.id),)


def _in_python(path: Path) -> Iterator[TranslatableString]:
    """Yield a module's strings. One without a note has that of its table and of its row."""
    lines = path.read_text("utf-8").splitlines()
    public = extract_from_file("python", path, {PUBLIC_TEXT: None})
    marked = {(line, text) for line, text, *_ in public}
    # Both in one pass: a note would go to the next string of another keyword as well.
    for line, text, comments, meaning in extract_from_file(
        "python",
        path,
        keywords={**KEYWORDS, PUBLIC_TEXT: None},
        comment_tags=("Translators:",),
        strip_comment_tags=True,
    ):
        note = " ".join(comments).strip() or _note_of_row(lines, line)
        string = _string_of(path, line, text, meaning, note)
        yield replace(string, is_marked=(line, text) in marked)


def _note_of_row(lines: list[str], line: int) -> str:
    """Return the note of the table that a line stands in, and the comment behind the line.
    A table ends with its bracket, or at the first empty line."""
    above = takewhile(_is_in_table, reversed(lines[: line - 1]))
    matches = (OF_TABLE.search(each) for each in above)
    shared = next((match[1] for match in matches if match), "")
    own = OF_ROW.search(lines[line - 1])
    return f"{shared.rstrip('.')}: {own[1]}" if shared and own else shared


def _is_in_table(line: str) -> bool:
    return bool(line.strip()) and not line.startswith((")", "}", "]"))


def _in_desk_template(path: Path) -> Iterator[TranslatableString]:
    code = templatize(path.read_text(encoding="utf-8"))
    lines = "\n".join(line.lstrip() for line in code.splitlines())  # no indentation to be wrong
    for line, text, comments, meaning in extract(
        "python",
        BytesIO(lines.encode()),
        keywords=KEYWORDS,
        comment_tags=("Translators:",),
        options={"encoding": "utf-8"},
    ):
        yield _string_of(path, line, text, meaning, " ".join(comments).strip())


def _string_of(
    path: Path, line: int, text: Any, meaning: str | None, note: str
) -> TranslatableString:
    one, many = (text[0], text[1]) if isinstance(text, tuple) else (text, "")
    return TranslatableString(
        str(one), meaning or "", note, str(path.relative_to(PACKAGE)), line, str(many)
    )


def _in_template(path: Path) -> Iterator[TranslatableString]:
    """Yield a template's strings. A note belongs to the next string after it."""
    body = path.read_text(encoding="utf-8")
    notes = [(match.end(), " ".join(match[1].split())) for match in NOTE.finditer(body)]
    before = 0
    for match in SAID.finditer(body):
        note = next((text for end, text in reversed(notes) if before <= end <= match.start()), "")
        before = match.end()
        line = body.count("\n", 0, match.start()) + 1
        place = str(path.relative_to(PACKAGE))
        yield TranslatableString(match[1], match[2] or "", note, place, line)


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def _write(path: Path, catalog: Catalog) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, width=0, omit_header=False, include_previous=False)
