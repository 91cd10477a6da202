"""The texts of a form, each in the best available language."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from protect.questionnaires import enums, schemas

type Words = Mapping[str, str]  # by name: title, <field>.label, <field>.options.<option> …

FORM_TEXTS = ("title", "intro", "thanks")  # keys of the texts of a form
FIELD_TEXTS = ("label", "help", "low", "high")  # keys of the texts of a field
LABEL_TABLES = ("options", "rows")  # tables of a field that map a code to its label


class LanguageText(NamedTuple):
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Form:
    """A published version of a form, with its texts in `language` where they are translated."""

    definition: schemas.Definition
    content_hash: str
    language: str  # the one requested
    words: Mapping[str, LanguageText]
    draft_languages: frozenset[str] = frozenset()  # whose texts no native speaker has checked

    @property
    def code(self) -> str:
        return self.definition.code

    @property
    def number(self) -> int:
        return self.definition.number

    @property
    def title(self) -> LanguageText:
        return self.words["title"]

    @property
    def used_languages(self) -> frozenset[str]:
        return frozenset(text.language for text in self.words.values())

    @property
    def untranslated_count(self) -> int:
        return sum(text.language != self.language for text in self.words.values())

    @property
    def is_draft(self) -> bool:
        """Return whether a text is used that no native speaker has checked."""
        return bool(self.draft_languages & self.used_languages)

    @property
    def has_required_question(self) -> bool:
        return any(field.required for field in self.definition.questions())

    def optional_text(self, name: str) -> LanguageText | None:
        return self.words.get(name)

    def label(self, key: str) -> str:
        return self.words[f"{key}.label"].text


def pick_texts(
    words: Mapping[str, Words], chain: Sequence[str], source: str
) -> dict[str, LanguageText]:
    """Return each text by name, in the first language of `chain` that has it, else `source`."""
    tags_in_order = [tag for tag in (*chain, source) if tag in words]
    texts: dict[str, LanguageText] = {}
    for name in words[source]:
        tag = next(tag for tag in tags_in_order if words[tag].get(name))
        texts[name] = LanguageText(words[tag][name], tag)
    return texts


def required_text_names(form: schemas.Definition) -> Iterator[str]:
    yield "title"
    for field in form.fields:
        end_labels = ("low", "high") if field.type in enums.SCALE_TYPES else ()
        tables = (f"{table}.{code}" for table in LABEL_TABLES for code in getattr(field, table))
        yield from (f"{field.key}.{part}" for part in ("label", *end_labels, *tables))


def question_texts(form: schemas.Definition, words: Words) -> Iterator[tuple[str, str]]:
    """Yield the key of the question and the text, for each text of each question."""
    for field in form.questions():
        for name, text in words.items():
            if name.startswith(f"{field.key}."):
                yield field.key, text
