from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class FocalRole(TextChoices):
    """What the focal point of an organisation answers for."""

    # Translators, of each below: what a mailbox of an organisation is for.
    FIRST = "first", _("First contact")
    REFERRALS = "referrals", _("Referrals")
    NIGHT = "night", _("Nights and weekends")
    CHILDREN = "children", _("Children")
    COMPLAINTS = "complaints", _("Complaints")
