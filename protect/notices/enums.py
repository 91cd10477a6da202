"""Templates and failures of mail. Codes are stable: they stand in rows and in data files."""

from django.db.models import TextChoices


class Template(TextChoices):
    """The mail templates that code can post. Their texts are in data/letters.toml."""

    INVITATION = "invitation"
    MEMBERSHIP_WAITING = "membership_waiting"
    ADMITTED = "admitted"
    LEFT = "left"
    WORK_WAITING = "work_waiting"
    REQUEST_NEWS = "request_news"  # to the requester of a session, without an account
    CALL_NOW = "call_now"  # something happened to a colleague
    SERVICE_CHECK = "service_check"  # to a service of the directory, without an account
    PASSWORD_RESET = "password_reset"  # noqa: S105 - the name of a mail
    SIGN_IN_NEW_DEVICE = "sign_in_new_device"
    RECOVERY_USED = "recovery_used"
    KEY_ROTATED = "key_rotated"
    KEY_ALARM = "key_alarm"  # to data protection officers: the database may have been changed
    HEAD_OF_AUDIT = "head_of_audit"
    ORGANISATION_VOUCH_ASKED = "organisation_vouch_asked"
    SUSPENDED = "suspended"
    FOLLOW_UP = "follow_up"  # to a participant of a course, without an account
    # To people without an account: what happened stands on the page of their link.
    TRAINING_TO_CONFIRM = "training_to_confirm"  # to an unverified address
    TRAINING_REGISTERED = "training_registered"
    TRAINING_NAMED = "training_named"
    TRAINING_OFFERED = "training_offered"
    TRAINING_CHANGED = "training_changed"
    TRAINING_BOOKED = "training_booked"  # to a trainer or interpreter
    TRAINING_SENDER = "training_sender"
    GROUP_WAITING = "group_waiting"  # to a guest of a working group, without an account


class Failure(TextChoices):
    """Why a mail could not be sent. An error of the mail server is stored as smtp_<code>."""

    UNREACHABLE = "unreachable"  # no server at that host and port
    TIMEOUT = "timeout"  # the server stopped answering
    DISCONNECTED = "disconnected"
    TLS = "tls"
    ADDRESS = "address_bad"
    TEMPLATE = "template_gone"  # a different release posted it and had this template
    OTHER = "smtp_error"
