"""The pages of trainings and of information sessions that stand side by side at the desk."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.trainings.access import TAKING_PART, hosts_where

type Tab = tuple[str, str, bool]  # label, address, whether it is the page itself
type Page = tuple[str, str, tuple[Permission, ...]]  # label, name of its address, who opens it

EDITIONS = "trainings:edition_list"
CURRICULUM = "trainings:curriculum"
RESOURCES = "trainings:resource_list"
SENDERS = "trainings:sender_list"
DOUBLES = "trainings:double_list"
KEYS = "trainings:issuer_keys"
OWN_BOOKINGS = "trainings:own_booking_list"
SESSIONS = "trainings:info_list"
REQUESTS = "trainings:request_list"
AMBASSADORS = "trainings:ambassador_list"
PACKS = "trainings:pack_list"
PLANS = (Permission.PLAN_TRAININGS,)
HOLDS = (*TAKING_PART, Permission.LEAD_SESSION)


def tabs_of(scope: Scope, here: str) -> list[Tab]:
    """Return the pages that somebody may open; `here` is one of them."""
    group = _sessions() if here in (SESSIONS, REQUESTS, AMBASSADORS, PACKS) else _trainings()
    return [
        (label, reverse(name), name == here)
        for label, name, needed in group
        if hosts_where(scope, *needed)
    ]


def _trainings() -> list[Page]:
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
        # Translators: a page of trainings: what certificates are signed with.
        (_("Keys of certificates"), KEYS, PLANS),
        (_("Information sessions"), SESSIONS, HOLDS),
    ]


def _sessions() -> list[Page]:
    return [
        (_("Trainings"), EDITIONS, TAKING_PART),
        # Translators: a page of the desk: sessions in schools and communities.
        (_("Information sessions"), SESSIONS, HOLDS),
        # Translators: a page of information sessions: who asks for one.
        (_("Requests"), REQUESTS, PLANS),
        # Translators: a page of information sessions: migrants who speak to others.
        (_("Ambassadors"), AMBASSADORS, PLANS),
        # Translators: a page of information sessions: lessons for four ages.
        (_("School packs"), PACKS, HOLDS),
    ]
