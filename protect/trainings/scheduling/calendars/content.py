"""The content of a calendar, and its reader. Plain values: the caller has loaded them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

SEQUENCED = (
    "starts_at",
    "ends_at",
    "zone",
    "title",
    "short_title",
    "town",
    "address",
    "link",
    "url",
    "is_cancelled",
    "notes",
    "also_zones",
)


@dataclass(frozen=True, slots=True)
class Meeting:
    """One session. Its `key` stays the same for ever, whatever becomes of it."""

    key: UUID
    sequence: int  # raised with every change (see `after`)
    changed_at: datetime
    starts_at: datetime
    ends_at: datetime
    zone: str  # IANA
    title: str  # in full: for whoever asks for it
    short_title: str  # neutral: a colleague may look over a shoulder
    town: str = ""
    address: str = ""  # street and door, or the room: for confirmed people
    link: str = ""  # where an online session is joined: for confirmed people
    url: str = ""  # the page about it; neutral by itself
    is_cancelled: bool = False
    notes: str = ""  # goes with the title in full
    also_zones: tuple[str, ...] = ()  # in which others join: their clocks are told too

    def __post_init__(self) -> None:
        for at in (self.changed_at, self.starts_at, self.ends_at):
            if at.tzinfo is None:
                raise ValueError("times of a session carry a zone")
        if not self.starts_at < self.ends_at or self.sequence < 0:
            raise ValueError("a session begins before it ends, and counts its changes from 0")

    def after(self, before: Meeting) -> Meeting:
        """Return this state of a session that was told as `before`: its number of changes follows.

        Calendars drop what has a lower number, and keep what has the same (RFC 5546 §2.1.4).
        """
        if self.key != before.key:
            raise ValueError("another session")
        is_changed = any(getattr(self, name) != getattr(before, name) for name in SEQUENCED)
        return replace(self, sequence=before.sequence + is_changed)


@dataclass(frozen=True, slots=True)
class Reader:
    """The reader of a calendar. The default shows less."""

    tag: str  # BCP 47
    has_place: bool = False  # confirmed: the address or the link to join
    has_titles: bool = False  # in full, with notes


@dataclass(frozen=True, slots=True)
class Calendar:
    """The header of a calendar."""

    name: str  # neutral
    organiser: str  # its name, neutral unless the reader wants titles in full
    organiser_uri: str  # mailto: of a role, or https: of the desk; never of a person
    zone: str  # of an empty one
    notice: str = ""  # "Demonstration …"
