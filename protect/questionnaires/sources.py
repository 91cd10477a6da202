"""Forms in data files: `data/forms/<code>.toml`, with translations in `<code>.<tag>.toml`. A folder
of PROTECT_DATA_DIRS adds or replaces files by name: `<folder>/questionnaires/forms/`."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from pydantic import ValidationError

from protect.kernel import errors, tables
from protect.questionnaires import schemas, words
from protect.questionnaires.rules import definitions
from protect.reference import vocabulary

BUILT_IN_FOLDER = Path(__file__).resolve().parent / "data" / "forms"
FORM_SECTION = "form"  # the section about the whole form
DOCS_REMEDY = "see docs/questionnaires.md for the keys of a form."
EXPERIENCE_REMEDY = "ask about practice or the course; never_asked.toml lists barred phrases."


class BarredPhrases(tables.Record):
    """The phrases of one language that no question may contain, from never_asked.toml."""

    phrases: list[str]


@dataclass(frozen=True, slots=True)
class Translation:
    words: words.Words
    reviewed_on: date | None = None  # by a native speaker; None: not reviewed


@dataclass(frozen=True, slots=True)
class Source:
    """A form of the data files. Without `published_on` it is a draft that no respondent sees."""

    definition: schemas.Definition
    published_on: date | None
    translations: dict[str, Translation]  # by language, the source language included

    @property
    def own_words(self) -> words.Words:
        return self.translations[self.definition.source].words


@cache
def load_sources() -> dict[str, Source]:
    """Return the validated forms of the data files by code. Errors: DataError."""
    files = _find_form_files_by_stem()
    loaded = {}
    for name, path in sorted(files.items()):
        if "." not in name:
            paths = {n.partition(".")[2]: p for n, p in files.items() if n.startswith(f"{name}.")}
            loaded[name] = _load_source(name, path, paths)
    for name, path in files.items():
        if name.partition(".")[0] not in loaded:
            remedy = "name the file after its form."
            raise _data_error(path, FORM_SECTION, "There is no such form.", remedy)
    return loaded


@cache
def load_barred_phrases() -> dict[str, BarredPhrases]:
    return tables.load("questionnaires", "never_asked", BarredPhrases)


def clear_caches() -> None:
    """Clear the caches, because PROTECT_DATA_DIRS has changed (in tests)."""
    load_sources.cache_clear()
    load_barred_phrases.cache_clear()
    tables.load.cache_clear()


def _find_form_files_by_stem() -> dict[str, Path]:
    added = (Path(folder) / "questionnaires/forms" for folder in settings.PROTECT_DATA_DIRS)
    folders = [BUILT_IN_FOLDER, *added]
    return {path.stem: path for folder in folders for path in sorted(folder.glob("*.toml"))}


def _load_source(code: str, path: Path, paths_by_tag: dict[str, Path]) -> Source:
    sections = tables.read_toml(path)
    form_keys = dict(sections.pop(FORM_SECTION, {}))
    published_on = form_keys.pop("published_on", None)
    reviewed_on = form_keys.pop("reviewed_on", None)
    texts: dict[str, str] = _pop_texts(path, FORM_SECTION, form_keys)
    fields = []
    for key, section in sections.items():
        if not isinstance(section, dict):
            problem = "It comes before the first section."
            raise _data_error(path, key, problem, "move it into [form].")
        body = dict(section)
        texts |= _pop_texts(path, key, body)
        fields.append({**body, "key": key})
    definition = _validate_definition(path, {**form_keys, "code": code, "fields": fields})
    for key, text, remedy in definitions.find_problems(definition):
        raise _data_error(path, key, text, remedy)
    for name in words.required_text_names(definition):
        if not texts.get(name):
            raise _data_error(path, _section_of_text(name), f"{name} is missing.", "add this text.")
    translations = {definition.source: Translation(texts, reviewed_on)}
    translations |= {
        tag: _load_translation(text_path, tag, texts) for tag, text_path in paths_by_tag.items()
    }
    for tag, translated in translations.items():
        file_path = path if tag == definition.source else paths_by_tag[tag]
        if tag not in vocabulary.languages():
            text = f"The language {tag} is not known."
            raise _data_error(file_path, FORM_SECTION, text, "add it to languages.toml.")
        _must_ask_no_experience(file_path, definition, translated.words)
    return Source(definition, published_on, translations)


def _validate_definition(path: Path, data: dict[str, Any]) -> schemas.Definition:
    try:
        return schemas.Definition.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        location = first["loc"]
        is_field = len(location) > 1 and location[0] == "fields"
        section = data["fields"][location[1]]["key"] if is_field else FORM_SECTION
        key = ".".join(str(part) for part in (location[2:] if is_field else location)) or section
        raise _data_error(path, str(section), f"{key}: {first['msg']}.", DOCS_REMEDY) from None


def _load_translation(path: Path, tag: str, source_texts: words.Words) -> Translation:
    """Return a translation, which may lack texts. Errors: DataError for any other key."""
    sections = tables.read_toml(path)
    form_keys = dict(sections.pop(FORM_SECTION, {}))
    reviewed_on = form_keys.pop("reviewed_on", None)
    texts: dict[str, str] = {}
    for key, section in ((FORM_SECTION, form_keys), *sections.items()):
        body = dict(section) if isinstance(section, dict) else {key: section}
        texts |= _pop_texts(path, key, body)
        if body:
            problem = f"{next(iter(body))} is not a text."
            raise _data_error(path, key, problem, "move it to the form's own file.")
    for name in texts:
        if name not in source_texts:
            text = f"The form has no {name}."
            raise _data_error(path, _section_of_text(name), text, "remove or correct it.")
    return Translation(texts, reviewed_on)


def _pop_texts(path: Path, key: str, body: dict[str, Any]) -> dict[str, str]:
    """Remove the texts from a section and return them by name. Options become lists of codes."""
    prefix = "" if key == FORM_SECTION else f"{key}."
    parts = words.FORM_TEXTS if key == FORM_SECTION else words.FIELD_TEXTS
    texts = {f"{prefix}{part}": body.pop(part) for part in parts if part in body}
    for table in words.LABEL_TABLES if prefix else ():
        if isinstance(body.get(table), dict):
            labels = body.pop(table)
            texts |= {f"{prefix}{table}.{code}": text for code, text in labels.items()}
            if "type" in body:
                body[table] = list(labels)
    for name, text in texts.items():
        if not isinstance(text, str) or not text.strip():
            raise _data_error(path, key, f"{name} is not a text.", "put it in quotes.")
    return {name: " ".join(text.split()) for name, text in texts.items()}


def _must_ask_no_experience(path: Path, definition: schemas.Definition, texts: words.Words) -> None:
    """Refuse questions about the respondent's own experience of violence, in any language."""
    for key, text in words.question_texts(definition, texts):
        for language in load_barred_phrases().values():
            if phrase := find_barred_phrase(text, language.phrases):
                problem = f"“{phrase}” asks for the respondent's own experience of violence."
                raise _data_error(path, key, problem, EXPERIENCE_REMEDY)


def _section_of_text(name: str) -> str:
    """Return the section of a data file to which a text belongs, from the name of the text."""
    return name.partition(".")[0] if "." in name else FORM_SECTION


def _data_error(path: Path, key: str, problem: str, remedy: str) -> errors.DataError:
    line = tables.find_line_number(path, key)
    return errors.DataError(file=path.name, line=line, record=key, problem=problem, remedy=remedy)


@lru_cache(maxsize=10_000)  # each question is compared with the same 600 phrases
def normalise_text(text: str) -> str:
    """Return a text in lower case without accents and punctuation, with single blanks."""
    unaccented = (c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", "".join(unaccented).casefold()))


def find_barred_phrase(text: str, phrases: Iterable[str]) -> str | None:
    """Return the first of `phrases` that a text contains as whole words."""
    padded_text = f" {normalise_text(text)} "
    return next(
        (phrase for phrase in phrases if f" {normalise_text(phrase)} " in padded_text), None
    )
