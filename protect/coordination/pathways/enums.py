from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Branch(TextChoices):
    """A part of a pathway, for whom or when it is. The first is for all other people."""

    # Translators, of each below: a part of a pathway: for whom, or when, its services are.
    EVERYONE = "everyone", _("Everyone, by day")
    NIGHT = "night", _("At night")
    CHILDREN = "children", _("Children")
    MEN = "men", _("Men")
    LGBTQI = "lgbtqi", _("LGBTQI+ people")
    UNDOCUMENTED = "undocumented", _("People without papers")


class Who(TextChoices):
    """For whom a colleague looks for a service."""

    # Translators, of each below: a choice: who needs help.
    WOMAN = "woman", _("A woman")
    MAN = "man", _("A man")
    CHILD = "child", _("A child")
    LGBTQI = "lgbtqi", _("An LGBTQI+ person")


class When(TextChoices):
    """At which time a colleague wants to call: now, by the clock of the country, or another."""

    # Translators, of each below: a choice: when a service is called.
    NOW = "now", _("Now")
    DAY = "day", _("On a weekday")
    NIGHT = "night", _("At night")
    WEEKEND = "weekend", _("At the weekend")


class Move(TextChoices):
    """A change of the order of a pathway."""

    # Translators, of each below: a button in a list that people put in order.
    UP = "up", _("Move up")
    DOWN = "down", _("Move down")
    REMOVE = "remove", _("Remove")


class TestKind(TextChoices):
    """How a pathway is tested."""

    __test__ = False  # no test case of pytest

    # Translators, of each below: how the services of a pathway were tested.
    CALL = "call", _("By phone")  # each service is called
    TABLETOP = "tabletop", _("At the table")  # colleagues go through an invented case


class Outcome(TextChoices):
    """What a test of a pathway found at a service."""

    # Translators, of each below: what a test call to a service found.
    WORKED = "worked", _("It worked")
    NOT_REACHED = "not_reached", _("Not reached")
    WRONG = "wrong", _("Wrong information")


class TestAnswer(TextChoices):
    """An answer to a question of the script of a test."""

    __test__ = False  # no test case of pytest

    # Translators, of each below: an answer to a question of a test.
    YES = "yes", _("Yes")
    NO = "no", _("No")
    SKIPPED = "", _("Not asked")
