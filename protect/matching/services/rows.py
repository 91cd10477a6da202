"""A published service as matching and the public pages know it: complete, immutable, in memory.

Nothing that the public may not read is in it, so nothing of it can leak: no protected address, no
desk note, no source link.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from protect.directory import enums
from protect.directory.facts.base.fact_type import PublicLine
from protect.directory.hours import Hours
from protect.directory.rules import CheckSeen

WRITTEN = frozenset({enums.Mode.CHAT, enums.Mode.TEXT})
WRITTEN_NUMBERS = frozenset({enums.PhoneKind.WHATSAPP, enums.PhoneKind.TEXT})


@dataclass(frozen=True, slots=True)
class Point:
    """A place where help is given, or the main town of its coarse cell."""

    latitude: float  # degrees, WGS84
    longitude: float  # degrees, WGS84
    name: str  # of the settlement; beside it, as people there write it in another script
    place: int | None = None  # GeoNames id
    areas: tuple[str, ...] = ()  # codes, from the smallest to the largest
    is_exact: bool = False  # False: the centre of the settlement
    is_coarse: bool = False  # True: "in and around", the address is protected
    inside: frozenset[str] = frozenset()  # of a coarse cell: the areas and places within it
    address: str = ""
    postal_code: str = ""


@dataclass(frozen=True, slots=True)
class Door:
    hours: Hours
    note: str = ""  # what no syntax can say


@dataclass(frozen=True, slots=True)
class Number:
    number: str
    kind: enums.PhoneKind = enums.PhoneKind.VOICE
    cost: enums.Cost | None = None


@dataclass(frozen=True, slots=True)
class Spoken:
    language: str  # BCP 47
    how: enums.How = enums.How.STAFF
    window: Hours | None = None  # None = whenever open
    interpreter_gender: str = ""  # f, m, x; "" = not known


@dataclass(frozen=True, slots=True)
class Condition:
    """One stated criterion. Rows of one kind that include or exclude are merged into one."""

    operator: enums.Operator
    values: frozenset[str] = frozenset()
    minimum: int | None = None  # whole years
    maximum: int | None = None  # whole years, included
    answer: enums.Answer = enums.Answer.UNKNOWN


@dataclass(frozen=True, slots=True)
class Reach:
    """Where people must be: the whole country, an area of it, or a circle in it."""

    country: str
    area: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    radius_km: int | None = None
    within: tuple[str, ...] = ()  # codes of what the area or the circle's centre lies in

    @property
    def is_whole(self) -> bool:
        return self.area is None and self.radius_km is None


@dataclass(frozen=True, slots=True)
class Capacity:
    available: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Rooms:
    """A family shape that there are rooms for."""

    adult_gender: str  # f, m, x; "" = any
    children: int  # 4 = four or more
    oldest_boy: int | None  # whole years
    answer: enums.Answer
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Act:
    """A medical act that only helps within hours of the event."""

    act: str
    window_hours: int


@dataclass(frozen=True, slots=True)
class LastSeen:
    at: datetime
    method: enums.Method


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """One published service that the public may see."""

    id: UUID
    short: str
    name: str
    organisation: str
    country: str
    categories: frozenset[str]
    zone: str  # IANA
    scope: enums.Scope = enums.Scope.LOCAL
    modes: frozenset[enums.Mode] = frozenset()  # empty = not known
    points: tuple[Point, ...] = ()
    doors: Mapping[enums.Channel, Door] = field(default_factory=dict)  # no door: hours not known
    phones: tuple[Number, ...] = ()
    email: str = ""
    website: str = ""
    languages: tuple[Spoken, ...] = ()  # empty = not known
    areas: tuple[Reach, ...] = ()  # empty = not known
    area_note: str = ""  # not empty: `areas` is incomplete
    conditions: Mapping[enums.Kind, tuple[Condition, ...]] = field(default_factory=dict)
    documents: frozenset[str] = frozenset()  # codes of what is asked for; empty = not known
    public_lines: Mapping[enums.Fact, PublicLine] = field(default_factory=dict)
    # Whether a person who does not walk, hear or see can use it.
    access: Mapping[enums.Access, enums.Answer] = field(default_factory=dict)
    capacity: Capacity | None = None
    rooms: tuple[Rooms, ...] = ()
    clinical: tuple[Act, ...] = ()
    checks: Mapping[enums.Fact, tuple[CheckSeen, ...]] = field(default_factory=dict)  # newest first
    last_seen: Mapping[enums.Fact, LastSeen] = field(default_factory=dict)
    description: str = ""
    audience_note: str = ""
    how_to_access: str = ""
    restrictions: str = ""
    admission_conditions: str = ""
    text_language: str = "en"  # BCP 47, of the texts above
    # What a second person has read and is still of today's text: field → language → text.
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def worded(self, name: str, tag: str) -> tuple[str, str]:
        """Return a text and its language: a reviewed translation, else the original."""
        translated = self.translations.get(name, {}).get(tag)
        own: str = getattr(self, name)
        return (translated, tag) if own and translated else (own, self.text_language)

    @property
    def takes_messages(self) -> bool:
        return any(phone.kind in WRITTEN_NUMBERS for phone in self.phones)

    @property
    def takes_calls(self) -> bool:
        return any(phone.kind == enums.PhoneKind.VOICE for phone in self.phones)

    @property
    def written_ways(self) -> frozenset[enums.Mode]:
        """The written modes with a known address; an e-mail counts as a text."""
        is_available = {
            enums.Mode.TEXT: self.takes_messages or bool(self.email),
            enums.Mode.CHAT: enums.Mode.CHAT in self.modes
            and (self.takes_messages or bool(self.website)),
        }
        return frozenset(mode for mode, is_known in is_available.items() if is_known)
