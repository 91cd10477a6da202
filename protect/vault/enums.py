"""The closed sets of the vault. A code is written into sealed contexts: it never changes."""

from enum import StrEnum

from django.db.models import TextChoices


class WrapKind(TextChoices):
    """What opens a person's secret."""

    PASSWORD = "pw"  # noqa: S105 - the name of a kind
    PASSKEY = "prf"
    RECOVERY = "rec"


class KeyState(TextChoices):
    """A version of a team's key: the newest seals, older ones only open."""

    ACTIVE = "active"
    RETIRING = "retiring"
    RETIRED = "retired"


class SessionState(TextChoices):
    """The state of a session: how much of the sign-in is done."""

    PROVISIONAL = "provisional"  # the password was right; the second factor is missing
    UNLOCKED = "unlocked"
    LOCKED = "locked"  # signed in; the secret is gone until password or passkey


class Kind(TextChoices):
    """What a record is. Later packages add theirs."""

    NOTE = "note"  # practice, before a team has cases
    PINS = "pins"  # a team's list of its partners' fingerprints
    PACKET = "packet"
    INBOUND = "inbound"  # sealed by a sender without keys: shown as unverified


class Opener(TextChoices):
    TEAM = "team"
    LINK = "link"  # a receiver without an account: a link and a code


class SessionEvent(TextChoices):
    PASS = "pass"  # noqa: S105 - second factor and everything else in order
    RESUME = "resume"  # password or passkey once more
    LOCK = "lock"
    IDLE = "idle"
    MISSES = "misses"  # too many wrong codes or passwords
    END = "end"  # signed out, removed, or the working day is over


class Step(TextChoices):
    """The next step before a session unlocks."""

    SECOND_FACTOR = "second_factor"
    CONFIRM_CODE = "confirm_code"  # type the recovery code back
    SET_UP_FACTOR = "set_up_factor"
    DONE = "done"


class Before(TextChoices):
    """Why a second factor is needed, where the page of the second factor says more than usual."""

    FILE = "file"  # the history goes into a file
    NOT_KEPT = "not_kept"  # what was sent came too late, and nothing of it can wait: a file, a code


class Owner(StrEnum):
    """Whose key a line is about."""

    TEAM = "team_key"
    PERSON = "user_key"
    OFFICER = "officer_key"
    FACTOR = "user_factor"  # a person's key, once they have shown a second factor for it
