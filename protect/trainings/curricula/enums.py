from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class VersionState(TextChoices):
    """The state of a version of a module or course. New editions use published ones only."""

    # Translators, of each below: the state of a version of a course.
    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")  # its owner is to read it
    PUBLISHED = "published", _("Published")
    RETIRED = "retired", _("No longer used")  # not to be used for anything new


class VersionMove(TextChoices):
    # Translators, of each below: a button.
    """An action that changes the state of a version."""

    SUBMIT = "submit", _("Send to the owner")  # the owner of a course shall read a draft
    RETURN = "return", _("Send back")  # a draft goes back to its author
    PUBLISH = "publish", _("Publish")  # a version of a course can be used from now on
    RETIRE = "retire", _("Retire")  # For translators: a button: no new use of a course's version


class SetOrder(TextChoices):
    """How tests before and after a course are used: one twice, A then B, or half begin with B."""

    SAME = "same", _("The same set before and after")  # For translators: a course asks one test
    AB = "ab", _("Set A before, set B after")  # For translators: which of two tests is asked when
    HALVES = "halves", _("Half begin with A, half with B")  # For translators: two tests, by chance
