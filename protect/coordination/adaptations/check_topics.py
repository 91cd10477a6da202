"""Topics of the adaptation check, from data, and their words in the active language."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy as _
from pydantic import BaseModel, ConfigDict

from protect.coordination.adaptations.enums import AnswerValue
from protect.directory.enums import AccessibilityKind, Fact
from protect.kernel import tables

TOPIC_PAGES: Mapping[str, Promise] = {  # of the check, in order
    # Translators, of each below: a page of the check of a service.
    "words": _("Languages"),
    "door": _("At the door"),  # papers, cost, opening
    "people": _("People"),  # women, men, sons, LGBTQI+
    "house": _("Rooms"),  # disability, children
    "practice": _("How you work"),  # reporting, procedure, training
}
ACCESSIBILITY = "accessibility"  # among `kinds`: the part of the fact eligibility of this name
TRAINED = "staff_trained"  # the topic that shows how many people completed which module


class Words(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    question: str
    step: str  # what a first step could be


class Topic(tables.Record):
    """A topic. `kinds`: the kinds of criteria that belong to it, if its fact is eligibility."""

    page: Literal["words", "door", "people", "house", "practice"]
    answers: tuple[AnswerValue, ...]
    fact: Fact | Literal[""] = ""
    kinds: tuple[str, ...] = ()
    source: str
    en: Words
    fr: Words | None = None
    nl: Words | None = None
    ar: Words | None = None

    @property
    def words(self) -> Words:
        """Return its words in the active language, else in English."""
        return getattr(self, (get_language() or "en").partition("-")[0], None) or self.en

    @property
    def question(self) -> str:
        return self.words.question

    @property
    def step(self) -> str:
        return self.words.step

    @property
    def field_parts(self) -> frozenset[str]:
        """Return the parts of names of form fields of the fact that belong to the topic."""
        access = AccessibilityKind.values if ACCESSIBILITY in self.kinds else []
        return frozenset([*self.kinds, *access])

    def part_of(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values of its fact that belong to the topic; all without `kinds`."""
        if not self.kinds:
            return dict(values)
        has_access = ACCESSIBILITY in self.kinds
        criteria = [row for row in values["criteria"] if row["kind"] in self.kinds]
        access = values["accessibility"] if has_access else []
        return {"criteria": criteria, "areas": [], "accessibility": access}


@cache
def topics() -> dict[str, Topic]:
    """Return the topics by code, in order. Errors: DataError."""
    return tables.load("coordination", "adaptation_topics", Topic)


def topics_of_page(page: str) -> list[Topic]:
    return [topic for topic in topics().values() if topic.page == page]


def next_page(page: str) -> str | None:
    """Return the page after one; None after the last."""
    pages = list(TOPIC_PAGES)
    following = pages[pages.index(page) + 1 :]
    return following[0] if following else None
