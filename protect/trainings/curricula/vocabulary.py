"""The modules and courses with which an installation begins, from TOML."""

from functools import cache

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict

from protect.kernel import tables
from protect.trainings.base.enums import Assessment, Phase

# What a training talks about, said before participants come. Codes of content_notes.toml.
CONTENT_NOTES = {
    # Translators, of each below: what a training talks about.
    "sexual_violence": _("Sexual violence"),
    "flight": _("Violence on the way and in camps"),
    "trauma": _("What violence does to people"),
    "discrimination": _("Discrimination"),
    "abuse_of_power": _("Abuse by people who help"),
}


class Words(BaseModel):
    """The title and texts of a module or course in one language."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    objectives: list[str] = []
    audience: str = ""


class Titled(tables.Record):
    """Something with words by language. A language without words has no version of it."""

    short: str
    en: Words
    fr: Words | None = None
    nl: Words | None = None
    ar: Words | None = None

    @property
    def words(self) -> dict[str, Words]:
        """Return the words by language, English first: the others translate it."""
        texts = {"en": self.en, "fr": self.fr, "nl": self.nl, "ar": self.ar}
        return {tag: words for tag, words in texts.items() if words}


class ContentNote(tables.Record):
    """A subject of a training that a participant may want to know beforehand."""


class ModuleRecord(Titled):
    """A module with which an installation begins. Units: minutes."""

    minutes: int
    content_notes: list[str] = []


class CourseRecord(Titled):
    """A course of modules, and the rule of its certificates."""

    tier: int
    modules: list[str]
    forms: dict[Phase, str] = {}
    attendance_percent: int = 80
    pass_percent: int = 60
    assessment: Assessment = Assessment.NONE


@cache
def content_notes() -> dict[str, ContentNote]:
    """Return the content notes by code. Errors: DataError."""
    return tables.load("trainings", "content_notes", ContentNote)


@cache
def modules() -> dict[str, ModuleRecord]:
    """Return the modules. Errors: DataError, also for a content note that there is not."""
    records = tables.load("trainings", "modules", ModuleRecord)
    for code, record in records.items():
        for each in sorted({*record.content_notes} - content_notes().keys()):
            raise _unknown("modules", code, f"content note “{each}”", "content_notes.toml")
    return records


@cache
def courses() -> dict[str, CourseRecord]:
    """Return the courses. Errors: DataError, also for a module that there is not."""
    records = tables.load("trainings", "courses", CourseRecord)
    for code, record in records.items():
        for each in sorted({*record.modules} - modules().keys()):
            raise _unknown("courses", code, f"module “{each}”", "modules.toml")
    return records


def _unknown(table: str, code: str, what: str, file: str) -> Exception:
    problem, remedy = f"There is no {what}.", f"correct it, or add it to {file}."
    return tables.bad_row("trainings", table, code, problem=problem, remedy=remedy)
