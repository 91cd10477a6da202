"""Enumerations of the directory. Codes are stable; `labels` and `reference.wording` name them."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Status(TextChoices):
    """The publication status of a service (HSDS: active, inactive, defunct)."""

    # Translators, of each below: state of a service.
    DRAFT = "draft", _("Draft")  # only maintainers of its country see it
    REVIEW = "review", _("In review")  # handed in, a reviewer has to look at it
    PUBLISHED = "published", _("Published")  # the public sees it
    SUSPENDED = "suspended", _("Suspended")  # taken off for a while
    WITHDRAWN = "withdrawn", _("Withdrawn")  # taken off for good


class StatusChange(TextChoices):
    """A change of the publication status of a service."""

    # Translators, of each below: a button.
    SUBMIT = "submit", _("Submit for review")  # an editor hands a new entry in
    PUBLISH = "publish", _("Publish")  # from now on the public sees it
    SUSPEND = "suspend", _("Suspend")  # the public no longer sees it, for a while
    RESUME = "resume", _("Publish again")  # the public sees it again
    WITHDRAW = "withdraw", _("Withdraw permanently")  # the service does not exist any more


class ServiceScope(TextChoices):
    """Whether a service serves its own region or the whole country."""

    LOCAL = "local"
    NATIONAL = "national"


class Mode(TextChoices):
    """How a service gives help."""

    IN_PERSON = "in_person"
    PHONE = "phone"
    CHAT = "chat"
    TEXT = "text"
    OUTREACH = "outreach"


class AddressReaders(TextChoices):
    """The readers of a service's address. `never_stored`: no address row exists at all."""

    PUBLIC = "public"
    PROFESSIONALS = "professionals"
    NEVER_STORED = "never_stored"


class Readers(TextChoices):
    """The readers of an exported file."""

    PUBLIC = "public"
    MEMBERS = "members"  # signed-in users: with what is for professionals, and free places


class Answer(TextChoices):
    """The answer of a service to a yes-no question. Without a stored row it is `UNKNOWN`."""

    YES = "yes"
    NO = "no"
    CASES = "in_these_cases"
    UNKNOWN = "unknown"


class CriterionKind(TextChoices):
    """What a criterion of a service is about, such as gender, age or legal status."""

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


class CriterionOperator(TextChoices):
    """How a criterion applies to the people that it names, such as only to them or to all others.
    It compares nothing. INCLUDES, FIRST and SPECIALISED exclude no one."""

    ALL = "all"  # all genders and groups, stated
    ONLY = "only"  # only these
    INCLUDES = "includes"  # these; about others nothing is said
    EXCLUDES = "excludes"  # not these; about others nothing is said
    RANGE = "range"  # minimum to maximum, both included; one end may be open
    FIRST = "first"  # these come first, others wait
    SPECIALISED = "specialised"  # made for these
    ANSWER = "answer"  # yes, no, in these cases


class PhoneKind(TextChoices):
    """What a phone number is for: voice calls, WhatsApp or text messages."""

    VOICE = "voice"
    WHATSAPP = "whatsapp"
    TEXT = "text"


class Cost(TextChoices):  # of a service, or of a call to a number
    FREE = "free"
    LOW = "low"
    PAID = "paid"


class Channel(TextChoices):
    """Whether opening hours are for visits or for phone calls."""

    VISIT = "visit"
    PHONE = "phone"


class LanguageMode(TextChoices):
    """How a language is spoken: by staff or through an interpreter."""

    STAFF = "staff"
    ON_SITE = "on_site_interpreter"
    BY_PHONE = "phone_interpreter"


class AccessibilityKind(TextChoices):
    STEP_FREE = "step_free"
    HEARING = "hearing"
    SIGHT = "sight"


class Fact(TextChoices):
    """A part of a service that is checked on its own."""

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
    """The result of a check of a fact."""

    CONFIRMED = "confirmed"
    CHANGED = "changed"
    NOT_REACHED = "not_reached"
    DISPUTED = "disputed"
    EDITED = "edited"  # edited since and not checked: earlier checks no longer count


class Method(TextChoices):
    """How a fact was checked."""

    PROVIDER = "provider"
    CALL = "call"
    VISIT = "visit"
    REGISTER = "register"
    WEB = "web"


class Freshness(TextChoices):
    """How far a fact can be trusted, from a fresh check to an expired or disputed one."""

    UNVERIFIED = "unverified"
    FRESH = "fresh"
    DUE = "due"
    OVERDUE = "overdue"
    EXPIRED = "expired"
    DISPUTED = "disputed"


class TranslatableField(TextChoices):
    """A text of a service that is translated on its own."""

    NAME = "name"
    DESCRIPTION = "description"
    AUDIENCE = "audience_note"
    ACCESS = "how_to_access"
    RESTRICTIONS = "restrictions"
    AREA = "area_note"
    ADMISSION = "admission_conditions"


class ReviewState(TextChoices):
    """The review state of a translation. Whether it is stale is computed from the source text."""

    DRAFT = "draft"
    REVIEWED = "reviewed"
