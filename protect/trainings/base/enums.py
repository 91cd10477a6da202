"""The closed sets of trainings and sessions. What offices may add to is TOML, in `data`."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Phase(TextChoices):
    # Translators, of each below: which questions a course asks.
    PRE = "pre", _("Before the training")  # a test
    POST = "post", _("After the training")  # a test
    EVALUATION = "evaluation", _("Evaluation")  # what people think of a training
    NAMED = "named", _("Assessment by name")  # a test with a name on it, for a certificate
    FOLLOW_UP = "follow_up", _("Some months later")  # what people use of a training, months later


class Assessment(TextChoices):
    # Translators: a certificate asks for attendance only.
    NONE = "none", _("Attendance is enough")
    # Translators: a certificate asks for a test with a name on it.
    NAMED = "named", _("A test by name")
