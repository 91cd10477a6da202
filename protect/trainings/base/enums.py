"""Enums that several training subjects share. Lists that offices can extend are TOML, in `data`."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Phase(TextChoices):
    # Translators, of each below: which questions a course asks.
    """When a course asks questions, and which: tests, evaluation, follow-up."""

    PRE = "pre", _("Before the training")  # a test
    POST = "post", _("After the training")  # a test
    EVALUATION = "evaluation", _("Evaluation")  # opinions about a training
    NAMED = "named", _("Named assessments")  # a test with a name on it, for a certificate
    FOLLOW_UP = "follow_up", _("Follow-up after some months")  # use of the training in practice


class Assessment(TextChoices):
    # Translators: a certificate asks for attendance only.
    NONE = "none", _("Attendance is enough")
    # Translators: a certificate asks for a test with a name on it.
    NAMED = "named", _("A test by name")
