"""Words for what participants say of themselves: to choose, to read, and as lists have them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache

from django.db.models import TextChoices
from django.utils import translation
from django.utils.translation import get_language, gettext_lazy as _, pgettext_lazy

from protect.kernel import tables
from protect.orgs.languages import of_desk, of_mail
from protect.reference import formats, vocabulary as reference
from protect.reference.lookup.fold import fold
from protect.trainings.base import labels, vocabulary
from protect.trainings.registrations.enums import Sex

type Choices = list[tuple[str, str]]
type Reader = Callable[[str], str | None]
"""Returns the code that a written word means; "" for nothing, None for an unknown word."""

# By code of professions.toml.
PROFESSIONS = {
    # Translators, of each below: what a participant works as. All genders.
    "social_worker": _("Social worker"),
    "psychologist": _("Psychologist"),
    "nurse": _("Nurse"),
    "midwife": _("Midwife"),
    # Translators: what a participant works as: of medicine. All genders.
    "doctor": _("Doctor"),
    "police_officer": _("Police officer"),
    "lawyer": _("Lawyer"),
    "teacher": _("Teacher"),
    "interpreter": _("Interpreter or cultural mediator"),
    # Translators: what a participant works as: in the office that decides on asylum. All genders.
    "asylum_officer": _("Asylum officer"),
    # Translators: what a participant works as: where asylum seekers live. All genders.
    "reception_staff": _("Staff of a reception centre"),
    "youth_worker": _("Youth worker"),
    # Translators: what a participant does without pay. All genders.
    "volunteer": _("Volunteer"),
    "manager": _("Manager or coordinator"),
    # Translators: a participant's profession is not on the list.
    "other": _("Another profession"),
}

# By code of sectors.toml.
SECTORS = {
    # Translators: the sector in which a participant works.
    "health": pgettext_lazy("sector", "Health"),
    # Translators, of each below: the sector in which a participant works.
    "social_services": _("Social services"),
    "asylum_reception": _("Asylum and reception"),
    "police": _("Police"),
    "justice": _("Justice"),  # courts, prosecution, legal aid
    "education": _("Education"),  # schools, universities
    "civil_society": _("Civil society"),  # organisations that are not the state's
    "public_administration": _("Public administration"),  # towns, ministries
    # Translators: the sector in which a participant works is not on the list.
    "other": _("Another sector"),
}


class Occupation(tables.Record):
    """What people work as, or where."""

    isco: str = ""  # its group in ISCO-08, where there is one
    names: tuple[str, ...] = ()  # what people call it in lists, in any language


@cache
def profession_records() -> dict[str, Occupation]:
    """Return what people work as. Errors: DataError."""
    return tables.load("trainings", "professions", Occupation)


@cache
def sector_records() -> dict[str, Occupation]:
    """Return where people work. Errors: DataError."""
    return tables.load("trainings", "sectors", Occupation)


def profession_name(code: str) -> str:
    """Return the label of a code of professions.toml; the code itself where an office added it."""
    return str(PROFESSIONS.get(code, code))


def sector_name(code: str) -> str:
    """Return the label of a code of sectors.toml; the code itself where an office added it."""
    return str(SECTORS.get(code, code))


def country_word(code: str) -> str:
    return formats.country_name(code, get_language() or "en")


def professions() -> Choices:
    return or_not_said((code, profession_name(code)) for code in profession_records())


def sectors() -> Choices:
    return or_not_said((code, sector_name(code)) for code in sector_records())


def ages() -> Choices:
    return or_not_said((code, labels.band_name(code)) for code in vocabulary.working_bands())


def sexes() -> Choices:
    """Return the sexes as choices; “not said” stands first."""
    order = sorted(Sex, key=lambda sex: sex is not Sex.UNDISCLOSED)
    return [(sex.value, str(sex.label)) for sex in order]


def choices_of(kind: type[TextChoices]) -> Callable[[], Choices]:
    return lambda: or_not_said((code, str(word)) for code, word in kind.choices)


def or_not_said(choices: Iterable[tuple[str, str]]) -> Choices:
    return [("", str(Sex.UNDISCLOSED.label)), *choices]


def reader(
    choices: Callable[[], Choices], records: Callable[[], Mapping[str, Occupation]] = dict
) -> Reader:
    """Return what reads a word of a list: a code, a name in `records`, or how our pages say it."""

    @cache
    def codes() -> dict[str, str]:
        by_word = {fold(name): code for code, row in records().items() for name in row.names}
        for tag in of_desk():
            with translation.override(tag):
                by_word |= {fold(word): code for code, word in choices()}
        return by_word | {fold(code): code for code, _word in choices()}

    return lambda text: codes().get(fold(text))


profession_of = reader(professions, profession_records)
sector_of = reader(sectors, sector_records)
_band_of = reader(ages)
SEXES = {
    Sex.FEMALE: ("f", "female", "woman", "femme", "féminin", "vrouw", "v", "w", "mujer", "donna"),
    Sex.MALE: ("m", "male", "man", "homme", "masculin", "hombre", "uomo"),
    Sex.OTHER: ("x", "other", "autre", "anders", "diverse"),
    Sex.UNDISCLOSED: ("undisclosed", "not said", "-", "?", ""),
}


def sex_of(text: str) -> str | None:
    """Return the code of a sex as written in a list; None if unknown."""
    word = fold(text)
    return next((sex.value for sex in SEXES if word in map(fold, SEXES[sex])), None)


def age_band_of(text: str) -> str | None:
    """Return the age band that years or the name of a band mean; "" for nothing, None if unknown.
    Units: full years."""
    plain = fold(text)
    named = _band_of(text)
    if named is not None or not plain.isdecimal() or len(plain) > 3:
        return named
    for code, band in vocabulary.working_bands().items():
        if band.since <= int(plain) and (band.until is None or int(plain) <= band.until):
            return code
    return None


def _unambiguous(words: Callable[[], Iterator[tuple[str, str]]]) -> Reader:
    """Return what reads a word of a list, given words with their codes, that has one meaning."""

    @cache
    def codes() -> dict[str, set[str]]:
        by_word: dict[str, set[str]] = {}
        for word, code in words():
            by_word.setdefault(fold(word), set()).add(code)
        return by_word

    def code_of(text: str) -> str | None:
        meanings = codes().get(fold(text), set()) if text.strip() else {""}
        return next(iter(meanings)) if len(meanings) == 1 else None

    return code_of


def _country_names() -> Iterator[tuple[str, str]]:
    for code, country in reference.countries().items():
        for name in (code, *country.endonyms.values(), *_cldr_names("territories", code)):
            yield name, code


def _language_names() -> Iterator[tuple[str, str]]:
    for tag, language in reference.languages().items():
        cldr_names = _cldr_names("languages", tag.replace("-", "_"))
        for name in (tag, language.endonym, language.english, *cldr_names):
            yield name, tag


def _cldr_names(kind: str, code: str) -> Iterator[str]:
    """Yield the names that CLDR has, in each language of our mail."""
    for tag in of_mail():
        name = getattr(formats.locale_of(tag), kind).get(code)
        if name:
            yield str(name)


country_of = _unambiguous(_country_names)
language_of = _unambiguous(_language_names)
