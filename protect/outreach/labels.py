"""Labels, state shapes and menu pages of information sessions."""

from collections.abc import Iterable
from functools import cache

from django.utils.translation import gettext, gettext_lazy as _

from protect.directory.facts.sentences import language_name
from protect.kernel import tables
from protect.orgs.enums import Permission
from protect.outreach.enums import RequestState
from protect.trainings.base import access, labels
from protect.trainings.base.pages.frame import EDITIONS, PLANNER_ONLY

SKILL_LABELS = {  # by code of a skill in skills.toml
    # Translators, of each below: what an ambassador can do.
    "speaking": _("Speaking to an audience"),
    "leading_groups": _("Leading a group"),
    "with_children": _("Working with children"),
    "interpreting": _("Interpreting"),
    "online": _("Online sessions"),
}

request_state_label = labels.make_state_labeller(
    {
        RequestState.RECEIVED: "open",
        RequestState.AGREED: "info",
        RequestState.SCHEDULED: "info",
        RequestState.HELD: "good",
        RequestState.CLOSED: "ended",
        RequestState.DECLINED: "ended",
    }
)
REQUEST_FIELD_LABELS = {
    # Translators, of each below: label.
    "class_level": _("Class level"),  # which class of a school
    "teacher_present": _("A teacher stays in the room"),  # For translators: label; at a session
    "safeguarding_lead": _("Safeguarding lead"),  # For translators: label: who keeps pupils safe
    # Translators: label: what is done when a pupil or participant tells of violence.
    "accepts_protocol": _("The disclosure protocol is accepted"),
    "languages": _("Languages"),
    "has_private_room": _("A private room is available"),  # two people talk there unheard
}
SESSIONS_URL = "outreach:info_list"
REQUESTS_URL = "outreach:request_list"
AMBASSADORS_URL = "outreach:ambassador_list"
PACKS_URL = "outreach:pack_list"
HOLDER_MENU_PERMISSIONS = (*access.TRAINING_PERMISSIONS, Permission.LEAD_SESSION)  # one is enough
# Translators: a page of trainings: sessions in schools and communities.
SESSIONS_PAGE = (_("Information sessions"), SESSIONS_URL, HOLDER_MENU_PERMISSIONS)
MENU_PAGES = (
    (_("Trainings"), EDITIONS, access.TRAINING_PERMISSIONS),  # For translators: page; courses held
    SESSIONS_PAGE,
    # Translators, of each below: a page of information sessions.
    (_("Requests for sessions"), REQUESTS_URL, PLANNER_ONLY),
    (_("Ambassadors"), AMBASSADORS_URL, PLANNER_ONLY),  # migrants who speak to others
    (_("School packs"), PACKS_URL, HOLDER_MENU_PERMISSIONS),  # lessons for four ages
)


def unspoken_languages_text(tags: Iterable[str]) -> str:
    names = ", ".join(map(language_name, tags))
    # Translators: {languages} are names of languages that a session needs and no holder speaks.
    return gettext("Languages not covered: {languages}").format(languages=names)


class Skill(tables.Record):
    """A skill that an ambassador can have, without data of its own."""


@cache
def load_skills() -> dict[str, Skill]:
    return tables.load("outreach", "skills", Skill)
