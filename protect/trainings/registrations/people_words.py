"""Words for what participants state about themselves: choices, labels, and accepted words."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache

from django.utils import translation
from django.utils.translation import get_language, gettext_lazy as _, pgettext_lazy

from protect.kernel import tables
from protect.orgs.languages import desk_languages, languages_with_mail
from protect.reference import formats, vocabulary as reference
from protect.reference.lookup.fold import fold
from protect.trainings.base import labels, vocabulary
from protect.trainings.registrations.enums import Sex

type Choices = list[tuple[str, str]]
type WordReader = Callable[[str], str | None]
"""Returns the code for a word in a list; "" for an empty text, None for an unknown word."""

PROFESSION_LABELS = {  # by code of professions.toml
    # Translators, of each below: what a participant works as. All genders.
    "social_worker": _("Social worker"),
    "psychologist": _("Psychologist"),
    "nurse": _("Nurse"),
    "midwife": _("Midwife"),
    "doctor": _("Doctor"),  # For translators: what a participant works as: of medicine. All genders
    "police_officer": _("Police officer"),
    "lawyer": _("Lawyer"),
    "teacher": _("Teacher"),
    "interpreter": _("Interpreter or cultural mediator"),
    "asylum_officer": _("Asylum officer"),  # For translators: job in an asylum office. All genders
    # Translators: what a participant works as: where asylum seekers live. All genders.
    "reception_staff": _("Staff of a reception centre"),
    "youth_worker": _("Youth worker"),
    "volunteer": _("Volunteer"),  # For translators: what a participant does unpaid. All genders
    "manager": _("Manager or coordinator"),
    "other": _("Another profession"),  # For translators: a participant's is not on the list
}

SECTOR_LABELS = {  # by code of sectors.toml
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
    "other": _("Another sector"),  # For translators: a participant's sector is not on the list
}


class Occupation(tables.Record):
    """A profession or sector, with the words for it in lists of names."""

    isco: str = ""  # its ISCO-08 group, if it has one
    names: tuple[str, ...] = ()  # words for it in lists, in any language


@cache
def profession_records() -> dict[str, Occupation]:
    """Return the professions of professions.toml by code. Errors: DataError."""
    return tables.load("trainings", "professions", Occupation)


@cache
def sector_records() -> dict[str, Occupation]:
    """Return the sectors of sectors.toml by code. Errors: DataError."""
    return tables.load("trainings", "sectors", Occupation)


def profession_label(code: str) -> str:
    return str(PROFESSION_LABELS.get(code, code))  # offices add codes


def sector_label(code: str) -> str:
    return str(SECTOR_LABELS.get(code, code))  # offices add codes


def country_label(code: str) -> str:
    return formats.country_name(code, get_language() or "en")


def profession_choices() -> Choices:
    """Return the professions as choices; “not said”, coded "", comes first."""
    return with_undisclosed((code, profession_label(code)) for code in profession_records())


def sector_choices() -> Choices:
    """Return the sectors as choices; “not said”, coded "", comes first."""
    return with_undisclosed((code, sector_label(code)) for code in sector_records())


def age_band_choices() -> Choices:
    """Return the age bands of participants as choices; “not said”, coded "", comes first."""
    bands = vocabulary.participant_age_bands()
    return with_undisclosed((code, labels.age_band_name(code)) for code in bands)


def sex_choices() -> Choices:
    """Return the sexes as choices; “not said” comes first."""
    order = sorted(Sex, key=lambda sex: sex is not Sex.UNDISCLOSED)
    return [(sex.value, str(sex.label)) for sex in order]


def with_undisclosed(choices: Iterable[tuple[str, str]]) -> Choices:
    """Return “not said”, with an empty code, and then the given choices."""
    return [("", str(Sex.UNDISCLOSED.label)), *choices]


def make_word_reader(
    choices: Callable[[], Choices], records: Callable[[], Mapping[str, Occupation]] = dict
) -> WordReader:
    """Return a function from a word in any staff language, or a name in `records`, to its code."""

    @cache
    def codes() -> dict[str, str]:
        by_word = {fold(name): code for code, row in records().items() for name in row.names}
        for tag in desk_languages():
            with translation.override(tag):
                by_word |= {fold(word): code for code, word in choices()}
        return by_word | {fold(code): code for code, _word in choices()}

    return lambda text: codes().get(fold(text))


read_profession = make_word_reader(profession_choices, profession_records)
read_sector = make_word_reader(sector_choices, sector_records)
_read_age_band_label = make_word_reader(age_band_choices)
SEX_WORDS = {  # that lists of names may contain
    Sex.FEMALE: ("f", "female", "woman", "femme", "féminin", "vrouw", "v", "w", "mujer", "donna"),
    Sex.MALE: ("m", "male", "man", "homme", "masculin", "hombre", "uomo"),
    Sex.OTHER: ("x", "other", "autre", "anders", "diverse"),
    Sex.UNDISCLOSED: ("undisclosed", "not said", "-", "?", ""),
}


def read_sex(text: str) -> str | None:
    """Return the code of a sex for a word in a list of names; None if the word is unknown."""
    word = fold(text)
    return next((sex.value for sex in SEX_WORDS if word in map(fold, SEX_WORDS[sex])), None)


def read_age_band(text: str) -> str | None:
    """Return the code of the age band for an age in full years or for a label; None if unknown."""
    plain = fold(text)
    code_of_label = _read_age_band_label(text)
    if code_of_label is not None or not plain.isdecimal() or len(plain) > 3:
        return code_of_label
    for code, band in vocabulary.participant_age_bands().items():
        if band.since <= int(plain) and (band.until is None or int(plain) <= band.until):
            return code
    return None


def _make_unambiguous_reader(words: Callable[[], Iterator[tuple[str, str]]]) -> WordReader:
    """Return a function from a word to its code: "" if blank, None if unknown or ambiguous."""

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
    """Yield each country's code, own names and names in mail languages, with the code."""
    for code, country in reference.countries().items():
        for name in (code, *country.endonyms.values(), *_cldr_names("territories", code)):
            yield name, code


def _language_names() -> Iterator[tuple[str, str]]:
    """Yield each language's tag, own and English name, names in mail languages, with the tag."""
    for tag, language in reference.languages().items():
        cldr_names = _cldr_names("languages", tag.replace("-", "_"))
        for name in (tag, language.endonym, language.english, *cldr_names):
            yield name, tag


def _cldr_names(kind: str, code: str) -> Iterator[str]:
    """Yield the name of a country or language in each language that has mail."""
    for tag in languages_with_mail():
        name = getattr(formats.cldr_locale(tag), kind).get(code)
        if name:
            yield str(name)


read_country = _make_unambiguous_reader(_country_names)
read_language = _make_unambiguous_reader(_language_names)
