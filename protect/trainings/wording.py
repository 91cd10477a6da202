"""What trainings say about findings and certificates, in the language of whoever reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from protect.trainings import people_words
from protect.trainings.enums import Assessment
from protect.trainings.nominating.checking import Wrong
from protect.trainings.rules.certifying import Advice, Lack, Rule
from protect.trainings.rules.clashing import Clash

# Translators: what speaks against booking somebody or something for a session. {name} is theirs.
CLASHES = {
    Clash.PERSON_TWICE: _("{name} has another session then."),
    Clash.ROOM_TWICE: _("{name} is taken then, or is being set up or cleared away."),
    Clash.SHARED_ROOM_TWICE: _("{name} is shared with another session then."),
    Clash.THING_TWICE: _("{name} is needed in another session then."),
    Clash.CLOSED: _("{name} is closed then."),
    Clash.HALF_DAYS_MEET: _("Another half day of this training is at the same time."),
    Clash.IN_THE_PAST: _("This time is over already."),
    Clash.TRAVEL_SHORT: _("{name} has too little time to come from another session."),
    Clash.UNAVAILABLE: _("{name} said that they are away then."),
    Clash.ROOM_SMALL: _("{name} holds fewer people than the training has seats."),
    Clash.CAPACITY_UNKNOWN: _("Nobody has said how many people {name} holds."),
    Clash.LANGUAGE_UNCOVERED: _("Nobody is booked who speaks or interprets a language of it."),
    Clash.CHILDCARE_UNCOVERED: _("Childcare is needed, and none is booked."),
    Clash.STEP_FREE_NEEDED: _("Somebody needs access, and {name} is not known to have no steps."),
    Clash.VENUE_UNSUITABLE: _("{name} has no room where somebody can talk alone."),
    Clash.VETTING_EXPIRED: _("{name} may not be booked for minors: a date is missing or is over."),
}

# What people need, as they choose it. Codes of needs.toml.
NEEDS = {
    # Translators: what somebody needs to take part in a training.
    "step_free": _("No steps"),
    # Translators: what somebody needs to take part in a training.
    "hearing": _("Help with hearing"),
    # Translators: what somebody needs to take part in a training.
    "large_print": _("Large print"),
    # Translators: what somebody needs to take part in a training.
    "quiet_room": _("A quiet room for breaks"),
    # Translators: what somebody needs to take part in a training.
    "companion": _("A place for somebody who helps me"),
    # Translators: what somebody eats.
    "vegetarian": _("Vegetarian"),
    # Translators: what somebody eats.
    "vegan": _("Vegan"),
    # Translators: what somebody eats.
    "halal": _("Halal"),
    # Translators: what somebody eats.
    "kosher": _("Kosher"),
    # Translators: what somebody eats.
    "no_gluten": _("Without gluten"),
    # Translators: what somebody eats.
    "no_lactose": _("Without lactose"),
    # Translators: what somebody eats.
    "no_nuts": _("Without nuts"),
    # Translators: how old children are for whom somebody needs childcare.
    "under_3": _("Under 3 years"),
    # Translators: how old children are for whom somebody needs childcare.
    "from_3_to_6": _("3 to 6 years"),
    # Translators: how old children are for whom somebody needs childcare.
    "over_6": _("Over 6 years"),
    # Translators: which interpreter somebody prefers.
    "woman": _("A woman"),
    # Translators: which interpreter somebody prefers.
    "man": _("A man"),
}


def need_said(code: str) -> str:
    """Return how a code of needs.toml is said; the code itself where an office added it."""
    return str(NEEDS.get(code, code))


# What a training talks about, said before anybody comes. Codes of content_notes.toml.
CONTENT_NOTES = {
    # Translators: what a training talks about.
    "sexual_violence": _("Sexual violence"),
    # Translators: what a training talks about.
    "flight": _("Violence on the way and in camps"),
    # Translators: what a training talks about.
    "trauma": _("What violence does to people"),
    # Translators: what a training talks about.
    "discrimination": _("Discrimination"),
    # Translators: what a training talks about.
    "abuse_of_power": _("Abuse by people who help"),
}

# What somebody who meets minors shows. Codes of suitability.toml.
SUITABILITY = {
    # Translators: an official paper that says that nothing speaks against work with children.
    "vetting": _("Vetting"),
    # Translators: the rules of conduct that somebody has signed.
    "code_of_conduct": _("Code of conduct"),
    # Translators: a course about how to protect children.
    "safeguarding": _("Safeguarding training"),
}


def findings(found: Iterable[tuple[str, UUID]], names: Mapping[UUID, str]) -> str:
    """Return what speaks against a booking as sentences, in the active language."""
    said = [str(CLASHES[Clash(code)]).format(name=names.get(about, "–")) for code, about in found]
    return " ".join(dict.fromkeys(said))


# Why somebody gets no certificate of a training. {missing} is a number of minutes.
LACKS = {
    # Translators: why somebody gets no certificate of a training.
    Lack.NOTHING_PLANNED: _("The training has no half day."),
    # Translators: why somebody gets no certificate of a training; {missing} is a number.
    Lack.MINUTES: _("{missing} minutes are missing."),
    # Translators: why somebody gets no certificate of a training.
    Lack.NO_RESULT: _("There is no result of the test yet."),
    # Translators: why somebody gets no certificate of a training.
    Lack.NOT_PASSED: _("The test was not passed."),
}

# What is to be done about the keys with which an organisation signs certificates.
ADVICE = {
    Advice.NO_KEY: _("No certificate can be issued yet. Make a key."),
    Advice.LISTS_END: _(
        "Nobody signs the lists of revoked certificates any more. 31 days after the last time, "
        "strangers cannot rely on any certificate. Make a key."
    ),
    Advice.MOVED: _(
        "The public site has another address than this key. Make a new one: certificates are "
        "signed anew in the night."
    ),
    Advice.OLD: _("The key is two years old. Make a new one: what it signed stays valid."),
    Advice.SIGNED_TONIGHT: _("Certificates of the key before are signed anew in the night."),
}


def lack_said(lack: Lack, missing: int) -> str:
    """Return what somebody lacks, in the language of whoever reads."""
    return str(LACKS[lack]).format(missing=missing)


def rule_said(rule: Rule) -> str:
    """Return what a certificate asks for: sentences that also stand in it."""
    # Translators: on a certificate: what somebody did to get it. {percent} is a number.
    attended = gettext("At least {percent} % of the planned time.")
    told = [attended.format(percent=rule.attendance_percent)]
    if rule.assessment is not Assessment.NONE:
        # Translators: on a certificate: what somebody did to get it. {percent} is a number.
        passed = gettext("A test with at least {percent} % of the points.")
        told.append(passed.format(percent=rule.pass_percent))
    return " ".join(told)


# The columns of a list of names.
ROSTER_FIELDS = {
    "name": _("Name"),
    "email": _("E-mail address"),
    "country": _("Country"),
    "language": _("Language"),
    "sex": _("Sex"),
    "age_band": people_words.AGE,
    "profession": people_words.PROFESSION,
    "sector": people_words.SECTOR,
}
# Translators: what somebody can do about a word in a list of names that nobody understood.
WORDS = _("Write one of the words that are understood, or nothing.")

# What is wrong with a row of a list of names, and how to mend it.
ROSTER = {
    Wrong.NAME_MISSING: (_("Nothing stands here."), _("Write the name.")),
    Wrong.NAME_LONG: (_("This is too long."), _("Write at most 120 characters.")),
    Wrong.EMAIL_MISSING: (_("Nothing stands here."), _("Write the e-mail address.")),
    Wrong.EMAIL_BAD: (_("This is no e-mail address."), _("Write it like name@example.org.")),
    # Translators: {line} is the number of a line.
    Wrong.TWICE: (_("The same stands in line {line}."), _("Leave one of them out.")),
    Wrong.COUNTRY_UNKNOWN: (_("No country has this code."), _("Write two letters, such as BE.")),
    Wrong.LANGUAGE_UNKNOWN: (_("No language has this code."), _("Write a code, such as fr.")),
    Wrong.SEX_UNKNOWN: (_("This is not known."), _("Write f, m, x, or nothing.")),
    Wrong.AGE_UNKNOWN: (_("This is not known."), WORDS),
    Wrong.PROFESSION_UNKNOWN: (_("This is not known."), WORDS),
    Wrong.SECTOR_UNKNOWN: (_("This is not known."), WORDS),
}
