"""The content of printed documents, as plain values. Callers load it and check access."""

from dataclasses import dataclass
from datetime import date, datetime

IMAGE_KINDS = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg", b"<svg": "svg", b"<?xml": "svg"}


@dataclass(frozen=True, slots=True)
class Emblem:
    """The picture that a donor requires. The organisation supplies it; none is built in."""

    picture: bytes  # PNG, JPEG or SVG
    alt: str  # described in words: "Co-funded by …"

    def __post_init__(self) -> None:
        if not self.kind or not self.alt:
            raise ValueError("an emblem needs a PNG, JPEG or SVG picture and a description")

    @property
    def kind(self) -> str:
        """Return the format that the first bytes show; "" for an unknown one."""
        begin = self.picture.lstrip()
        return next((kind for magic, kind in IMAGE_KINDS.items() if begin.startswith(magic)), "")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that a donor requires, in a language that may differ from the paper's."""

    tag: str
    text: str


@dataclass(frozen=True, slots=True)
class Person:  # on a list to sign; without a name: an empty line
    name: str
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class AttendanceList:
    """The sign-in sheet of one session. Without people it is a blank list."""

    code: str  # short code of this list (protect.kernel.ids), part of its row codes
    grant: str  # number of the grant
    event: str
    place: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    trainers: tuple[str, ...]
    people: tuple[Person, ...] = ()  # in the order in which they are printed
    walk_ins: int = 5  # empty lines at the end
    session_number: tuple[int, int] | None = None  # its number, and how many there are
    notice: str = ""  # the organiser's on data protection; "": the standard one
    emblem: Emblem | None = None
    statements: tuple[Sentence, ...] = ()  # on the first page
    is_landscape: bool = False

    def __post_init__(self) -> None:
        if self.starts_at.tzinfo is None or self.ends_at.tzinfo is None:
            raise ValueError("times of a session need a time zone")
        if not self.people and self.walk_ins < 1:
            raise ValueError("a list needs at least one line to sign")


@dataclass(frozen=True, slots=True)
class Certificate:
    """The content of a printed certificate."""

    holder: str
    course: str
    short_title: str  # neutral: a certificate is shown to strangers
    minutes: int  # attended
    completed_on: date
    issued_on: date
    issuer: str
    trainers: tuple[str, ...]
    number: str  # public id of the credential
    address: str  # https: where a reader may check it
    place: str = ""
    grant: str = ""
    emblem: Emblem | None = None
    statements: tuple[Sentence, ...] = ()
    invalid_state: str = ""  # "revoked" or "replaced", printed on it; "" while valid
    is_neutral: bool = True  # prints the short title, and no grant, place, emblem or statement


@dataclass(frozen=True, slots=True)
class CodeSheet:
    """A wall sheet with which participants open a test on their phones.
    The sheets of the two tests look different, so that no participant opens the wrong one."""

    event: str  # neutral: it hangs on a wall
    address: str  # https: of the page on which the code is typed
    is_after: bool = False  # for the second of two tests
    session_times: tuple[datetime, datetime, str] | None = None  # of a session: begin, end, zone


@dataclass(frozen=True, slots=True)
class PairCards:
    """Cards to cut out, each with a code that links one participant's two tests."""

    title: str  # neutral
    codes: tuple[str, ...]  # protect.assessments.statistics.codes

    def __post_init__(self) -> None:
        if not self.codes or len(set(self.codes)) != len(self.codes):
            raise ValueError("each card needs a code of its own")


@dataclass(frozen=True, slots=True)
class Slips:
    """Paper slips to cut out, each with a link by which a form can be answered once."""

    title: str  # neutral
    addresses: tuple[str, ...]  # https: of the form, each once

    def __post_init__(self) -> None:
        if not self.addresses or len(set(self.addresses)) != len(self.addresses):
            raise ValueError("each slip needs an address of its own")
