"""The words of mail: read from data/letters.toml, one record per language."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal, Self

from pydantic import model_validator

from protect.kernel import tables
from protect.notices.enums import Template
from protect.notices.errors import TemplateGone

SOURCE = "en"  # has every mail; in place of what a language does not have
PLACE = "{link}"  # stands on a line of its own, so that no mail program breaks it
LONGEST = 5  # lines


class Words(tables.Record):
    """The texts of mail in one language. All mail has one subject: an inbox reveals nothing."""

    state: Literal["draft", "reviewed"]
    subject: str
    body: dict[Template, str]

    @model_validator(mode="after")
    def is_plain(self) -> Self:
        """Refuse what could carry a name, or would not stay readable."""
        if not self.subject or not self.subject.isprintable() or "{" in self.subject:
            raise ValueError("the subject is one line without placeholders")
        for code, body in self.body.items():
            lines = body.strip().splitlines()
            others = [line for line in lines if line != PLACE]
            if len(lines) > LONGEST:
                raise ValueError(f"{code.value} has more than {LONGEST} lines")
            if len(lines) != len(others) + 1 or any(set("{}") & set(line) for line in others):
                raise ValueError(f"{code.value} needs one line {PLACE}, and no other placeholder")
        return self


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    body: str
    language: str


@cache
def words() -> dict[str, Words]:
    """Return the words of mail by language. Errors: DataError, also where English lacks a mail."""
    by_language = tables.load("notices", "letters", Words)
    missing = set(Template) - set(by_language[SOURCE].body if SOURCE in by_language else ())
    if missing:
        raise tables.bad_row(
            "notices",
            "letters",
            SOURCE,
            problem=f"These mails have no words: {', '.join(sorted(missing))}.",
            remedy="add them; this language stands in for all others.",
        )
    return by_language


def letter(template: str, language: str, link: str) -> Letter:
    """Return a mail in a language, its base language, or English. Errors: TemplateGone."""
    if template not in Template.values:
        raise TemplateGone
    code = Template(template)
    tag = next(tag for tag in _chain(language) if code in _body(tag))
    lines = _body(tag)[code].strip().splitlines()
    shown = [line.replace(PLACE, link) for line in lines if link or line != PLACE]
    return Letter(words()[tag].subject, "\n".join(shown) + "\n", tag)


def _chain(language: str) -> Iterator[str]:
    """Yield fr-BE, fr, en."""
    parts = language.split("-")
    for length in range(len(parts), 0, -1):
        yield "-".join(parts[:length])
    yield SOURCE


def _body(tag: str) -> dict[Template, str]:
    return words()[tag].body if tag in words() else {}
