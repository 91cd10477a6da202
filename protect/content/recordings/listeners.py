"""The listeners of a recording before the public: as for texts, a person who reads the
language like a first language and did not make it; on a page about safety a specialist as well."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple
from uuid import UUID

from django.conf import settings

from protect.content.enums import RecordingOrigin, ReviewRole
from protect.content.models import Page, Recording, Review
from protect.content.texts import rules


class ListenedRecording(NamedTuple):
    """What decides whether the public hears a recording."""

    page: Page
    address: str
    origin: str
    recorded_by: UUID


type Listeners = Mapping[str, tuple[rules.Review, ...]]  # by the address of a recording


def listening_digest(address: str) -> str:
    """Return what a review of a recording is about: its address changes with its sound."""
    return rules.text_digest(f"recording\0{address}")


def read_listeners(addresses: Iterable[str]) -> Listeners:
    """Return the listeners of recordings."""
    by_digest = {listening_digest(address): address for address in addresses}
    listeners: dict[str, tuple[rules.Review, ...]] = {}
    for row in Review.objects.filter(digest__in=by_digest):
        if row.is_sealed():
            review = rules.Review(ReviewRole(row.role), row.reviewer_id)
            address = by_digest[row.digest]
            listeners[address] = (*listeners.get(address, ()), review)
    return listeners


def is_approved(recording: ListenedRecording, listeners: Listeners) -> bool:
    """Return whether enough people have listened to a recording of a person. Errors:
    match_key_missing."""
    reviews = listeners.get(recording.address, ())
    facts = rules.Translation("", recording.recorded_by, reviews)
    is_safety = recording.page.is_about_safety
    return recording.origin == RecordingOrigin.HUMAN and rules.is_reviewed(
        facts, is_safety=is_safety
    )


def may_be_heard(recording: ListenedRecording, listeners: Listeners) -> bool:
    """Return whether the public may hear a recording: in a demonstration also before others have
    listened, as it shows texts that others have not read; never the voice of a computer."""
    is_person = recording.origin == RecordingOrigin.HUMAN
    return is_person and (settings.IS_DEMO or is_approved(recording, listeners))


def listened(row: Recording) -> ListenedRecording:
    return ListenedRecording(row.page, row.address, row.origin, row.recorded_by_id)
