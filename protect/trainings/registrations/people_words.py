"""Words for what people work as and where, and for their age: codes of TOML, as they are chosen."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from protect.trainings.base import vocabulary as base_vocabulary
from protect.trainings.base.labels import band_name
from protect.trainings.registrations import vocabulary
from protect.trainings.registrations.enums import Sex

type Choices = list[tuple[str, str]]

# Translators: label: what somebody works as.
PROFESSION = _("Profession")
# Translators: label: in which sector somebody works, such as health.
SECTOR = _("Sector")
# Translators: label: how old somebody is.
AGE = _("Age")

# By code of professions.toml.
PROFESSIONS = {
    # Translators: what somebody works as. All genders.
    "social_worker": _("Social worker"),
    # Translators: what somebody works as. All genders.
    "psychologist": _("Psychologist"),
    # Translators: what somebody works as. All genders.
    "nurse": _("Nurse"),
    # Translators: what somebody works as. All genders.
    "midwife": _("Midwife"),
    # Translators: what somebody works as: of medicine. All genders.
    "doctor": _("Doctor"),
    # Translators: what somebody works as. All genders.
    "police_officer": _("Police officer"),
    # Translators: what somebody works as. All genders.
    "lawyer": _("Lawyer"),
    # Translators: what somebody works as. All genders.
    "teacher": _("Teacher"),
    # Translators: what somebody works as. All genders.
    "interpreter": _("Interpreter or cultural mediator"),
    # Translators: what somebody works as: in the office that decides about asylum. All genders.
    "asylum_officer": _("Asylum officer"),
    # Translators: what somebody works as: where asylum seekers live. All genders.
    "reception_staff": _("Staff of a reception centre"),
    # Translators: what somebody works as. All genders.
    "youth_worker": _("Youth worker"),
    # Translators: what somebody does without pay. All genders.
    "volunteer": _("Volunteer"),
    # Translators: what somebody works as. All genders.
    "manager": _("Manager or coordinator"),
    # Translators: somebody works as something that stands in no list.
    "other": _("Another profession"),
}

# By code of sectors.toml.
SECTORS = {
    # Translators: the sector in which somebody works.
    "health": pgettext_lazy("sector", "Health"),
    # Translators: the sector in which somebody works.
    "social_services": _("Social services"),
    # Translators: the sector in which somebody works.
    "asylum_reception": _("Asylum and reception"),
    # Translators: the sector in which somebody works.
    "police": _("Police"),
    # Translators: the sector in which somebody works: courts, prosecution, legal aid.
    "justice": _("Justice"),
    # Translators: the sector in which somebody works: schools, universities.
    "education": _("Education"),
    # Translators: the sector in which somebody works: organisations that are not the state's.
    "civil_society": _("Civil society"),
    # Translators: the sector in which somebody works: towns, ministries.
    "public_administration": _("Public administration"),
    # Translators: somebody works in a sector that stands in no list.
    "other": _("Another sector"),
}


def profession_name(code: str) -> str:
    """Return the label of a code of professions.toml; the code itself where an office added it."""
    return str(PROFESSIONS.get(code, code))


def sector_name(code: str) -> str:
    """Return the label of a code of sectors.toml; the code itself where an office added it."""
    return str(SECTORS.get(code, code))


def professions() -> Choices:
    """Return what people can say that they work as."""
    return _chosen({code: profession_name(code) for code in vocabulary.professions()})


def sectors() -> Choices:
    """Return where people can say that they work."""
    return _chosen({code: sector_name(code) for code in vocabulary.sectors()})


def ages() -> Choices:
    """Return how old people can say that they are."""
    return _chosen({code: band_name(code) for code in base_vocabulary.working_bands()})


def understood() -> list[tuple[str, list[str]]]:
    """Return which words of a list of names are understood, by what they are for."""
    return [
        (str(label), [word for _code, word in choices()[1:]])
        for label, choices in ((PROFESSION, professions), (SECTOR, sectors), (AGE, ages))
    ]


def _chosen(named: dict[str, str]) -> Choices:
    return [("", str(Sex.UNDISCLOSED.label)), *named.items()]
