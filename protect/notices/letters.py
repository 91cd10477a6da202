"""Texts of mail, read from data/letters.toml: one record per language."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal, Self

from pydantic import model_validator

from protect.kernel import tables
from protect.notices.enums import Template
from protect.notices.errors import TemplateGone

SOURCE_LANGUAGE = "en"  # has every text, and replaces a text that another language lacks
LINK_PLACEHOLDER = "{link}"  # stands on a line of its own, so that no mail program breaks it
MAX_LINES = 5  # of the text of a mail in the data files; loading a longer one is an error


class LetterTexts(tables.Record):
    """Texts of mail in one language; all have one subject, so that an inbox reveals nothing."""

    state: Literal["draft", "reviewed"]
    subject: str
    body: dict[Template, str]

    @model_validator(mode="after")
    def must_be_plain(self) -> Self:
        """Refuse a text that could carry a name, or that is too long to stay readable."""
        if not self.subject or not self.subject.isprintable() or "{" in self.subject:
            raise ValueError("the subject is one line without placeholders")
        for code, body in self.body.items():
            lines = body.strip().splitlines()
            others = [line for line in lines if line != LINK_PLACEHOLDER]
            if len(lines) > MAX_LINES:
                raise ValueError(f"{code.value} has more than {MAX_LINES} lines")
            if len(lines) != len(others) + 1 or any(set("{}") & set(line) for line in others):
                text = f"{code.value} needs one line {LINK_PLACEHOLDER}, and no other placeholder"
                raise ValueError(text)
        return self


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    body: str
    language: str  # of the texts, perhaps a fallback


@cache
def letter_texts() -> dict[str, LetterTexts]:
    """Return the texts of mail by language. Errors: DataError, also if English lacks a mail."""
    by_language = tables.load("notices", "letters", LetterTexts)
    english = by_language[SOURCE_LANGUAGE].body if SOURCE_LANGUAGE in by_language else {}
    missing = set(Template) - set(english)
    if missing:
        details = {"problem": f"These mails have no text: {', '.join(sorted(missing))}."}
        details |= {"remedy": "add them; this language replaces those that lack a text."}
        raise tables.bad_row_error("notices", "letters", SOURCE_LANGUAGE, **details)
    return by_language


def compose_letter(template: str, language: str, link: str) -> Letter:
    """Return a mail in a language, its base language, or English. Errors: TemplateGone."""
    if template not in Template.values:
        raise TemplateGone
    code = Template(template)
    tag = next(tag for tag in _fallback_languages(language) if code in _letter_bodies(tag))
    lines = _letter_bodies(tag)[code].strip().splitlines()
    shown = lines if link else [line for line in lines if line != LINK_PLACEHOLDER]
    body = "\n".join(line.replace(LINK_PLACEHOLDER, link) for line in shown) + "\n"
    return Letter(letter_texts()[tag].subject, body, tag)


def _fallback_languages(language: str) -> Iterator[str]:
    """Yield a language and its fallbacks: fr-BE, fr, en."""
    parts = language.split("-")
    for length in range(len(parts), 0, -1):
        yield "-".join(parts[:length])
    yield SOURCE_LANGUAGE


def _letter_bodies(tag: str) -> dict[Template, str]:
    return letter_texts()[tag].body if tag in letter_texts() else {}
