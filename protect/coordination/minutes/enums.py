from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ActionState(TextChoices):
    # Translators, of each below: the state of an action that a working group has agreed on.
    OPEN = "open", _("Still open")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")
