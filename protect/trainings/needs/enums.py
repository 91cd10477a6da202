"""The closed sets of needs."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class NeedKind(TextChoices):
    # Translators: what somebody needs to take part.
    ACCESSIBILITY = "accessibility", _("Accessibility")
    # Translators: what somebody needs to take part: what they eat or do not eat.
    DIET = "diet", _("Food")
    # Translators: what somebody needs to take part.
    CHILDCARE = "childcare", _("Childcare")
    # Translators: what somebody needs to take part.
    INTERPRETER = "interpreter", _("Interpreter")


class NeedState(TextChoices):
    """How a need ended. Each is told to the person beforehand."""

    # Translators: the state of what somebody needs: nobody has done anything yet.
    OPEN = "open", _("To be arranged")
    # Translators: the state of what somebody needs.
    BOOKED = "booked", _("Booked")
    # Translators: the state of what somebody needs, such as food.
    ORDERED = "ordered", _("Ordered")
    # Translators: the state of what somebody needs.
    CANNOT_BE_MET = "cannot_be_met", _("Cannot be met")
