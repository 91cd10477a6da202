"""The texts of a form, each in the best language that has it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from protect.questionnaires import enums, schemas

type Words = Mapping[str, str]  # by name: title, <field>.label, <field>.options.<option> …

OF_FORM = ("title", "intro", "thanks")
OF_FIELD = ("label", "help", "low", "high")
TABLES = ("options", "rows")


class LanguageText(NamedTuple):
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Form:
    """A published version of a form, in the words of a language as far as there are any."""

    definition: schemas.Definition
    content_hash: str
    language: str  # that was asked for
    words: Mapping[str, LanguageText]
    drafts: frozenset[str] = frozenset()  # languages of it that no native reader has checked

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
    def languages(self) -> frozenset[str]:
        return frozenset(each.language for each in self.words.values())

    @property
    def missing(self) -> int:
        return sum(each.language != self.language for each in self.words.values())

    @property
    def is_draft(self) -> bool:
        return bool(self.drafts & self.languages)

    @property
    def requires(self) -> bool:
        return any(each.required for each in self.definition.asking())

    def optional_text(self, name: str) -> LanguageText | None:
        return self.words.get(name)

    def label(self, key: str) -> str:
        return self.words[f"{key}.label"].text


def spoken(
    words: Mapping[str, Words], chain: Sequence[str], source: str
) -> dict[str, LanguageText]:
    """Return each text of the source in the first language of the chain that has it."""
    order = [tag for tag in (*chain, source) if tag in words]
    texts: dict[str, LanguageText] = {}
    for name in words[source]:
        tag = next(tag for tag in order if words[tag].get(name))
        texts[name] = LanguageText(words[tag][name], tag)
    return texts


def needed(form: schemas.Definition) -> Iterator[str]:
    yield "title"
    for field in form.fields:
        ends = ("low", "high") if field.type in enums.STEPS else ()
        tables = (f"{table}.{code}" for table in TABLES for code in getattr(field, table))
        yield from (f"{field.key}.{part}" for part in ("label", *ends, *tables))


def asking_words(form: schemas.Definition, words: Words) -> Iterator[tuple[str, str]]:
    for field in form.asking():
        for name, text in words.items():
            if name.startswith(f"{field.key}."):
                yield field.key, text
