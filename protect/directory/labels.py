"""Labels for the codes of the directory at the desk. Those of one fact: its file in `facts`."""

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from protect.directory import enums
from protect.reference import vocabulary
from protect.reference.wording import CATEGORY_NAMES

type Words = Mapping[str, Promise]


class Way(NamedTuple):
    label: Promise
    past: Promise


STATUS_SHAPES: Mapping[str, str] = {
    enums.Status.DRAFT: "plain",
    enums.Status.REVIEW: "open",
    enums.Status.PUBLISHED: "good",
    enums.Status.SUSPENDED: "caution",
    enums.Status.WITHDRAWN: "ended",
}
FRESHNESS: Words = {
    # Translators, of each below: how far a fact can be trusted.
    enums.Freshness.UNVERIFIED: _("Not checked yet"),  # it was never checked
    enums.Freshness.FRESH: _("Fresh"),  # it was checked not long ago
    enums.Freshness.DUE: _("Due"),  # it is time to check it again
    enums.Freshness.OVERDUE: _("Overdue"),  # it should have been checked weeks ago
    enums.Freshness.EXPIRED: _("Expired"),  # too old, it counts as unknown
    enums.Freshness.DISPUTED: _("Disputed"),  # a report says that it is wrong
}
FRESHNESS_SHAPES: Mapping[str, str] = {
    enums.Freshness.UNVERIFIED: "plain",
    enums.Freshness.FRESH: "good",
    enums.Freshness.DUE: "open",
    enums.Freshness.OVERDUE: "caution",
    enums.Freshness.EXPIRED: "ended",
    enums.Freshness.DISPUTED: "alarm",
}
# Every kind of service. No public screen names the one that is never an answer; the desk has to.
CATEGORIES: Words = {
    **CATEGORY_NAMES,
    # Translators: kind of service: programmes for those who hurt others; a word without blame.
    "for-people-who-use-violence": _("For people who use violence"),
}
METHODS: Mapping[str, Way] = {
    # Translators, of each below: how something was learnt. / How a fact was checked.
    enums.Method.PROVIDER: Way(_("The service said so"), _("by the service itself")),
    enums.Method.CALL: Way(_("I called"), _("by phone")),
    enums.Method.VISIT: Way(_("I was there"), _("on a visit")),
    enums.Method.REGISTER: Way(_("A public register"), _("from a public register")),  # official
    enums.Method.WEB: Way(_("Their website"), _("on their website")),
}
ANSWERS: Words = {
    # Translators, of each below: an answer.
    enums.Answer.UNKNOWN: _("Not known"),  # neither yes nor no is known
    enums.Answer.YES: _("Yes"),
    enums.Answer.NO: _("No"),
    enums.Answer.CASES: _("In these cases"),  # yes in some cases, which are written beside it
}
COSTS: Words = {
    # Translators, of each below: what something costs.
    enums.Cost.FREE: _("Free"),
    enums.Cost.LOW: _("Low cost"),  # little
    enums.Cost.PAID: _("Paid"),  # the usual price
}
MODES: Words = {
    # Translators, of each below: a way to get help.
    enums.Mode.IN_PERSON: _("In person"),  # one goes there
    enums.Mode.PHONE: _("By phone"),  # one calls
    enums.Mode.CHAT: _("By chat"),  # on a website
    enums.Mode.TEXT: _("By text message"),  # text messages and the like
    enums.Mode.OUTREACH: _("They come to you"),  # they come to the person
}
TEXTS: Words = {
    # Translators, of each below: a text of a service that is translated.
    enums.TextField.NAME: _("Name"),
    enums.TextField.DESCRIPTION: _("What it does"),  # what it does
    enums.TextField.AUDIENCE: _("For whom, in its own words"),  # for whom it is, in its own words
    enums.TextField.ACCESS: _("How to get help"),  # what one does to get help
    enums.TextField.RESTRICTIONS: _("Limits, in its own words"),  # what limits it
    enums.TextField.AREA: _("Area, in its own words"),  # where people must be to be helped
    enums.TextField.ADMISSION: _("Before admission"),  # what is asked before one may move in
}
REVIEWS: Words = {
    # Translators, of each below: state of a translation.
    enums.ReviewState.DRAFT: _("Draft"),  # no second reader has read it
    enums.ReviewState.REVIEWED: _("Reviewed"),  # a second person has read it
}


def kind_of(code: str) -> Promise | str:
    """Return a kind of service in words: ours, else what the office wrote that added it."""
    categories = vocabulary.categories()
    return CATEGORIES.get(code) or (categories[code].name if code in categories else code)
