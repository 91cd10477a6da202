"""The pages of trainings that stand side by side at the desk."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.trainings.access import TAKING_PART, hosts_where

type Tab = tuple[str, str, bool]  # label, address, whether it is the page itself

EDITIONS = "trainings:edition_list"
CURRICULUM = "trainings:curriculum"
RESOURCES = "trainings:resource_list"
OWN_BOOKINGS = "trainings:own_booking_list"


def tabs_of(scope: Scope, here: str) -> list[Tab]:
    """Return the pages that somebody may open; `here` is one of them."""
    plans = (Permission.PLAN_TRAININGS,)
    found = [
        # Translators: a page of the desk: courses that are given.
        (_("Trainings"), EDITIONS, TAKING_PART),
        # Translators: a page of trainings: courses and their parts.
        (_("Courses"), CURRICULUM, TAKING_PART),
        # Translators: a page of trainings: whom and what sessions can book.
        (_("People and venues"), RESOURCES, plans),
        # Translators: a page of trainings: what somebody is booked for themselves.
        (_("Your bookings"), OWN_BOOKINGS, TAKING_PART),
    ]
    return [
        (label, reverse(name), name == here)
        for label, name, needed in found
        if hosts_where(scope, *needed)
    ]
