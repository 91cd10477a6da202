"""The tables of trainings in TOML, as records. Offices add to them: docs/data-trainings.md."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

from pydantic import BaseModel, ConfigDict, Field

from protect.kernel import tables
from protect.kernel.tables import Record
from protect.trainings.enums import Assessment, NeedKind, Phase, Severity
from protect.trainings.rules.clashing import Clash


class ClashRecord(Record):
    """What a finding does."""

    severity: Severity
    is_ready: bool = True


class SuitabilityRecord(Record):
    """What somebody shows before they are booked. Units: months that it stands."""

    months: int
    for_minors: bool = True


class Words(BaseModel):
    """What a module or a course is called in one language."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    objectives: list[str] = []
    audience: str = ""


class Titled(Record):
    """Something with words by language. A language without words has no version of it."""

    short: str
    en: Words
    fr: Words | None = None
    nl: Words | None = None
    ar: Words | None = None

    @property
    def words(self) -> dict[str, Words]:
        """Return the words by language, English first: the others translate it."""
        known = {"en": self.en, "fr": self.fr, "nl": self.nl, "ar": self.ar}
        return {tag: words for tag, words in known.items() if words}


class ContentNote(Record):
    """What a training talks about, and somebody may want to know before."""


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


class Grade(Record):
    """A class level. `pack`: the school pack for it."""

    pack: str = ""


class AgeBand(Record):
    """Ages that are counted together, in full years; without an end for `until` None."""

    since: int
    until: int | None = None


class Skill(Record):
    """What an ambassador can do."""


class Occupation(Record):
    """What people work as, or where. `names`: what they call it in lists, in any language.

    `isco`: its group in ISCO-08, where there is one.
    """

    isco: str = ""
    names: tuple[str, ...] = ()


WORKING_AGE = 16  # years: an age band that ends before is of nobody who takes part in a training


@cache
def skills() -> dict[str, Skill]:
    """Return what ambassadors can do. Errors: DataError."""
    return tables.load("trainings", "skills", Skill)


@cache
def grades() -> dict[str, Grade]:
    """Return the class levels, the youngest first. Errors: DataError."""
    return tables.load("trainings", "grades", Grade)


@cache
def age_bands() -> dict[str, AgeBand]:
    """Return the age bands, the youngest first. Errors: DataError."""
    return tables.load("trainings", "age_bands", AgeBand)


def working_bands() -> dict[str, AgeBand]:
    """Return the age bands of people who can take part in trainings. Errors: DataError."""
    return {
        code: band
        for code, band in age_bands().items()
        if band.until is None or band.until >= WORKING_AGE
    }


@cache
def professions() -> dict[str, Occupation]:
    """Return what people work as. Errors: DataError."""
    return tables.load("trainings", "professions", Occupation)


@cache
def sectors() -> dict[str, Occupation]:
    """Return where people work. Errors: DataError."""
    return tables.load("trainings", "sectors", Occupation)


@cache
def content_notes() -> dict[str, ContentNote]:
    """Return what trainings talk about, by code. Errors: DataError."""
    return tables.load("trainings", "content_notes", ContentNote)


@cache
def modules() -> dict[str, ModuleRecord]:
    """Return the modules. Errors: DataError, also for a content note that there is not."""
    found = tables.load("trainings", "modules", ModuleRecord)
    notes = content_notes()
    for code, record in found.items():
        for each in record.content_notes:
            if each not in notes:
                raise tables.bad_row(
                    "trainings",
                    "modules",
                    code,
                    problem=f"There is no content note “{each}”.",
                    remedy="correct it, or add it to content_notes.toml.",
                )
    return found


@cache
def courses() -> dict[str, CourseRecord]:
    """Return the courses. Errors: DataError, also for a module that there is not."""
    found = tables.load("trainings", "courses", CourseRecord)
    for code, record in found.items():
        for each in record.modules:
            if each not in modules():
                raise tables.bad_row(
                    "trainings",
                    "courses",
                    code,
                    problem=f"There is no module “{each}”.",
                    remedy="correct it, or add it to modules.toml.",
                )
    return found


@cache
def severities() -> dict[Clash, Severity]:
    """Return what each finding does. Errors: DataError."""
    found = tables.load("trainings", "clashes", ClashRecord)
    return {Clash(code): record.severity for code, record in found.items()}


@cache
def not_ready() -> frozenset[Clash]:
    """Return the findings with which no edition is ready."""
    found = tables.load("trainings", "clashes", ClashRecord)
    return frozenset(Clash(code) for code, record in found.items() if not record.is_ready)


@cache
def suitability() -> dict[str, SuitabilityRecord]:
    """Return what people show before they are booked. Errors: DataError."""
    return tables.load("trainings", "suitability", SuitabilityRecord)


@cache
def for_minors() -> frozenset[str]:
    """Return what must stand for sessions with minors."""
    return frozenset(code for code, record in suitability().items() if record.for_minors)


class Retention(Record):
    """How long something is kept. Units: days. `checked` is empty while nobody confirmed it."""

    days: int = Field(gt=0)
    source: str
    checked: date | None = None


def kept_for(code: str) -> timedelta:
    """Return how long something of retention.toml is kept. Errors: DataError; KeyError."""
    return timedelta(days=tables.load("trainings", "retention", Retention)[code].days)


class NeedRecord(Record):
    """Something that people can say they need."""

    kind: NeedKind


@cache
def needs(kind: NeedKind) -> list[str]:
    """Return the codes of what people can say they need of one kind. Errors: DataError."""
    found = tables.load("trainings", "needs", NeedRecord)
    return [code for code, record in found.items() if record.kind is kind]
