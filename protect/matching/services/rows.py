"""Published services, as matching and the public pages read them: complete and immutable. A row
holds only what the public may read: no protected address, no desk note, no link to a source."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from protect.directory import enums, rules
from protect.directory.facts.base.fact_type import PublicLine
from protect.directory.hours import Hours

WRITTEN_MODES = frozenset({enums.Mode.CHAT, enums.Mode.TEXT})
WRITTEN_PHONE_KINDS = frozenset({enums.PhoneKind.WHATSAPP, enums.PhoneKind.TEXT})


@dataclass(frozen=True, slots=True)
class Point:
    """A place where help is given; for a protected address, the main town of its coarse area."""

    latitude: float  # degrees, WGS84
    longitude: float  # degrees, WGS84
    name: str  # of the settlement, followed by its local name in another script
    place: int | None = None  # GeoNames id
    areas: tuple[str, ...] = ()  # codes, from the smallest to the largest
    is_exact: bool = False  # False: the centre of the settlement
    is_coarse: bool = False  # True: "in and around", the address is protected
    inner_places: frozenset[str] = frozenset()  # codes of the areas and places in a coarse area
    address: str = ""
    postal_code: str = ""

    @property
    def address_line(self) -> str:
        """Return street, postcode and town, as on a letter."""
        town = " ".join(filter(None, (self.postal_code, self.name)))
        return ", ".join(filter(None, (self.address, town)))


class OfficialName(NamedTuple):
    """The name that a service or organisation gives itself; "" = not known."""

    text: str = ""
    language: str = ""  # BCP 47; "" = not known


NO_OFFICIAL_NAME = OfficialName()


@dataclass(frozen=True, slots=True)
class OpeningHours:
    hours: Hours
    note: str = ""  # what the opening-hours syntax cannot express


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    number: str
    kind: enums.PhoneKind = enums.PhoneKind.VOICE
    cost: enums.Cost | None = None  # None = not known
    need: enums.AccessibilityKind | None = None  # only people with this need may use it; None: all


@dataclass(frozen=True, slots=True)
class LanguageOffer:
    language: str  # BCP 47
    how: enums.LanguageMode = enums.LanguageMode.STAFF
    window: Hours | None = None  # when it is spoken; None = whenever the service is open
    interpreter_gender: str = ""  # f, m, x; "" = not known


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition that a service states; of each kind, at most one INCLUDES and one EXCLUDES."""

    operator: enums.CriterionOperator
    values: frozenset[str] = frozenset()
    minimum: int | None = None  # whole years
    maximum: int | None = None  # whole years, included
    answer: enums.Answer = enums.Answer.UNKNOWN


@dataclass(frozen=True, slots=True)
class ServedArea:
    """Where people must live or be: the whole country, an area of it, or a circle in it."""

    country: str
    area: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    radius_km: int | None = None
    containing_areas: tuple[str, ...] = ()  # codes of areas around the area or the circle's centre

    @property
    def is_whole_country(self) -> bool:
        return self.area is None and self.radius_km is None


@dataclass(frozen=True, slots=True)
class Capacity:
    available: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Room:
    """A kind of family, and whether a shelter has a free room for it (`answer`)."""

    adult_gender: str  # f, m, x; "" = any
    children: int  # 4 = four or more
    oldest_boy: int | None  # whole years; None = sons of any age
    answer: enums.Answer
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class MedicalAct:
    """A medical treatment that helps only within some hours of the event."""

    act: str  # code of the treatment
    window_hours: int


@dataclass(frozen=True, slots=True)
class LastCheck:  # of a fact: the newest check that found its value
    at: datetime
    method: enums.Method


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """One published service, open to the public unless `store.read_professional` returned it."""

    id: UUID
    short: str
    name: str  # working name, in `text_language`
    organisation: str  # its working name
    country: str
    categories: frozenset[str]
    zone: str  # IANA
    scope: enums.ServiceScope = enums.ServiceScope.LOCAL
    modes: frozenset[enums.Mode] = frozenset()  # empty = not known
    points: tuple[Point, ...] = ()
    opening_hours: Mapping[enums.Channel, OpeningHours] = field(default_factory=dict)  # if known
    writing_hours: Hours | None = None  # stated for chats and messages; None = not stated
    phones: tuple[PhoneNumber, ...] = ()
    email: str = ""
    website: str = ""
    languages: tuple[LanguageOffer, ...] = ()  # empty = not known
    areas: tuple[ServedArea, ...] = ()  # empty = not known
    area_note: str = ""  # not empty: `areas` is incomplete
    conditions: Mapping[enums.CriterionKind, tuple[Condition, ...]] = field(default_factory=dict)
    documents: frozenset[str] = frozenset()  # codes of required documents; empty = not known
    public_lines: Mapping[enums.Fact, PublicLine] = field(default_factory=dict)
    # Whether a person who cannot walk, hear or see well can use the service.
    access: Mapping[enums.AccessibilityKind, enums.Answer] = field(default_factory=dict)
    capacity: Capacity | None = None  # free places; None = not known
    rooms: tuple[Room, ...] = ()
    clinical: tuple[MedicalAct, ...] = ()
    # The checks of each fact since its last edit, the newest first.
    checks: Mapping[enums.Fact, tuple[rules.CheckSummary, ...]] = field(default_factory=dict)
    last_checks: Mapping[enums.Fact, LastCheck] = field(default_factory=dict)
    description: str = ""
    audience_note: str = ""
    how_to_access: str = ""
    restrictions: str = ""
    admission_conditions: str = ""
    text_language: str = "en"  # BCP 47, of the texts above
    official_name: OfficialName = NO_OFFICIAL_NAME
    official_organisation: OfficialName = NO_OFFICIAL_NAME
    # Reviewed translations that match the current text: field → language → text.
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash(self.short)

    def translated_text(self, field_name: str, tag: str) -> tuple[str, str]:
        """Return a text and its language: a reviewed translation, else the original."""
        translated = self.translations.get(field_name, {}).get(tag)
        text: str = getattr(self, field_name)
        return (translated, tag) if text and translated else (text, self.text_language)

    @property
    def has_message_number(self) -> bool:
        """Return whether people without an access need can send it messages."""
        return any(phone.kind in WRITTEN_PHONE_KINDS and not phone.need for phone in self.phones)

    @property
    def has_voice_number(self) -> bool:
        return any(phone.kind == enums.PhoneKind.VOICE for phone in self.phones)

    @property
    def written_modes(self) -> frozenset[enums.Mode]:
        """Return written modes with a contact: chat if it is among `modes`, text in any case."""
        has_chat = enums.Mode.CHAT in self.modes and (self.has_message_number or self.website)
        has_text = self.has_message_number or self.email
        is_available = {enums.Mode.CHAT: has_chat, enums.Mode.TEXT: has_text}
        return frozenset(mode for mode, is_known in is_available.items() if is_known)
