"""Choices of the fields of modules and courses."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class VersionState(TextChoices):
    """The progress of a version of a module or course. Editions pin published versions only."""

    # Translators, of each below: the state of a version of a course.
    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")  # its owner is to read it
    PUBLISHED = "published", _("Published")
    RETIRED = "retired", _("No longer used")  # not to be used for anything new


class VersionMove(TextChoices):
    # Translators, of each below: a button.
    SUBMIT = "submit", _("Send to the owner")  # the owner of a course shall read a draft
    RETURN = "return", _("Send back")  # a draft goes back to its author
    PUBLISH = "publish", _("Publish")  # a version of a course can be used from now on
    # Translators: a button: a version of a course shall not be used for anything new.
    RETIRE = "retire", _("Retire")


class SetOrder(TextChoices):
    """The order in which a course asks two equivalent tests, before and after."""

    # Translators: a course asks one and the same test before and after.
    SAME = "same", _("The same set before and after")
    # Translators: which of two tests a course asks when.
    AB = "ab", _("Set A before, set B after")
    # Translators: which of two tests a course asks whom; chance decides.
    HALVES = "halves", _("Half begin with A, half with B")
