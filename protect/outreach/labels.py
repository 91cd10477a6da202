"""Words, shapes and pages of information sessions: states, questions, skills."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from protect.directory.facts.sentences import language_name
from protect.kernel import tables
from protect.orgs.enums import Permission
from protect.outreach.enums import RequestState
from protect.trainings.base import access
from protect.trainings.base.labels import StateLabel
from protect.trainings.base.pages.frame import EDITIONS

# By code of skills.toml.
SKILLS = {
    # Translators: what an ambassador can do.
    "speaking": _("Speaking to an audience"),
    # Translators: what an ambassador can do.
    "leading_groups": _("Leading a group"),
    # Translators: what an ambassador can do.
    "with_children": _("Working with children"),
    # Translators: what an ambassador can do.
    "interpreting": _("Interpreting"),
    # Translators: what an ambassador can do.
    "online": _("Online sessions"),
}

REQUEST_SHAPES = {
    RequestState.RECEIVED: "open",
    RequestState.AGREED: "info",
    RequestState.SCHEDULED: "info",
    RequestState.HELD: "good",
    RequestState.CLOSED: "ended",
    RequestState.DECLINED: "ended",
}
REQUEST_FIELDS = {
    # Translators: label: which class of a school.
    "class_level": _("Class level"),
    # Translators: label: a teacher stays in the room during a session.
    "teacher_present": _("A teacher stays in the room"),
    # Translators: label: who answers for the protection of children in a school.
    "safeguarding_lead": _("Safeguarding lead"),
    # Translators: label: what is done when somebody tells of violence.
    "accepts_protocol": _("The disclosure protocol is accepted"),
    # Translators: label.
    "languages": _("Languages"),
    # Translators: label: a room in which two people can talk unheard.
    "has_private_room": _("A private room is there"),
}


def not_spoken(tags: Iterable[str]) -> str:
    # Translators: {languages} are names of languages that a session needs and nobody speaks.
    return gettext("Not spoken: {languages}").format(languages=", ".join(map(language_name, tags)))


def request_state(code: str) -> StateLabel:
    state = RequestState(code)
    return StateLabel(state.label, REQUEST_SHAPES[state])


class Skill(tables.Record):
    """A skill of an ambassador."""


@cache
def skills() -> dict[str, Skill]:
    return tables.load("outreach", "skills", Skill)


SESSIONS = "outreach:info_list"
REQUESTS = "outreach:request_list"
AMBASSADORS = "outreach:ambassador_list"
PACKS = "outreach:pack_list"
PLANS = (Permission.PLAN_TRAININGS,)
HOLDS = (*access.TAKING_PART, Permission.LEAD_SESSION)
# Translators: a page of trainings: sessions in schools and communities.
PAGE = (_("Information sessions"), SESSIONS, HOLDS)
PAGES = (
    # Translators: a page of the desk: courses that are given.
    (_("Trainings"), EDITIONS, access.TAKING_PART),
    PAGE,
    # Translators: a page of information sessions: who asks for one.
    (_("Requests"), REQUESTS, PLANS),
    # Translators: a page of information sessions: migrants who speak to others.
    (_("Ambassadors"), AMBASSADORS, PLANS),
    # Translators: a page of information sessions: lessons for four ages.
    (_("School packs"), PACKS, HOLDS),
)
