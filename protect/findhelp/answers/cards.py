"""The answers as cards: numbers in groups, linked when checked; reasons; what is said once."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

import phonenumbers
from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from phonenumbers import NumberParseException, PhoneNumberFormat

from protect.directory.enums import Fact, Freshness, Kind, Operator, PhoneKind
from protect.directory.hours import State
from protect.findhelp.forms import AGE
from protect.kernel.text import plain_number
from protect.matching import wording
from protect.matching.questions import Answers, Contact, Fit, Match, Question, Reason, freshness_at
from protect.matching.services.rows import ServiceRow
from protect.reference import formats
from protect.reference.wording import CATEGORY_NAMES

LINK = re.compile(r"^https?://|/+$")  # what a link says without
HARMONISED = re.compile(r"116\d{3}")  # European lines of social value, written 116 006
# A caller must know how far a number can be trusted. Source: the table of number states in
# docs/adr/0005-facts-and-freshness.md.
CALLABLE = {Freshness.FRESH, Freshness.DUE, Freshness.OVERDUE}
LABELS: dict[str, Promise] = {
    # Translators: beside a telephone number: only for text messages (SMS).
    PhoneKind.TEXT.value: _("Text message")
}
# WhatsApp has none of its own: "tel" would place a call, unsafe for a visitor who must be silent.
SCHEMES = {PhoneKind.VOICE.value: "tel", PhoneKind.TEXT.value: "sms"}
NAMES = {PhoneKind.WHATSAPP.value: "WhatsApp"}
# Translators: beside a telephone number that may be wrong; it was right once.
LAST_KNOWN = _("Last known number")
NOTES = {
    # Translators: beside a telephone number whose last check is old.
    Freshness.OVERDUE: _("May have changed"),
    Freshness.EXPIRED: LAST_KNOWN,
    Freshness.DISPUTED: LAST_KNOWN,
}
MOST_REASONS = 3
MOST_KINDS = 2
COMMON = {"tells_unknown"}  # cautions that are said once for many services
STATES = {
    *("open_now", "open_until", "opens_today", "opens_day"),
    *("closed", "by_appointment", "answerphone", "hours_unknown"),
}
DISTANCE = ("distance", "place_unknown")
FAR_M = 1000  # metres from which a distance tells something
SAID_BELOW = {"phone_unknown"}  # how fresh the number is stands at the foot of the card
# Of many services at once no document can be named.
REMOVED = {"documents_no": "legal_no"}
OLD = (Freshness.OVERDUE, Freshness.EXPIRED, Freshness.DISPUTED)
PHONES = {kind.value for kind in PhoneKind}


class NumberView(NamedTuple):
    text: str
    href: str
    label: str
    note: str
    icon: str = "phone"


def views(contacts: Iterable[Contact], country: str, tag: str) -> Iterator[NumberView]:
    """Yield the numbers of a service. In the demonstration none is a link."""
    with translation.override(tag):
        for contact in contacts:
            is_live = not settings.IS_DEMO
            if is_live and contact.freshness is Freshness.UNVERIFIED:
                continue  # never checked: absent until a first call
            may_call = is_live and contact.freshness in CALLABLE
            scheme = SCHEMES.get(contact.kind)
            yield NumberView(
                text=grouped(contact.value, country),
                href=f"{scheme}:{contact.value}" if may_call and scheme else "",
                label=NAMES.get(contact.kind) or str(LABELS.get(contact.kind, "")),
                note=str(NOTES.get(contact.freshness, "")),
                icon="write" if contact.kind in {*LABELS, *NAMES} else "phone",
            )


def grouped(number: str, country: str) -> str:
    """Return a number in groups, as people in its country write it; abroad with +."""
    try:
        parsed = phonenumbers.parse(number, country)
    except NumberParseException:
        return number
    if not phonenumbers.is_valid_number(parsed):
        return f"{number[:3]} {number[3:]}" if HARMONISED.fullmatch(number) else number
    is_here = phonenumbers.region_code_for_number(parsed) == country
    form = PhoneNumberFormat.NATIONAL if is_here else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, form)


class ReasonView(NamedTuple):
    """One reason in words. `mark`: yes, no, ask or info."""

    text: str
    mark: str

    @property
    def icon(self) -> str:
        return {"yes": "check", "no": "close", "ask": "ask", "info": "info"}[self.mark]


class CardView(NamedTuple):
    code: str
    name: str
    kinds: str  # what it is, in the reader's words
    by: str
    where: str  # how far, or around which town: always said, and never one of the reasons
    now: str
    is_open: bool
    numbers: tuple[NumberView, ...]
    links: tuple[str, ...]
    reasons: tuple[ReasonView, ...]
    caution: str
    failing: str
    fits: bool
    fresh: str
    is_first_more: bool = False


class ResultsView(NamedTuple):
    answers: list[CardView]
    near_misses: list[CardView]
    national: list[CardView]
    removed: list[tuple[str, int]]
    caution: str  # what is true of so many that it is said once, above them


def results_of(answers: Answers, question: Question, tag: str, step_size: int) -> ResultsView:
    anywhere = question.where is None

    def cards_of(answers: Iterable[Match]) -> list[CardView]:
        return [card_of(each, tag, question.at, name_country=anywhere) for each in answers]

    cards = cards_of(answers.answers)
    newest = question.limit - step_size
    if 0 < newest < len(cards):
        cards[newest] = cards[newest]._replace(is_first_more=True)
    return ResultsView(
        answers=cards,
        near_misses=cards_of(answers.near_misses),
        national=cards_of(answers.national),
        removed=_removed(answers, tag),
        caution=_common_caution(answers, tag),
    )


def card_of(answer: Match, tag: str, at: datetime, *, name_country: bool = False) -> CardView:
    row = answer.row
    country = [formats.country_name(row.country, tag)] if name_country else []
    state = next((reason for reason in answer.reasons if reason.code in STATES), None)
    reasons = [
        reason
        for reason in answer.reasons
        if reason.code not in STATES | SAID_BELOW and not reason.code.startswith(DISTANCE)
    ]
    phones = [contact for contact in answer.contacts if contact.kind in PHONES]
    others = [contact for contact in answer.contacts if contact.kind not in PHONES]
    return CardView(
        code=row.short,
        name=row.name,
        kinds=" · ".join([*country, kinds_of(row, tag)]),
        by="" if row.organisation in row.name else row.organisation,
        where=_where(answer, tag),
        now=_dated(wording.reason_text(state, tag), state, row, tag) if state else "",
        is_open=answer.open.state is State.OPEN,
        numbers=tuple(views(phones, row.country, tag)),
        links=tuple(LINK.sub("", each.value) for each in others),
        reasons=(*_reasons(reasons, row, tag), *_ages(row, tag)),
        caution=_caution(answer, tag),
        failing=wording.reason_text(answer.failing, tag) if answer.failing else "",
        fits=answer.verdict is Fit.FITS,
        fresh=fresh_text(row, Fact.PHONE, tag, at),
    )


def fresh_text(row: ServiceRow, fact: Fact, tag: str, at: datetime) -> str:
    """Return when and how a fact was last checked, or that it never was."""
    return wording.freshness_text(freshness_at(row, fact, at), tag, row.last_seen.get(fact))


def _where(answer: Match, tag: str) -> str:
    """Return where a service is, always; for a coarse area also the distance of its town."""
    parts = [each for each in answer.reasons if each.code.startswith(DISTANCE)][:1]
    if parts and parts[0].code == "distance_around" and (answer.distance_m or 0) >= FAR_M:
        parts.append(Reason("distance_far", facts={"distance": answer.distance_m or 0}))
    words = [wording.reason_text(each, tag) for each in parts]
    return " · ".join(words or [point.name for point in answer.row.points[:1] if point.name])


def _ages(row: ServiceRow, tag: str) -> Iterator[ReasonView]:
    """Return the ages that a service admits, if known: a visitor must not learn it at the door."""
    for limit in row.conditions.get(Kind.AGE, ()):
        if limit.operator == Operator.RANGE:
            upper = "+" if limit.maximum is None else f"–{limit.maximum}"
            with translation.override(tag):
                yield ReasonView(f"{AGE}: {plain_number(f'{limit.minimum or 0}{upper}')}", "info")


def _caution(answer: Match, tag: str) -> str:
    own = answer.caution if answer.caution and answer.caution.code not in COMMON else None
    return wording.reason_text(own, tag) if own else ""


def _common_caution(answers: Answers, tag: str) -> str:
    """Return the caution that most answers share, once: repeated, it would hide what is known."""
    shown = (*answers.answers, *answers.near_misses, *answers.national)
    common = {answer.caution.code for answer in shown if answer.caution} & COMMON
    return wording.reason_text(Reason(common.pop()), tag) if common else ""


def mark_of(code: str) -> str:
    """Return the mark of a reason: a fact in favour, a fact against, or a question to ask."""
    if code.endswith("_unknown") or "_ask_" in code or code == "language_other_hours":
        return "ask"
    return "no" if code.endswith("_no") or code == "acceptance_others_first" else "yes"


def _reasons(reasons: Iterable[Reason], row: ServiceRow, tag: str) -> Iterator[ReasonView]:
    for text, reason in wording.reason_sentences(reasons, tag)[:MOST_REASONS]:
        mark = "ask" if reason.freshness in OLD else mark_of(reason.code)
        yield ReasonView(_dated(text, reason, row, tag), mark)


def _dated(text: str, reason: Reason, row: ServiceRow, tag: str) -> str:
    if reason.fact is None or reason.freshness not in OLD:
        return text
    seen = wording.freshness_text(reason.freshness, tag, row.last_seen.get(reason.fact))
    return f"{text} · {seen}"


def _removed(answers: Answers, tag: str) -> list[tuple[str, int]]:
    counts: dict[str, int] = {}
    for code, count in answers.counts_by_reason.items():
        text = wording.reason_text(Reason(REMOVED.get(code, code)), tag)
        counts[text] = counts.get(text, 0) + count
    return sorted(counts.items(), key=lambda pair: -pair[1])


def kinds_of(row: ServiceRow, tag: str) -> str:
    """Return what a service is, by at most two of its categories: alike on pages and on paper."""
    with translation.override(tag):
        names = [str(name) for code, name in CATEGORY_NAMES.items() if code in row.categories]
    return " · ".join(names[:MOST_KINDS])
