"""The closed sets of trainings and sessions. What offices may add to is TOML, in `data`."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Phase(TextChoices):
    # Translators: a test before a training.
    PRE = "pre", _("Before the training")
    # Translators: a test after a training.
    POST = "post", _("After the training")
    # Translators: what people think of a training.
    EVALUATION = "evaluation", _("Evaluation")
    # Translators: a test with a name on it, for a certificate.
    NAMED = "named", _("Assessment by name")
    # Translators: what people use of a training, months later.
    FOLLOW_UP = "follow_up", _("Some months later")


class Assessment(TextChoices):
    # Translators: a certificate asks for attendance only.
    NONE = "none", _("Attendance is enough")
    # Translators: a certificate asks for a test with a name on it.
    NAMED = "named", _("A test by name")
