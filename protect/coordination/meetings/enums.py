from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MeetingKind(TextChoices):
    """What a meeting is; figures count meetings by kind."""

    # Translators, of each below: a kind of meeting.
    REGULAR = "regular", _("Meeting")
    ROUND_TABLE = "round_table", _("Round table")
    WORKSHOP = "workshop", _("Workshop")


class Reply(TextChoices):
    # Translators, of each below: the answer to an invitation.
    YES = "yes", _("Yes")
    MAYBE = "maybe", _("Maybe")
    NO = "no", _("No")
