"""How to remove only our pages from the history of a browser: steps with a picture each. Menus of
browsers change, so steps that were not checked for long are hidden."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Literal

import pydantic

from protect.kernel import tables
from protect.reference import catalogue
from protect.ui.icons import ICON_PATHS

HEADING = "How to delete only our pages"
SHOWN_DAYS = 180  # after a check


class Step(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(frozen=True, extra="forbid")

    picture: str  # of ICON_PATHS
    text: str  # English

    @pydantic.field_validator("picture")
    @classmethod
    def _check_picture(cls, name: str) -> str:
        if name not in ICON_PATHS:
            raise ValueError("no picture has this name")
        return name


class BrowserSteps(tables.Record):
    """The steps for a browser on a system. docs/data.md explains every key."""

    name: str  # as people know it, without a word to translate
    checked_on: date
    source: str
    status: Literal["unconfirmed", "confirmed"] = "unconfirmed"
    step: tuple[Step, ...]

    @property
    def hidden_from(self) -> date:
        """The first day on which the steps are too old to be shown."""
        return self.checked_on + timedelta(days=SHOWN_DAYS + 1)

    @property
    def is_confirmed(self) -> bool:
        return self.status == "confirmed"


def load_steps() -> Mapping[str, BrowserSteps]:
    """Return the steps by code of the browser, in the order of the file. Errors: DataError."""
    return tables.load("findhelp", "browser_steps", BrowserSteps)


def steps_on(today: date) -> tuple[BrowserSteps, ...]:
    """Return the steps that were checked within SHOWN_DAYS. Errors: DataError."""
    return tuple(steps for steps in load_steps().values() if today < steps.hidden_from)


def languages(today: date, tag: str) -> frozenset[str]:
    """Return the languages in which a reader of the language `tag` gets the steps."""
    texts = [step.text for steps in steps_on(today) for step in steps.step]
    return frozenset(catalogue.translation_with_language(text, tag)[1] for text in texts)


def texts_to_translate() -> Iterator[tuple[str, str]]:
    """Yield the English of the heading and of each step, and a note for translators."""
    yield HEADING, "heading over steps for each browser, such as Chrome; the steps follow."
    for steps in load_steps().values():
        for step in steps.step:
            note = f"step in {steps.name}; use the words of its menus in your language."
            yield step.text, note
