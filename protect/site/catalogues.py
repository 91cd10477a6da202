"""Translations: extracted from the code, kept in .po files, compiled by Babel, without gettext.
The public catalogue is complete in every offered language, and so is that of the facts of
countries and services. The desk's catalogue is complete in DESK_LANGUAGES; in other languages its
texts appear in English."""

import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import chain, takewhile
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract, extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation import to_locale
from django.utils.translation.template import templatize

from protect.content.drafts import page_files
from protect.findhelp.answers import browser_steps, country_lines, service_texts
from protect.reference import vocabulary

PACKAGE = settings.BASE_DIR / "protect"
SOURCE_LANGUAGE = "en"
# Files with public texts; other texts of the directory and of find-help are for the desk.
PUBLIC_PATHS = ("kernel/", "reference/", "findhelp/", "directory/hours/", "matching/wording.py")
DESK_PATHS = (  # exceptions among PUBLIC_PATHS
    *("findhelp/desk", "findhelp/errors.py", "findhelp/posters/"),
    "findhelp/templates/findhelp/desk",
)
PUBLIC_TEXT = "public_text"  # function that marks a public sentence in a file of the desk
GETTEXT_KEYWORDS = {  # for Babel: functions, and which of their arguments are texts
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}
# For Babel: which comments are notes for translators.
NOTE_OPTIONS: Any = {"comment_tags": ("Translators:",), "strip_comment_tags": True}
TABLE_NOTE = re.compile(r"# Translators, of each below: (.*)")  # above a table of strings
LINE_NOTE = re.compile(r"  # For translators: (.+)$")  # behind a string that fits on its line
ROW_NOTE = re.compile(r"  # (?!noqa)(.+)$")  # behind a row of a Python table, added to its note
TEMPLATE_NOTE = re.compile(r"\{# Translators: (.*?) #\}", re.DOTALL)
PUBLIC_TAG = re.compile(r'\{% (?:say|plain) "([^"]+)"(?: "([^"]+)")?')
MONTHS = 12
DATE = re.compile(r"\d [A-Z][a-z]+ \d{4}")  # in English: 14 August 2023
FORCED_DIRECTION = re.compile("[\u202a-\u202e]")
# A line that Babel writes with the time of the update: every file would change each time.
CREATION_DATE = re.compile(rb'"POT-Creation-Date: .*\n')
PLACEHOLDER = re.compile(r"\{(\w*)\}|%\((\w+)\)s")


@dataclass(frozen=True, slots=True)
class TranslationCatalogue:
    """One of the catalogues: its folder, its size limit and its complete languages."""

    name: str
    folder: Path
    max_strings: int  # most strings: each is translated into every language
    languages: tuple[str, ...]  # complete in these


def translation_catalogues() -> tuple[TranslationCatalogue, ...]:
    """Return the catalogues: public, desk, facts, and rights: facts that only pages about rights
    show, and steps in browsers, in the languages in which these pages have drafts. The desk's does
    not repeat public strings."""
    public, desk = settings.LOCALE_PATHS
    offered = tuple(t for t in vocabulary.published_languages("demo") if t != SOURCE_LANGUAGE)
    desk_tags = tuple(tag for tag in settings.DESK_LANGUAGES if tag != SOURCE_LANGUAGE)
    desk_catalogue = TranslationCatalogue("desk", desk, 5500, desk_tags)
    facts_catalogue = TranslationCatalogue("facts", settings.FACTS_LOCALE_PATH, 300, offered)
    drafted = page_files.fully_drafted_languages()
    rights_catalogue = TranslationCatalogue("rights", settings.RIGHTS_LOCALE_PATH, 360, drafted)
    public_catalogue = TranslationCatalogue("public", public, 274, offered)
    return public_catalogue, desk_catalogue, facts_catalogue, rights_catalogue


# Catalogues of texts of data files, and the functions that yield these texts.
DATA_TEXT_FUNCTIONS = {
    "facts": (country_lines.texts_to_translate, service_texts.texts_to_translate),
    "rights": (country_lines.rights_texts_to_translate, browser_steps.texts_to_translate),
}


@dataclass(frozen=True, slots=True)
class SourceString:
    """A text of the code or of a template, with its note for translators and its place."""

    text: str
    meaning: str  # context, as in pgettext
    note: str
    place: str  # path of its file below the package
    line: int
    plural: str = ""  # "" if it has no plural
    is_marked: bool = False  # marked by PUBLIC_TEXT

    @property
    def is_public(self) -> bool:
        return self.is_marked or is_public(self.place)


def is_public(place: str) -> bool:
    """Return whether the texts of a file are public; `place` is its path below the package."""
    return place.startswith(PUBLIC_PATHS) and not place.startswith(DESK_PATHS)


def translatable_strings() -> Iterator[SourceString]:
    for path in sorted(PACKAGE.rglob("*.py")):
        if "migrations" not in path.parts:
            yield from _python_strings(path)
    for path in sorted(PACKAGE.rglob("templates/**/*.html")):
        is_public_file = is_public(path.relative_to(PACKAGE).as_posix())
        extract_strings = _public_template_strings if is_public_file else _desk_template_strings
        yield from extract_strings(path)


def source_catalog(catalogue: TranslationCatalogue) -> Catalog:
    """Return the source strings of one of the catalogues, as Babel's catalogue."""
    catalog = Catalog(project="PROTECT", charset="utf-8", fuzzy=False)
    if sources := DATA_TEXT_FUNCTIONS.get(catalogue.name):
        for text, note in chain.from_iterable(source() for source in sources):
            catalog.add(text, auto_comments=[note])
        return catalog
    strings = list(translatable_strings())
    public = {(string.text, string.meaning) for string in strings if string.is_public}
    for string in strings:
        if ((string.text, string.meaning) in public) == (catalogue.name == "public"):
            catalog.add(
                (string.text, string.plural) if string.plural else string.text,
                auto_comments=[string.note] if string.note else [],
                context=string.meaning or None,
            )
    return catalog


def update() -> None:
    """Write each django.pot and update its .po files; unused strings are dropped."""
    for catalogue in translation_catalogues():
        source = source_catalog(catalogue)
        _write_po(catalogue.folder / "django.pot", source)
        for tag in catalogue.languages:
            _update_po_file(po_path(catalogue, tag), source, tag)


def compile_changed() -> list[str]:
    """Compile each .po file whose .mo file has another date; return the tags of their languages."""
    changed = []
    sources = [
        (po_path(catalogue, t), t)
        for catalogue in translation_catalogues()
        for t in catalogue.languages
    ]
    for source, tag in sources:
        target = source.with_suffix(".mo")
        if not source.exists():
            continue
        modified_ns = source.stat().st_mtime_ns
        if target.exists() and target.stat().st_mtime_ns == modified_ns:
            continue
        building = target.with_suffix(".building")
        with building.open("wb") as file:
            write_mo(file, _read_po(source))
        os.utime(
            building, ns=(modified_ns, modified_ns)
        )  # so that a source with an older date is compiled, too
        building.rename(target)
        changed.append(tag)
    return changed


def translation_problems() -> Iterator[str]:
    """Yield public strings without a translators' note, too many strings, and .po problems."""
    for catalogue in translation_catalogues():
        messages = [message for message in source_catalog(catalogue) if message.id]
        source = {(_msgids(message)[0], message.context): message for message in messages}
        if catalogue.name == "public":
            for message in source.values():
                if not message.auto_comments:
                    yield f"“{message.id}” has no note for translators"
        if len(source) > catalogue.max_strings:
            yield f"{catalogue.name}: {len(source)} strings, {catalogue.max_strings} at most"
        for tag in catalogue.languages:
            problems = _file_problems(catalogue, tag, source)
            yield from (f"{catalogue.name} {tag}: {problem}" for problem in problems)


def po_path(catalogue: TranslationCatalogue, tag: str) -> Path:
    return catalogue.folder / to_locale(tag) / "LC_MESSAGES" / "django.po"


def _update_po_file(path: Path, source: Catalog, tag: str) -> None:
    old = _read_po(path) if path.exists() else Catalog(fuzzy=False)
    has_plurals = any(isinstance(message.id, tuple) for message in source)
    locale = to_locale(tag) if has_plurals else None
    new = Catalog(project="PROTECT", charset="utf-8", fuzzy=False, locale=locale)
    for message in source:
        if not message.id:
            continue
        previous = old.get(message.id, message.context)
        notes: dict[str, Any] = {"auto_comments": message.auto_comments, "context": message.context}
        new.add(message.id, previous.string if previous else "", **notes)
    _write_po(path, new)


def _file_problems(
    catalogue: TranslationCatalogue, tag: str, source: Mapping[tuple[str, str | None], Message]
) -> Iterator[str]:
    path = po_path(catalogue, tag)
    if not path.exists():
        missing = path.relative_to(catalogue.folder.parent)
        yield f"{missing} is missing: run `protect messages update` and translate it"
        return
    catalog = _read_po(path)
    yield from _problems(catalog, source)
    if catalogue.name != "desk":  # a desk text may say “half a minute” for 30 seconds
        yield from _number_problems(catalog)


def _problems(catalog: Catalog, source: Mapping[tuple[str, str | None], Message]) -> Iterator[str]:
    """Yield the missing and unknown strings of a catalogue, and the faults of the others."""
    for entry in catalog:
        if entry.id and (_msgids(entry)[0], entry.context) not in source:
            yield f"“{_msgids(entry)[0]}” is no text of the source"
    for (text, meaning), source_message in source.items():
        message = catalog.get(source_message.id, meaning)
        if message and message.fuzzy:
            yield f"“{text}” is marked fuzzy, so that its translation is not used"
        string = message.string if message else ""
        strings = [*string] if isinstance(string, tuple) else [str(string)]
        if all(strings):
            yield from (
                problem for form in strings for problem in _form_problems(form, source_message)
            )
        else:
            yield f"“{text}” is missing"


def _form_problems(form: str, source: Message) -> Iterator[str]:
    """Yield the wrong placeholders, markup and overridden direction of a translated form."""
    placeholders = sorted(PLACEHOLDER.findall(form))
    if not any(placeholders == sorted(PLACEHOLDER.findall(text)) for text in _msgids(source)):
        yield f"“{form}” has other placeholders than “{_msgids(source)[0]}”"
    if "<" in form or "&" in form:
        yield f"“{form}” has markup"
    if FORCED_DIRECTION.search(form):
        yield f"“{form}” has characters that reverse the order of letters"


def _number_problems(catalog: Catalog) -> Iterator[str]:
    """Yield the translations with other numbers than their source, or in another order."""
    for message in (message for message in catalog if message.id):
        forms = message.string if isinstance(message.string, tuple) else (str(message.string),)
        for form in filter(None, forms):
            if not any(_has_numbers_of(text, form) for text in _msgids(message)):
                yield f"“{form}” has other numbers than “{_msgids(message)[0]}”"


def _has_numbers_of(text: str, translated: str) -> bool:
    """Return whether a translation has the numbers of an English text, in digits of any script. A
    date may be in another order, with its month as a number."""
    source_numbers, numbers = (list(map(int, re.findall(r"\d+", s))) for s in (text, translated))
    if not DATE.search(text):
        return numbers == source_numbers
    added = Counter(numbers) - Counter(source_numbers)
    missing = Counter(source_numbers) - Counter(numbers)
    return not missing and all(number <= MONTHS for number in added)


def _msgids(message: Message) -> tuple[str, ...]:
    return message.id if isinstance(message.id, tuple) else (str(message.id),)


def _python_strings(path: Path) -> Iterator[SourceString]:
    """Yield a module's strings. Those without a note get the note of their table and row."""
    lines = path.read_text("utf-8").splitlines()
    public = extract_from_file("python", path, {PUBLIC_TEXT: None})
    marked = {(line, text) for line, text, *_ in public}
    # Both in one pass: otherwise a note would also go to the next string of another keyword.
    for line, text, comments, meaning in extract_from_file(
        "python", path, keywords={**GETTEXT_KEYWORDS, PUBLIC_TEXT: None}, **NOTE_OPTIONS
    ):
        note = " ".join(comments).strip() or _note_of_row(lines, line)
        string = _build_string(path, line, text, meaning, note)
        yield replace(string, is_marked=(line, text) in marked)


def _note_of_row(lines: list[str], line: int) -> str:
    """Return a line's own note, or else the note of its table with the comment after the line.
    A table ends at its closing bracket or at the first empty line."""
    if line_match := LINE_NOTE.search(lines[line - 1]):
        return f"{line_match[1]}."
    above = takewhile(_is_inside_python_table, reversed(lines[: line - 1]))
    matches = (TABLE_NOTE.search(line_above) for line_above in above)
    shared = next((match[1] for match in matches if match), "")
    row_match = ROW_NOTE.search(lines[line - 1])
    return f"{shared.rstrip('.')}: {row_match[1]}" if shared and row_match else shared


def _is_inside_python_table(line: str) -> bool:
    return bool(line.strip()) and not line.startswith((")", "}", "]"))


def _desk_template_strings(path: Path) -> Iterator[SourceString]:
    code = templatize(path.read_text(encoding="utf-8"))
    lines = "\n".join(
        line.lstrip() for line in code.splitlines()
    )  # without indentation, which Python would reject
    file, options = BytesIO(lines.encode()), {"encoding": "utf-8"}
    for line, text, comments, meaning in extract(
        "python", file, keywords=GETTEXT_KEYWORDS, options=options, **NOTE_OPTIONS
    ):
        yield _build_string(path, line, text, meaning, " ".join(comments).strip())


def _build_string(path: Path, line: int, text: Any, meaning: str | None, note: str) -> SourceString:
    singular, plural = (text[0], text[1]) if isinstance(text, tuple) else (text, "")
    place = str(path.relative_to(PACKAGE))
    return SourceString(str(singular), meaning or "", note, place, line, str(plural))


def _public_template_strings(path: Path) -> Iterator[SourceString]:
    """Yield the strings of a public template. A note belongs to the next string after it."""
    body = path.read_text(encoding="utf-8")
    notes = [(match.end(), " ".join(match[1].split())) for match in TEMPLATE_NOTE.finditer(body)]
    previous_end = 0
    for match in PUBLIC_TAG.finditer(body):
        note = next(
            (text for end, text in reversed(notes) if previous_end <= end <= match.start()), ""
        )
        previous_end = match.end()
        line = body.count("\n", 0, match.start()) + 1
        yield SourceString(match[1], match[2] or "", note, str(path.relative_to(PACKAGE)), line)


def _read_po(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def _write_po(path: Path, catalog: Catalog) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    written = BytesIO()
    write_po(written, catalog, width=0, omit_header=False, include_previous=False)
    path.write_bytes(CREATION_DATE.sub(b"", written.getvalue()))
