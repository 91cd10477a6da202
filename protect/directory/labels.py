"""Labels for the codes of the directory at the desk. Sentences for the public: `wording`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from protect.directory import wording
from protect.directory.enums import (
    Access,
    Answer,
    Audience,
    Cost,
    Fact,
    Freshness,
    How,
    Kind,
    Method,
    Mode,
    Move,
    Operator,
    PhoneKind,
    ReviewState,
    Status,
    TextField,
)
from protect.reference import vocabulary
from protect.reference.wording import CATEGORY_NAMES

type Words = Mapping[str, Promise]


class Way(NamedTuple):
    """The labels of a method of checking: as a choice, and as a past event."""

    label: Promise
    past: Promise


FACTS: Words = {
    # Translators: a part of an entry of the directory that is checked on its own.
    Fact.PHONE: _("Numbers"),
    # Translators: a part of an entry: when people can come.
    Fact.VISIT_HOURS: _("Hours for visitors"),
    # Translators: a part of an entry: when people can call.
    Fact.PHONE_HOURS: _("Hours for callers"),
    # Translators: a part of an entry: languages that are spoken there.
    Fact.LANGUAGES: _("Languages"),
    # Translators: a part of an entry: which people the service takes.
    Fact.ELIGIBILITY: _("Whom it takes"),
    # Translators: a part of an entry: whether it tells the police or other authorities.
    Fact.REPORTING: _("What it reports"),
    # Translators: a part of an entry.
    Fact.ADDRESS: _("Where it is"),
    # Translators: a part of an entry: what it costs.
    Fact.COST: _("Cost"),
    # Translators: a part of an entry: papers that it asks for.
    Fact.DOCUMENTS: _("Documents it asks for"),
    # Translators: a part of an entry: free places in a shelter.
    Fact.CAPACITY: _("Free places"),
    # Translators: a part of an entry: medicine that helps only within some hours.
    Fact.CLINICAL: _("Medical help within hours"),
}
STATUSES: Words = {
    # Translators: state of a service: somebody writes it, nobody sees it.
    Status.DRAFT: _("Draft"),
    # Translators: state of a service: handed in, somebody has to look at it.
    Status.REVIEW: _("In review"),
    # Translators: state of a service: the public sees it.
    Status.PUBLISHED: _("Published"),
    # Translators: state of a service: taken off for a while.
    Status.SUSPENDED: _("Taken off for a while"),
    # Translators: state of a service: taken off for good.
    Status.WITHDRAWN: _("Withdrawn"),
}
STATUS_SHAPES: Mapping[str, str] = {
    Status.DRAFT: "plain",
    Status.REVIEW: "open",
    Status.PUBLISHED: "good",
    Status.SUSPENDED: "caution",
    Status.WITHDRAWN: "ended",
}
MOVES: Words = {
    # Translators: a button: an editor hands a new entry in.
    Move.SUBMIT: _("Hand in for review"),
    # Translators: a button: from now on the public sees it.
    Move.PUBLISH: _("Publish"),
    # Translators: a button: the public no longer sees it, for a while.
    Move.SUSPEND: _("Take off for a while"),
    # Translators: a button: the public sees it again.
    Move.RESUME: _("Show again"),
    # Translators: a button: the service does not exist any more.
    Move.WITHDRAW: _("Withdraw for good"),
}
FRESHNESS: Words = {
    # Translators: how far a fact can be trusted: nobody has ever checked it.
    Freshness.UNVERIFIED: _("Not checked yet"),
    # Translators: how far a fact can be trusted: it was checked not long ago.
    Freshness.FRESH: _("Fresh"),
    # Translators: how far a fact can be trusted: it is time to check it again.
    Freshness.DUE: _("Due"),
    # Translators: how far a fact can be trusted: it should have been checked weeks ago.
    Freshness.OVERDUE: _("Overdue"),
    # Translators: how far a fact can be trusted: too old, it counts as unknown.
    Freshness.EXPIRED: _("Expired"),
    # Translators: how far a fact can be trusted: somebody says that it is wrong.
    Freshness.DISPUTED: _("Disputed"),
}
FRESHNESS_SHAPES: Mapping[str, str] = {
    Freshness.UNVERIFIED: "plain",
    Freshness.FRESH: "good",
    Freshness.DUE: "open",
    Freshness.OVERDUE: "caution",
    Freshness.EXPIRED: "ended",
    Freshness.DISPUTED: "alarm",
}
# Every kind of service. No public screen names the one that is never an answer; the desk has to.
CATEGORIES: Words = {
    **CATEGORY_NAMES,
    # Translators: kind of service: programmes for those who hurt others; a word without blame.
    "for-people-who-use-violence": _("For people who use violence"),
}
METHODS: Mapping[str, Way] = {
    Method.PROVIDER: Way(
        # Translators: how something was learnt: the service itself said so.
        _("The service said so"),
        # Translators: how a fact was checked.
        _("by the service itself"),
    ),
    # Translators: how something was learnt: by calling. / How a fact was checked.
    Method.CALL: Way(_("I called"), _("by phone")),
    # Translators: how something was learnt: by going there. / How a fact was checked.
    Method.VISIT: Way(_("I was there"), _("on a visit")),
    Method.REGISTER: Way(
        # Translators: how something was learnt: from an official list.
        _("A public register"),
        # Translators: how a fact was checked.
        _("from a public register"),
    ),
    # Translators: how something was learnt: from a website. / How a fact was checked.
    Method.WEB: Way(_("Their website"), _("on their website")),
}
ANSWERS: Words = {
    # Translators: an answer: nobody has said so or otherwise.
    Answer.UNKNOWN: _("Not known"),
    # Translators: an answer.
    Answer.YES: _("Yes"),
    # Translators: an answer.
    Answer.NO: _("No"),
    # Translators: an answer: yes in some cases, which are written beside it.
    Answer.CASES: _("In these cases"),
}
PHONE_KINDS: Words = {
    # Translators: a kind of number: for speaking.
    PhoneKind.VOICE: _("Calls"),
    # Translators: a kind of number; the name of an app.
    PhoneKind.WHATSAPP: _("WhatsApp"),
    # Translators: a kind of number: for text messages.
    PhoneKind.TEXT: _("Text messages"),
}
COSTS: Words = {
    # Translators: what something costs.
    Cost.FREE: _("Free"),
    # Translators: what something costs: little.
    Cost.LOW: _("Low cost"),
    # Translators: what something costs: the usual price.
    Cost.PAID: _("Paid"),
}
HOW: Words = {
    # Translators: who speaks a language: people who work there.
    How.STAFF: _("Staff"),
    # Translators: who speaks a language: an interpreter in the same room.
    How.ON_SITE: _("Interpreter there"),
    # Translators: who speaks a language: an interpreter on the phone.
    How.BY_PHONE: _("Phone interpreter"),
}
INTERPRETERS: Words = {
    # Translators: the interpreter is a woman.
    "f": _("a woman interprets"),
    # Translators: the interpreter is a man.
    "m": _("a man interprets"),
    # Translators: the interpreter is neither only a man nor only a woman.
    "x": _("a non-binary person interprets"),
}
KINDS: Words = {
    # Translators: whom a service takes: by gender.
    Kind.GENDER: _("Genders"),
    # Translators: whom a service takes: by age.
    Kind.AGE: _("Ages"),
    # Translators: whom a service takes: whether children may come along.
    Kind.CHILDREN: _("Children"),
    # Translators: whom a service takes: sons that come along, up to an age.
    Kind.BOYS: _("Sons"),
    # Translators: whom a service takes: daughters that come along, up to an age.
    Kind.GIRLS: _("Daughters"),
    # Translators: whom a service takes: by residence papers.
    Kind.LEGAL_STATUS: _("Legal status"),
    # Translators: documents that a service asks for.
    Kind.DOCUMENTS: _("Documents"),
    # Translators: whom a service takes: pregnant people, LGBTQI+ people and so on.
    Kind.GROUP: _("Groups"),
    # Translators: whom a service takes.
    Kind.TRANS: _("Trans people"),
    # Translators: whom a service takes.
    Kind.NON_BINARY: _("Non-binary people"),
    # Translators: whether a guardian must agree before a child gets help.
    Kind.GUARDIAN: _("Guardian must agree"),
    # Translators: what a service reports.
    Kind.TELLS_POLICE: _("Tells the police"),
    # Translators: what a service reports: to the office for residence papers and deportation.
    Kind.TELLS_MIGRATION: _("Tells the migration authority"),
}
OPERATORS: Words = {
    # Translators: whom a service takes: it says so itself.
    Operator.ALL: _("everyone"),
    # Translators: whom a service takes; a list follows.
    Operator.ONLY: _("only these"),
    # Translators: whom a service takes; a list follows; about others nothing is known.
    Operator.INCLUDES: _("these for sure"),
    # Translators: whom a service does not take; a list follows.
    Operator.EXCLUDES: _("not these"),
    # Translators: whom a service takes; a list follows; others wait longer.
    Operator.FIRST: _("these first"),
    # Translators: whom a service is made for; a list follows.
    Operator.SPECIALISED: _("made for these"),
}
GENDERS: Words = {
    # Translators: people whom a service takes.
    "f": _("women and girls"),
    # Translators: people whom a service takes.
    "m": _("men and boys"),
    # Translators: people whom a service takes.
    "x": _("non-binary people"),
}
ACCESS: Words = {
    # Translators: for people who do not walk: no steps.
    Access.STEP_FREE: _("Without steps"),
    # Translators: for people who do not hear well.
    Access.HEARING: _("For people who do not hear well"),
    # Translators: for people who do not see well.
    Access.SIGHT: _("For people who do not see well"),
}
AUDIENCES: Words = {
    # Translators: who may see an address.
    Audience.PUBLIC: _("Everybody may see the address"),
    # Translators: who may see an address.
    Audience.PROFESSIONALS: _("Only professionals may see the address"),
    # Translators: who may see an address: nobody, it is not stored anywhere.
    Audience.NEVER_STORED: _("The address is never stored"),
}
ADULTS: Words = {
    # Translators: a room for a family: any adult.
    "": _("Any adult"),
    # Translators: a room for a family.
    "f": _("A woman"),
    # Translators: a room for a family.
    "m": _("A man"),
    # Translators: a room for a family.
    "x": _("A non-binary person"),
}
CHILDREN: Mapping[int, Promise] = {
    # Translators: a room for a family.
    0: _("no child"),
    # Translators: a room for a family.
    1: _("one child"),
    # Translators: a room for a family.
    2: _("two children"),
    # Translators: a room for a family.
    3: _("three children"),
    # Translators: a room for a family.
    4: _("four children or more"),
}
ACTS: Words = wording.ACTS
DAYS: Words = {
    # Translators: a day of the week.
    "Mo": _("Monday"),
    # Translators: a day of the week.
    "Tu": _("Tuesday"),
    # Translators: a day of the week.
    "We": _("Wednesday"),
    # Translators: a day of the week.
    "Th": _("Thursday"),
    # Translators: a day of the week.
    "Fr": _("Friday"),
    # Translators: a day of the week.
    "Sa": _("Saturday"),
    # Translators: a day of the week.
    "Su": _("Sunday"),
    # Translators: days on which most people do not work, in a table of opening hours.
    "PH": _("Public holidays"),
}
MODES: Words = {
    # Translators: a way to get help: one goes there.
    Mode.IN_PERSON: _("In person"),
    # Translators: a way to get help: one calls.
    Mode.PHONE: _("By phone"),
    # Translators: a way to get help: on a website.
    Mode.CHAT: _("By chat"),
    # Translators: a way to get help: text messages and the like.
    Mode.TEXT: _("By text message"),
    # Translators: a way to get help: they come to the person.
    Mode.OUTREACH: _("They come to you"),
}
TEXTS: Words = {
    # Translators: a text of a service that is translated.
    TextField.NAME: _("Name"),
    # Translators: a text of a service that is translated: what it does.
    TextField.DESCRIPTION: _("What it does"),
    # Translators: a text of a service that is translated: for whom it is, in its own words.
    TextField.AUDIENCE: _("For whom, in its own words"),
    # Translators: a text of a service that is translated: what one does to get help.
    TextField.ACCESS: _("How to get help"),
    # Translators: a text of a service that is translated: what limits it.
    TextField.RESTRICTIONS: _("Limits, in its own words"),
    # Translators: a text of a service that is translated: where people must be to be helped.
    TextField.AREA: _("Area, in its own words"),
    # Translators: a text of a service that is translated: what is asked before one may move in.
    TextField.ADMISSION: _("Before admission"),
}
REVIEWS: Words = {
    # Translators: state of a translation: nobody else has read it.
    ReviewState.DRAFT: _("Draft"),
    # Translators: state of a translation: a second person has read it.
    ReviewState.REVIEWED: _("Reviewed"),
}


def kind_of(code: str) -> Promise | str:
    """Return a kind of service in words: ours, else what the office wrote that added it."""
    categories = vocabulary.categories()
    return CATEGORIES.get(code) or (categories[code].name if code in categories else code)
