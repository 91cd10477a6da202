"""Forms as they stand in files: `data/forms/<code>.toml`, its words in others `<code>.<tag>.toml`.
A folder of PROTECT_DATA_DIRS adds or replaces files by name: `<folder>/questionnaires/forms/`."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from pydantic import ValidationError

from protect.kernel import errors, tables
from protect.questionnaires import schemas, words
from protect.questionnaires.rules import definitions
from protect.reference import vocabulary

OWN = Path(__file__).resolve().parent / "data" / "forms"
HEAD = "form"  # the section about the whole form
DOCS = "see docs/questionnaires.md for what a form takes."
NO_PRYING = "ask about practice or the course; words that are barred: never_asked.toml."


class Barred(tables.Record):
    phrases: list[str]


@dataclass(frozen=True, slots=True)
class Translation:
    words: words.Words
    reviewed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A form of the files. Without `published_on` it is a draft that no respondent sees."""

    definition: schemas.Definition
    published_on: date | None
    translations: dict[str, Translation]

    @property
    def own_words(self) -> words.Words:
        return self.translations[self.definition.source].words


@cache
def sources() -> dict[str, Source]:
    """Return every form by code, checked. Errors: DataError for the first wrong section."""
    files = _files()
    loaded = {}
    for name, path in sorted(files.items()):
        if "." not in name:
            others = {n.partition(".")[2]: p for n, p in files.items() if n.startswith(f"{name}.")}
            loaded[name] = _source(name, path, others)
    for name, path in files.items():
        if name.partition(".")[0] not in loaded:
            raise _bad(path, HEAD, "There is no such form.", "name the file as its form.")
    return loaded


@cache
def barred() -> dict[str, Barred]:
    return tables.load("questionnaires", "never_asked", Barred)


def forget() -> None:
    """Drop what was read, because PROTECT_DATA_DIRS has changed (tests do that)."""
    sources.cache_clear()
    barred.cache_clear()
    tables.load.cache_clear()


def _files() -> dict[str, Path]:
    folders = [OWN, *(Path(each) / "questionnaires/forms" for each in settings.PROTECT_DATA_DIRS)]
    return {path.stem: path for folder in folders for path in sorted(folder.glob("*.toml"))}


def _source(code: str, path: Path, others: dict[str, Path]) -> Source:
    sections = tables.read(path)
    head = dict(sections.pop(HEAD, {}))
    published_on, reviewed_on = head.pop("published_on", None), head.pop("reviewed_on", None)
    own: dict[str, str] = _taken(path, HEAD, head)
    fields = []
    for key, section in sections.items():
        if not isinstance(section, dict):
            raise _bad(path, key, "It stands before the first section.", "move it into [form].")
        body = dict(section)
        own |= _taken(path, key, body)
        fields.append({**body, "key": key})
    definition = _definition(path, {**head, "code": code, "fields": fields})
    for key, text, remedy in definitions.problems(definition):
        raise _bad(path, key, text, remedy)
    for name in words.needed(definition):
        if not own.get(name):
            raise _bad(path, _section(name), f"{name} is missing.", "write its words.")
    translations = {definition.source: Translation(own, reviewed_on)}
    translations |= {tag: _translation(each, tag, own) for tag, each in others.items()}
    for tag, each in translations.items():
        where = path if tag == definition.source else others[tag]
        if tag not in vocabulary.languages():
            text = f"The language {tag} is not known."
            raise _bad(where, HEAD, text, "add it to languages.toml.")
        _must_not_pry(where, definition, each.words)
    return Source(definition, published_on, translations)


def _definition(path: Path, data: dict[str, Any]) -> schemas.Definition:
    try:
        return schemas.Definition.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        at = first["loc"]
        is_field = len(at) > 1 and at[0] == "fields"
        section = data["fields"][at[1]]["key"] if is_field else HEAD
        where = ".".join(str(part) for part in (at[2:] if is_field else at)) or section
        raise _bad(path, str(section), f"{where}: {first['msg']}.", DOCS) from None


def _translation(path: Path, tag: str, own: words.Words) -> Translation:
    sections = tables.read(path)
    head = dict(sections.pop(HEAD, {}))
    reviewed_on = head.pop("reviewed_on", None)
    texts: dict[str, str] = {}
    for key, section in ((HEAD, head), *sections.items()):
        body = dict(section) if isinstance(section, dict) else {key: section}
        texts |= _taken(path, key, body)
        if body:
            raise _bad(path, key, f"{next(iter(body))} is no text.", "keep it in the form itself.")
    for name in texts:
        if name not in own:
            text = f"The form has no {name}."
            raise _bad(path, _section(name), text, "remove it, or correct it.")
    return Translation(texts, reviewed_on)


def _taken(path: Path, key: str, body: dict[str, Any]) -> dict[str, str]:
    """Take the words out of a section, by name; of tables of options their codes stay."""
    prefix = "" if key == HEAD else f"{key}."
    parts = words.OF_FORM if key == HEAD else words.OF_FIELD
    texts = {f"{prefix}{part}": body.pop(part) for part in parts if part in body}
    for table in words.TABLES if prefix else ():
        if isinstance(body.get(table), dict):
            labels = body.pop(table)
            texts |= {f"{prefix}{table}.{code}": text for code, text in labels.items()}
            if "type" in body:
                body[table] = list(labels)
    for name, text in texts.items():
        if not isinstance(text, str) or not text.strip():
            raise _bad(path, key, f"{name} is no text.", "write its words in quotes.")
    return {name: " ".join(text.split()) for name, text in texts.items()}


def _must_not_pry(path: Path, definition: schemas.Definition, texts: words.Words) -> None:
    """Refuse a question about the respondent's own experience of violence, in any language."""
    for key, text in words.asking_words(definition, texts):
        for language in barred().values():
            if phrase := pries(text, language.phrases):
                problem = f"“{phrase}” asks for the respondent's own experience of violence."
                raise _bad(path, key, problem, NO_PRYING)


def _section(name: str) -> str:
    return name.partition(".")[0] if "." in name else HEAD


def _bad(path: Path, section: str, problem: str, remedy: str) -> errors.DataError:
    line = tables.line_of(path, section)
    return errors.DataError(
        file=path.name, line=line, record=section, problem=problem, remedy=remedy
    )


def plain(text: str) -> str:
    """Return a text in lower case, without accents and punctuation, its words one blank apart."""
    bare = (c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", "".join(bare).casefold()))


def pries(text: str, phrases: Iterable[str]) -> str | None:
    """Return the first phrase that a text contains as whole words."""
    within = f" {plain(text)} "
    return next((each for each in phrases if f" {plain(each)} " in within), None)
