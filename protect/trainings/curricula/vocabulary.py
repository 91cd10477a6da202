"""The modules and courses supplied with an installation, from TOML files."""

from functools import cache

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict

from protect.kernel import tables
from protect.trainings.base.enums import Assessment, Phase

# Sensitive subjects, announced before a training. Codes of content_notes.toml.
CONTENT_NOTE_LABELS = {
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


class TranslatedRecord(tables.Record):
    """A record with texts by language. A language without texts gets no version."""

    short: str  # title that hides the topic, the same in every language
    en: Words
    fr: Words | None = None
    nl: Words | None = None
    ar: Words | None = None

    @property
    def words(self) -> dict[str, Words]:
        """Return the texts by language, English first: other languages translate it."""
        texts = {"en": self.en, "fr": self.fr, "nl": self.nl, "ar": self.ar}
        return {tag: words for tag, words in texts.items() if words}


class ContentNote(tables.Record):
    """A sensitive subject of a training, announced to participants beforehand."""


class ModuleRecord(TranslatedRecord):
    """A module supplied with an installation. Units: minutes."""

    minutes: int
    content_notes: list[str] = []


class CourseRecord(TranslatedRecord):
    """A course supplied with an installation: its modules and its certificate rule."""

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
    """Return the modules by code. Errors: DataError, also for an unknown content note."""
    records = tables.load("trainings", "modules", ModuleRecord)
    for code, record in records.items():
        for note in sorted({*record.content_notes} - content_notes().keys()):
            unknown = f"content note “{note}”"
            raise _unknown_code_error("modules", code, unknown, "content_notes.toml")
    return records


@cache
def courses() -> dict[str, CourseRecord]:
    """Return the courses by code. Errors: DataError, also for an unknown module."""
    records = tables.load("trainings", "courses", CourseRecord)
    for code, record in records.items():
        for module in sorted({*record.modules} - modules().keys()):
            raise _unknown_code_error("courses", code, f"module “{module}”", "modules.toml")
    return records


def _unknown_code_error(table: str, code: str, unknown: str, file: str) -> Exception:
    problem, remedy = f"There is no {unknown}.", f"correct it, or add it to {file}."
    return tables.bad_row_error("trainings", table, code, problem=problem, remedy=remedy)
