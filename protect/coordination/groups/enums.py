from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MemberRole(TextChoices):
    """What a member does in a working group. Chair and secretary run it."""

    # Translators, of each below: what a person does in a working group.
    CHAIR = "chair", _("Chair")
    SECRETARY = "secretary", _("Secretary")  # invites to meetings and writes the minutes
    MEMBER = "member", _("Member")
    OBSERVER = "observer", _("Observer")


RUNNING_ROLES = (MemberRole.CHAIR, MemberRole.SECRETARY)
