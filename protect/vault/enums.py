"""Enumerations of the vault. Their codes never change, because sealed contexts contain them."""

from enum import StrEnum

from django.db.models import TextChoices


class WrapKind(TextChoices):
    """The kind of credential that opens a user's secret."""

    PASSWORD = "pw"  # noqa: S105 - the name of a kind
    PASSKEY = "prf"
    RECOVERY = "rec"


class KeyState(TextChoices):
    """The state of a team key's version: active seals, retiring only opens, retired neither."""

    ACTIVE = "active"
    RETIRING = "retiring"
    RETIRED = "retired"


class SessionState(TextChoices):
    """The state of a session: which steps of the sign-in are done."""

    PROVISIONAL = "provisional"  # the password was right; the second factor is still missing
    UNLOCKED = "unlocked"
    LOCKED = "locked"  # signed in; password or passkey must open the secret again


class Kind(TextChoices):
    """The kind of a record. Other packages define further kinds."""

    NOTE = "note"  # used for practice before a team has cases
    PINS = "pins"  # a team's list of its partners' fingerprints
    PACKET = "packet"
    INBOUND = "inbound"  # sealed by a sender without keys: shown as unverified


class Opener(TextChoices):
    """The party that can open a wrapped key: a team, or the receiver of a link."""

    TEAM = "team"
    LINK = "link"  # a receiver without an account: a link and a code


class SessionEvent(TextChoices):
    """An event that changes the state of a session."""

    PASS = "pass"  # noqa: S105 - the second factor and all other checks passed
    RESUME = "resume"  # password or passkey was given again
    LOCK = "lock"  # the user locks it
    IDLE = "idle"  # not used for 15 minutes
    MISSES = "misses"  # too many wrong codes or passwords
    END = "end"  # signed out, removed, or the working day is over


class Step(TextChoices):
    """The next step that a session needs before it is unlocked."""

    SECOND_FACTOR = "second_factor"
    CONFIRM_CODE = "confirm_code"  # type the recovery code back
    SET_UP_FACTOR = "set_up_factor"
    DONE = "done"


class StepUpCause(TextChoices):
    """An unusual reason for a step-up, which the step-up page explains."""

    FILE = "file"  # a history is exported to a file
    NOT_KEPT = "not_kept"  # a file or code that was posted too late could not be kept


class Owner(StrEnum):
    """The kind of a key's owner in a line of the ledger."""

    TEAM = "team_key"
    PERSON = "user_key"
    OFFICER = "officer_key"
    FACTOR = "user_factor"  # a user's key for which they have shown a second factor
