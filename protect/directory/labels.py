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
    # Translators: how far a fact can be trusted: it was never checked.
    enums.Freshness.UNVERIFIED: _("Not checked yet"),
    # Translators: how far a fact can be trusted: it was checked not long ago.
    enums.Freshness.FRESH: _("Fresh"),
    # Translators: how far a fact can be trusted: it is time to check it again.
    enums.Freshness.DUE: _("Due"),
    # Translators: how far a fact can be trusted: it should have been checked weeks ago.
    enums.Freshness.OVERDUE: _("Overdue"),
    # Translators: how far a fact can be trusted: too old, it counts as unknown.
    enums.Freshness.EXPIRED: _("Expired"),
    # Translators: how far a fact can be trusted: a report says that it is wrong.
    enums.Freshness.DISPUTED: _("Disputed"),
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
    enums.Method.PROVIDER: Way(
        # Translators: how something was learnt: the service itself said so.
        _("The service said so"),
        # Translators: how a fact was checked.
        _("by the service itself"),
    ),
    # Translators: how something was learnt: by calling. / How a fact was checked.
    enums.Method.CALL: Way(_("I called"), _("by phone")),
    # Translators: how something was learnt: by going there. / How a fact was checked.
    enums.Method.VISIT: Way(_("I was there"), _("on a visit")),
    enums.Method.REGISTER: Way(
        # Translators: how something was learnt: from an official list.
        _("A public register"),
        # Translators: how a fact was checked.
        _("from a public register"),
    ),
    # Translators: how something was learnt: from a website. / How a fact was checked.
    enums.Method.WEB: Way(_("Their website"), _("on their website")),
}
ANSWERS: Words = {
    # Translators: an answer: neither yes nor no is known.
    enums.Answer.UNKNOWN: _("Not known"),
    # Translators: an answer.
    enums.Answer.YES: _("Yes"),
    # Translators: an answer.
    enums.Answer.NO: _("No"),
    # Translators: an answer: yes in some cases, which are written beside it.
    enums.Answer.CASES: _("In these cases"),
}
COSTS: Words = {
    # Translators: what something costs.
    enums.Cost.FREE: _("Free"),
    # Translators: what something costs: little.
    enums.Cost.LOW: _("Low cost"),
    # Translators: what something costs: the usual price.
    enums.Cost.PAID: _("Paid"),
}
MODES: Words = {
    # Translators: a way to get help: one goes there.
    enums.Mode.IN_PERSON: _("In person"),
    # Translators: a way to get help: one calls.
    enums.Mode.PHONE: _("By phone"),
    # Translators: a way to get help: on a website.
    enums.Mode.CHAT: _("By chat"),
    # Translators: a way to get help: text messages and the like.
    enums.Mode.TEXT: _("By text message"),
    # Translators: a way to get help: they come to the person.
    enums.Mode.OUTREACH: _("They come to you"),
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
    # Translators: state of a translation: no second reader has read it.
    enums.ReviewState.DRAFT: _("Draft"),
    # Translators: state of a translation: a second person has read it.
    enums.ReviewState.REVIEWED: _("Reviewed"),
}


def kind_of(code: str) -> Promise | str:
    """Return a kind of service in words: ours, else what the office wrote that added it."""
    categories = vocabulary.categories()
    return CATEGORIES.get(code) or (categories[code].name if code in categories else code)
