"""The tabs of trainings at the desk."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.trainings.base.access import TAKING_PART, hosts_where
from protect.trainings.base.extension import Tab as Page
from protect.trainings.base.extension import extensions

type Tab = tuple[str, str, bool]  # label, address, whether it is the page itself

EDITIONS = "trainings:edition_list"
CURRICULUM = "trainings:curriculum"
RESOURCES = "trainings:resource_list"
SENDERS = "trainings:sender_list"
DOUBLES = "trainings:double_list"
OWN_BOOKINGS = "trainings:own_booking_list"
PLANS = (Permission.PLAN_TRAININGS,)


def tabs_of(scope: Scope, here: str) -> list[Tab]:
    """Return the pages that a user may open; `here` is one of them."""
    groups = [extension.pages for extension in extensions()]
    group = next((pages for pages in groups if is_among(here, pages)), _trainings())
    return [
        (str(label), reverse(name), name == here)
        for label, name, needed in group
        if hosts_where(scope, *needed)
    ]


def is_among(here: str, pages: Sequence[Page]) -> bool:
    return any(name == here for _label, name, _needed in pages)


def _trainings() -> Sequence[Page]:
    return [
        # Translators: a page of the desk: courses that are given.
        (_("Trainings"), EDITIONS, TAKING_PART),
        # Translators: a page of trainings: courses and their parts.
        (_("Courses"), CURRICULUM, TAKING_PART),
        # Translators: a page of trainings: whom and what sessions can book.
        (_("People and venues"), RESOURCES, PLANS),
        # Translators: a page of trainings: organisations and schools that send people.
        (_("Who sends people"), SENDERS, PLANS),
        # Translators: a page of trainings: what somebody is booked for themselves.
        (_("Your bookings"), OWN_BOOKINGS, TAKING_PART),
        # Translators: a page of trainings: two entries that may be one person.
        (_("Doubles"), DOUBLES, PLANS),
        *(tab for extension in extensions() for tab in extension.tabs),
    ]
