from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class NeedKind(TextChoices):
    # Translators, of each below: what a participant needs to take part.
    ACCESSIBILITY = "accessibility", _("Accessibility")
    DIET = "diet", _("Food")  # what they eat or do not eat
    CHILDCARE = "childcare", _("Childcare")
    INTERPRETER = "interpreter", _("Interpreter")


class NeedState(TextChoices):
    """The state of a need. The participant is told the result before the training."""

    # Translators, of each below: the state of what a participant needs.
    OPEN = "open", _("To be arranged")  # not arranged yet
    BOOKED = "booked", _("Booked")
    ORDERED = "ordered", _("Ordered")  # For translators: state of what someone needs, such as food
    CANNOT_BE_MET = "cannot_be_met", _("Cannot be met")


class NeedMove(TextChoices):
    """An action that changes the state of a need."""

    BOOK = "book", _("Book")
    ORDER = "order", _("Mark as ordered")
    CANNOT = "cannot", _("This need cannot be met")
    REOPEN = "reopen", _("Undo")
