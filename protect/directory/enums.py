"""The closed sets of the directory. Codes are stable; the words that people see are wording's."""

from __future__ import annotations

from enum import IntEnum

from django.db.models import TextChoices


class Status(TextChoices):
    """Where a service stands on its way to the public (HSDS: active, inactive, defunct)."""

    DRAFT = "draft"
    REVIEW = "review"
    PUBLISHED = "published"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"


class Move(TextChoices):
    """What is done to the status of a service."""

    SUBMIT = "submit"
    PUBLISH = "publish"
    SUSPEND = "suspend"
    RESUME = "resume"
    WITHDRAW = "withdraw"


class Scope(TextChoices):
    LOCAL = "local"
    NATIONAL = "national"


class Mode(TextChoices):
    """How help is given."""

    IN_PERSON = "in_person"
    PHONE = "phone"
    CHAT = "chat"
    TEXT = "text"
    OUTREACH = "outreach"


class Audience(TextChoices):
    """Who may see where a service is. `never_stored`: no address row exists at all."""

    PUBLIC = "public"
    PROFESSIONALS = "professionals"
    NEVER_STORED = "never_stored"


class Readers(TextChoices):
    """For whom a file is made."""

    PUBLIC = "public"
    MEMBERS = "members"  # everybody who signs in: what is for professionals, and free places


class Answer(TextChoices):
    """What a source says. Absence of a row means the same as `unknown`."""

    YES = "yes"
    NO = "no"
    CASES = "in_these_cases"
    UNKNOWN = "unknown"


class Truth(IntEnum):
    """Kleene's three values, ordered so that AND is the minimum."""

    NO = 0
    UNKNOWN = 1
    YES = 2


class Kind(TextChoices):
    """What a criterion is about."""

    GENDER = "gender"  # values: f m x
    AGE = "age"  # minimum, maximum in whole years
    CHILDREN = "children"  # may children come along
    BOYS = "boys"  # maximum: the oldest son in whole years
    GIRLS = "girls"  # maximum: the oldest daughter in whole years
    LEGAL_STATUS = "legal_status"  # values: codes of statuses.toml
    DOCUMENTS = "documents"  # values: codes of documents.toml that are asked for
    GROUP = "group"  # values: codes of groups.toml
    TRANS = "trans"
    NON_BINARY = "non_binary"
    GUARDIAN = "guardian_consent"
    TELLS_POLICE = "tells_police"
    TELLS_MIGRATION = "tells_migration_authority"


class Operator(TextChoices):
    """How a criterion's values are to be read."""

    ALL = "all"  # everyone, stated
    ONLY = "only"  # these and nobody else
    INCLUDES = "includes"  # these; about others nothing is said
    EXCLUDES = "excludes"  # not these; about others nothing is said
    RANGE = "range"  # minimum to maximum, both included; one end may be open
    FIRST = "first"  # these come first, others wait
    SPECIALISED = "specialised"  # made for these
    ANSWER = "answer"  # yes, no, in these cases


class PhoneKind(TextChoices):
    VOICE = "voice"
    WHATSAPP = "whatsapp"
    TEXT = "text"


class Cost(TextChoices):
    FREE = "free"
    LOW = "low"
    PAID = "paid"


class Channel(TextChoices):
    """Which door a schedule is about: coming, or calling."""

    VISIT = "visit"
    PHONE = "phone"


class How(TextChoices):
    """Who speaks the language."""

    STAFF = "staff"
    ON_SITE = "on_site_interpreter"
    BY_PHONE = "phone_interpreter"


class Access(TextChoices):
    STEP_FREE = "step_free"
    HEARING = "hearing"
    SIGHT = "sight"


class Fact(TextChoices):
    """A part of a service that can be checked on its own."""

    PHONE = "phone"
    VISIT_HOURS = "visit_hours"
    PHONE_HOURS = "phone_hours"
    LANGUAGES = "languages"
    ELIGIBILITY = "eligibility"
    REPORTING = "reporting"
    ADDRESS = "address"
    COST = "cost"
    DOCUMENTS = "documents"
    CAPACITY = "capacity"
    CLINICAL = "clinical_window"


class Verdict(TextChoices):
    """How a check ended."""

    CONFIRMED = "confirmed"
    CHANGED = "changed"
    NOT_REACHED = "not_reached"
    DISPUTED = "disputed"
    EDITED = "edited"  # written anew and checked by nobody: earlier checks prove nothing of it


class Method(TextChoices):
    """How it was checked."""

    PROVIDER = "provider"
    CALL = "call"
    VISIT = "visit"
    REGISTER = "register"
    WEB = "web"


class Freshness(TextChoices):
    """How far a fact can be trusted today."""

    UNVERIFIED = "unverified"
    FRESH = "fresh"
    DUE = "due"
    OVERDUE = "overdue"
    EXPIRED = "expired"
    DISPUTED = "disputed"


class QueueState(TextChoices):
    """Where a service stands in the queue of what is to be checked."""

    OPEN = "open"
    CLAIMED = "claimed"  # by somebody, for half an hour
    DONE = "done"
    NOT_REACHED = "not_reached"
    HANDED_ON = "handed_on"  # to somebody who can do more: another language, a visit


class QueueMove(TextChoices):
    """What is done to an item of the queue."""

    CLAIM = "claim"
    LET_GO = "let_go"  # by its holder, or because the lease is over
    FINISH = "finish"
    MISS = "miss"  # nobody answered
    HAND_ON = "hand_on"


class QueueReason(TextChoices):
    """Why a service is in the queue."""

    UNVERIFIED = "unverified"  # a fact that nobody has ever checked
    DUE = "due"
    OVERDUE = "overdue"
    EXPIRED = "expired"
    DISPUTED = "disputed"  # somebody reports it wrong
    CHANGED = "changed"  # a number was changed and is not call-tested
    MISSING = "missing"  # its source no longer lists it
    CONFLICT = "conflict"  # its source says something else than an edit of ours


class CallState(TextChoices):
    """Where a call test stands: one calls, another confirms what was heard."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REFUSED = "refused"  # the second person heard something else
    LAPSED = "lapsed"  # the numbers were changed meanwhile


class Reporter(TextChoices):
    """Who sent a correction."""

    PUBLIC = "public"  # nobody knows who: an abuser may have sent it
    MEMBER = "member"
    PROVIDER = "provider"  # by the link that was mailed to the service


class Claim(TextChoices):
    """What a report may say besides a fact that is wrong. Stands among the facts of a report."""

    CLOSED = "closed"  # the service is gone for good: every fact of it is in doubt


class CorrectionState(TextChoices):
    NEW = "new"
    ACCEPTED = "accepted"
    PARTLY = "partly"
    REJECTED = "rejected"
    DUPLICATE = "duplicate"


class PairState(TextChoices):
    """Whether two entries are one service."""

    PROPOSED = "proposed"
    MERGED = "merged"  # can be taken back for 30 days
    DIFFERENT = "different"  # remembered: never proposed again


class Sign(TextChoices):
    """What two entries share."""

    NUMBER = "same_number"
    HOST = "same_host"
    NAME = "similar_name"
    NEAR = "near"  # less than 200 m between doors that the public knows
    BY_HAND = "by_hand"  # nothing: somebody says that they are one


class ImportKind(TextChoices):
    CSV = "csv"
    XLSX = "xlsx"
    HSDS = "hsds"  # JSON: one service, a list, or pages of an interface
    TABULAR = "tabular"  # the tables of a HSDS data package


class ImportState(TextChoices):
    UPLOADED = "uploaded"
    MAPPED = "mapped"
    PREVIEWED = "previewed"
    APPLYING = "applying"  # some of its rows are written, the others wait
    APPLIED = "applied"
    DISCARDED = "discarded"


class RowState(TextChoices):
    """What an import would do, or did, with a row."""

    CREATE = "create"
    UPDATE = "update"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"  # edited or checked here since: a person decides
    ERROR = "error"
    REFERENCE = "reference"  # emergency numbers: countries.toml holds them


class TextField(TextChoices):
    """A text of a service that is translated on its own: its segments."""

    NAME = "name"
    DESCRIPTION = "description"
    AUDIENCE = "audience_note"
    ACCESS = "how_to_access"
    RESTRICTIONS = "restrictions"
    AREA = "area_note"
    ADMISSION = "admission_conditions"


class ReviewState(TextChoices):
    """How far a translated text can be trusted. Stale is no state: it follows from the source."""

    DRAFT = "draft"
    REVIEWED = "reviewed"
