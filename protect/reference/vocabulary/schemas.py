"""The record of each vocabulary. docs/data.md explains every key."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

from protect.kernel.ids import ALPHABET
from protect.kernel.tables import Record

type Direction = Literal["ltr", "rtl"]
type Status = Literal["unconfirmed", "confirmed"]
type Text = Annotated[str, StringConstraints(min_length=1)]
type Script = Annotated[str, StringConstraints(pattern=r"^[A-Z][a-z]{3}$")]
type Iso6393 = Annotated[str, StringConstraints(pattern=r"^[a-z]{3}$")]
type Number = Annotated[str, StringConstraints(pattern=r"^(\+\d{6,15}|\d{3,6}|)$")]
type ShortCode = Annotated[str, StringConstraints(pattern=rf"^([{ALPHABET}]{{2}}|)$")]


class Language(Record):
    """A language, by its BCP 47 tag."""

    iso639_3: Iso6393
    endonym: Text
    english: Text
    direction: Direction
    script: Script
    state: Literal["planned", "review", "published", "paused", "spoken"]
    fallback: tuple[str, ...] = ()
    cldr: str
    speech_tag: str
    audio_first: bool = False  # mostly used orally; no code reads this key
    signed: bool = False  # a sign language
    alphabet: str = ""  # letters with a place of their own, in groups: "c č|s š|z ž"
    exits: tuple[str, ...] = ()
    native_reviewed_on: date | None = None
    sgbv_reviewed_on: date | None = None

    @model_validator(mode="before")
    @classmethod
    def add_tag_defaults(cls, fields: dict[str, Any]) -> dict[str, Any]:
        """Derive `cldr` and `speech_tag` from the tag if the record lacks them."""
        tag = str(fields.get("code", ""))
        return {"cldr": tag.replace("-", "_"), "speech_tag": tag, **fields}

    @property
    def tag(self) -> str:
        return self.code

    @property
    def has_text(self) -> bool:
        """Return whether the interface exists, or is meant to exist, in this language."""
        return self.state != "spoken"

    @property
    def is_reviewed(self) -> bool:
        """Return whether a native and an SGBV reviewer have both read the core texts."""
        return self.native_reviewed_on is not None and self.sgbv_reviewed_on is not None


class ExitTarget(Record):
    """A neutral page that the button for leaving the site opens."""

    kind: Literal["weather", "news", "encyclopaedia"]
    url: Text
    status: Status = "unconfirmed"
    checked_on: date | None = None
    bytes: int | None = None  # size of the first document, uncompressed


# Of the emergency services, in every EU state. Source: Directive (EU) 2018/1972, article 109.
EUROPEAN_NUMBER = "112"


class EmergencyNumber(BaseModel):
    """A way to reach the emergency services, as part of a country's record."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["general", "police", "ambulance", "text", "relay", "app"]
    number: Number = ""
    label: str = ""
    register_first: bool = False  # works only after a registration
    reaches_police: bool = False  # although its kind does not say so
    source: Text
    source_date: str = "n.d."
    row: str = ""  # `source_id` in the starter directory
    status: Status = "unconfirmed"
    checked: date | None = None


class Country(Record):
    """A country, by its ISO 3166-1 alpha-2 code."""

    endonyms: dict[str, Text]
    languages: tuple[str, ...]
    spoken_everywhere: tuple[str, ...]  # those of `languages` that each service there speaks
    spoken_in: dict[str, tuple[str, ...]] = {}  # the same for its areas, by their codes
    zone: Text
    emergency_department: dict[str, Text] = {}  # what signs of hospitals say, by language
    aliases: tuple[str, ...] = ()  # other codes that mean this country
    child_line: str = ""  # `source_id` in the starter directory; no code reads this key
    emergency: tuple[EmergencyNumber, ...]

    @property
    def emergency_number(self) -> str:
        """The number for every emergency."""
        numbers = (each.number for each in self.emergency if each.kind == "general")
        return next(filter(None, numbers), EUROPEAN_NUMBER)


class Term(Record):
    """A code with a name. A term that ended stays in the table; `until` is its last day."""

    name: Text
    until: date | None = None


class Category(Term):
    """A kind of service."""

    hint: Text
    shelter: bool = False  # no address or true position of such a service is stored
    tells_police: bool = False  # counts as reporting to the police, whatever a service says
    never_an_answer: bool = False  # for perpetrators: a service of this kind alone never matches
    reference_only: bool = False  # for emergency numbers only; staff cannot choose it for a service
    derived: bool = False  # given by matching from facts, never chosen

    @property
    def is_choosable(self) -> bool:
        """Return whether a service can have this kind in the directory."""
        return not self.reference_only and not self.derived

    @property
    def is_named(self) -> bool:
        """Return whether pages of the public site name this kind."""
        return not (self.never_an_answer or self.derived)


class Need(Record):
    """A need that a visitor can choose. Each category also has a need with its own code."""

    categories: tuple[str, ...]
    last: tuple[str, ...] = ()  # those of `categories` that are a last resort
    never: tuple[str, ...] = ()  # a service with one of these is never shown for this need
    first: tuple[str, ...] = ()  # a service with one of these comes before others of equal reach
    first_of_all: tuple[str, ...] = ()  # a service with one of these comes even before those
    day_and_night_first: tuple[str, ...] = ()  # of these, those that never close come first
    later: tuple[str, ...] = ()  # these come after others, if they are not made for survivors
    open_first: bool = False  # a service that is closed now comes after all that may be open
    group_first: bool = False  # pages show services for men or LGBTQI+ people first to them
    go_there: bool = False  # a visitor who cannot speak is also shown the best place to go to
    public: bool = False
    name: str = ""
    hint: str = ""
    hint_names_calls: bool = False  # then it is not shown to a visitor who cannot speak
    short: ShortCode = ""
    icon: str = ""
    page: str = ""  # shown instead of services: `helper`, or "" for none
    first_hours: bool = False  # its answers say what matters in the first hours
    for_children: bool = False  # ages and genders are those of the children, not of an adult
    until: date | None = None


class LegalStatus(Term):
    """A legal situation that a visitor may state."""

    silence: bool = False  # puts services that report people to authorities behind others


class Group(Term):
    """A group of people that some services are meant for."""

    is_served_first: bool = False  # whether services made for it come before others


class Document(Term):
    """A document that a service may ask for."""


class Camp(Record):
    """A camp or reception centre named in a public document. docs/data.md explains every key."""

    name: Text
    names: tuple[str, ...] = ()  # other names, in any script, with or without a word for "camp"
    country: str
    place: int  # GeoNames id of the settlement whose services serve it
    is_near: bool = False  # the settlement is only near
    source: Text
    source_date: Text  # of the source: yyyy, yyyy-mm, yyyy-mm-dd, or n.d.
    status: Status

    @property
    def source_line(self) -> str:
        """Return title and date of the source."""
        return f"{self.source} ({self.source_date})"

    @property
    def is_confirmed(self) -> bool:
        return self.status == "confirmed"


class PlaceWords(Record):
    """Words in all languages: for a camp, for a settlement, or for "near me"."""

    words: tuple[str, ...]
