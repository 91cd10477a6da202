"""Labels of the directory's codes at the desk. Labels of one fact are in its module in `facts`."""

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from protect.directory import enums
from protect.reference import vocabulary, wording

type Labels = Mapping[str, Promise]


class MethodLabel(NamedTuple):
    """A method as a choice in a form (“I called”) and after a verdict (“by phone”)."""

    label: Promise
    phrase: Promise


STATUS_SHAPES: Mapping[str, str] = {  # style of the chip
    enums.Status.DRAFT: "plain",
    enums.Status.REVIEW: "open",
    enums.Status.PUBLISHED: "good",
    enums.Status.SUSPENDED: "caution",
    enums.Status.WITHDRAWN: "ended",
}
FRESHNESS: Labels = {
    # Translators, of each below: how far a fact can be trusted.
    enums.Freshness.UNVERIFIED: _("Not checked yet"),  # it was never checked
    enums.Freshness.FRESH: _("Fresh"),  # it was checked not long ago
    enums.Freshness.DUE: _("Due"),  # it is time to check it again
    enums.Freshness.OVERDUE: _("Overdue"),  # it should have been checked weeks ago
    enums.Freshness.EXPIRED: _("Expired"),  # too old, it counts as unknown
    enums.Freshness.DISPUTED: _("Disputed"),  # a report says that it is wrong
}
FRESHNESS_SHAPES: Mapping[str, str] = {  # style of the chip
    enums.Freshness.UNVERIFIED: "plain",
    enums.Freshness.FRESH: "good",
    enums.Freshness.DUE: "open",
    enums.Freshness.OVERDUE: "caution",
    enums.Freshness.EXPIRED: "ended",
    enums.Freshness.DISPUTED: "alarm",
}
# All kinds of services, as desk users read them. Public pages never name those of people who use
# violence, and have a shorter name for services made for survivors.
CATEGORIES: Labels = {
    **wording.CATEGORY_NAMES,
    # Translators: kind of service: programmes for those who hurt others; a word without blame.
    "for-people-who-use-violence": _("For people who use violence"),
    # Translators: added to a kind of service that is made for survivors, and not for everyone.
    "gender-based-violence": _("For people hurt by sexual or gender-based violence"),
}
METHODS: Mapping[str, MethodLabel] = {
    # Translators, of each below: how something was learnt. / How a fact was checked.
    enums.Method.PROVIDER: MethodLabel(_("The service said so"), _("by the service itself")),
    enums.Method.CALL: MethodLabel(_("I called"), _("by phone")),
    enums.Method.VISIT: MethodLabel(_("I was there"), _("on a visit")),
    enums.Method.REGISTER: MethodLabel(_("A public register"), _("from a public register")),
    enums.Method.WEB: MethodLabel(_("Their website"), _("on their website")),
}
ANSWERS: Labels = {
    # Translators, of each below: an answer.
    enums.Answer.UNKNOWN: _("Not known"),  # neither yes nor no is known
    enums.Answer.YES: _("Yes"),
    enums.Answer.NO: _("No"),
    enums.Answer.CASES: _("In these cases"),  # yes in some cases, which are written beside it
}
COSTS: Labels = {
    # Translators, of each below: what something costs.
    enums.Cost.FREE: _("Free"),
    enums.Cost.LOW: _("Low cost"),  # little
    enums.Cost.PAID: _("Paid"),  # the usual price
}
MODES: Labels = {
    # Translators, of each below: a way to get help.
    enums.Mode.IN_PERSON: _("In person"),  # one goes there
    enums.Mode.PHONE: _("By phone"),  # one calls
    enums.Mode.CHAT: _("By chat"),  # on a website
    enums.Mode.TEXT: _("By text message"),  # text messages and the like
    enums.Mode.OUTREACH: _("They come to the person"),  # they come to the person
}
TEXTS: Labels = {
    # Translators, of each below: a text of a service that is translated.
    enums.TranslatableField.NAME: _("Name"),
    enums.TranslatableField.DESCRIPTION: _("What it does"),  # what it does
    enums.TranslatableField.AUDIENCE: _("For whom, in its own words"),  # for whom it is
    enums.TranslatableField.ACCESS: _("How to get help"),  # what one does to get help
    enums.TranslatableField.RESTRICTIONS: _("Limits, in its own words"),  # what limits it
    enums.TranslatableField.AREA: _("Area, in its own words"),  # where people must be to be helped
    enums.TranslatableField.ADMISSION: _("Before admission"),  # what is asked beforehand
}
REVIEWS: Labels = {
    # Translators, of each below: state of a translation.
    enums.ReviewState.DRAFT: _("Draft"),  # no second reader has read it
    enums.ReviewState.REVIEWED: _("Reviewed"),  # a second person has read it
}


def category_label(code: str) -> Promise | str:
    """Return the label of a category: translated, else its vocabulary name, else `code`."""
    categories = vocabulary.categories()
    return CATEGORIES.get(code) or (categories[code].name if code in categories else code)
