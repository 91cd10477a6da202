"""Enums that several packages of trainings share. Lists that offices can extend are TOML files."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Phase(TextChoices):
    # Translators, of each below: which questions a course asks.
    """The points at which a course asks questions, such as a test before the training."""

    PRE = "pre", _("Before the training")  # a test
    POST = "post", _("After the training")  # a test
    EVALUATION = "evaluation", _("Evaluation")  # opinions about a training
    NAMED = "named", _("Named assessments")  # a test with a name on it, for a certificate
    FOLLOW_UP = "follow_up", _("Follow-up after some months")  # use of the training in practice


class Assessment(TextChoices):
    # Translators: a certificate asks for attendance only.
    """What a certificate requires besides attendance: nothing, or a test with the name on it."""

    NONE = "none", _("Attendance is enough")
    # Translators: for a certificate: a test with a name.
    NAMED = "named", _("A test with the participant's name")
