"""Words, shapes and pages of information sessions: states, questions, skills."""

from collections.abc import Iterable
from functools import cache

from django.utils.translation import gettext, gettext_lazy as _

from protect.directory.facts.sentences import language_name
from protect.kernel import tables
from protect.orgs.enums import Permission
from protect.outreach.enums import RequestState
from protect.trainings.base import access
from protect.trainings.base.labels import StateLabel
from protect.trainings.base.pages.frame import EDITIONS, PLANS

# By code of skills.toml.
SKILLS = {
    # Translators, of each below: what an ambassador can do.
    "speaking": _("Speaking to an audience"),
    "leading_groups": _("Leading a group"),
    "with_children": _("Working with children"),
    "interpreting": _("Interpreting"),
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
    # Translators, of each below: label.
    "class_level": _("Class level"),  # which class of a school
    # Translators: label: a teacher stays in the room during a session.
    "teacher_present": _("A teacher stays in the room"),
    # Translators: label: who answers for the protection of children in a school.
    "safeguarding_lead": _("Safeguarding lead"),
    # Translators: label: what is done when a pupil or participant tells of violence.
    "accepts_protocol": _("The disclosure protocol is accepted"),
    "languages": _("Languages"),
    "has_private_room": _("A private room is there"),  # a room in which two people can talk unheard
}
SESSIONS = "outreach:info_list"
REQUESTS = "outreach:request_list"
AMBASSADORS = "outreach:ambassador_list"
PACKS = "outreach:pack_list"
HOLDS = (*access.TAKING_PART, Permission.LEAD_SESSION)
# Translators: a page of trainings: sessions in schools and communities.
PAGE = (_("Information sessions"), SESSIONS, HOLDS)
PAGES = (
    # Translators: a page of the desk: courses that are given.
    (_("Trainings"), EDITIONS, access.TAKING_PART),
    PAGE,
    # Translators, of each below: a page of information sessions.
    (_("Requests"), REQUESTS, PLANS),  # who asks for one
    (_("Ambassadors"), AMBASSADORS, PLANS),  # migrants who speak to others
    (_("School packs"), PACKS, HOLDS),  # lessons for four ages
)


def not_spoken(tags: Iterable[str]) -> str:
    # Translators: {languages} are names of languages that a session needs and no holder speaks.
    return gettext("Not spoken: {languages}").format(languages=", ".join(map(language_name, tags)))


def request_state(code: str) -> StateLabel:
    state = RequestState(code)
    return StateLabel(state.label, REQUEST_SHAPES[state])


class Skill(tables.Record):
    """A skill of an ambassador."""


@cache
def skills() -> dict[str, Skill]:
    return tables.load("outreach", "skills", Skill)
