"""What checks say, in words of the desk: why a service waits, how it was checked, by whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from protect.directory import labels
from protect.directory.actions.editing import fact_of, mark_of
from protect.directory.enums import Fact, Method, QueueReason, Verdict
from protect.directory.models import CallTest, FactCheck, Service
from protect.directory.saying import words_of
from protect.directory.standing import Standing
from protect.kernel import clock

type Words = Mapping[str, Promise]

RECENT = timedelta(days=30)

# The most pressing first: so they stand in a row, and so the first one gives the row its colour.
REASONS: Words = {
    # Translators: why a service is to be checked: somebody says that something is wrong.
    QueueReason.DISPUTED: gettext_lazy("Reported wrong"),
    # Translators: why a service is to be checked: it has another number, which nobody has called.
    QueueReason.CHANGED: gettext_lazy("New number"),
    # Translators: why a service is to be checked: too old, it counts as unknown.
    QueueReason.EXPIRED: gettext_lazy("Expired"),
    # Translators: why a service is to be checked: more than 30 days late.
    QueueReason.OVERDUE: gettext_lazy("Overdue"),
    # Translators: why a service is to be checked: the list that it came from has it no longer.
    QueueReason.MISSING: gettext_lazy("Gone from its source"),
    # Translators: why a service is to be checked: the list that it came from says something else.
    QueueReason.CONFLICT: gettext_lazy("Its source says something else"),
    # Translators: why a service is to be checked.
    QueueReason.UNVERIFIED: gettext_lazy("Never checked"),
    # Translators: why a service is to be checked: the day has come.
    QueueReason.DUE: gettext_lazy("Due"),
}
REASON_SHAPES: Mapping[str, str] = {
    QueueReason.DISPUTED: "alarm",
    QueueReason.CHANGED: "caution",
    QueueReason.EXPIRED: "caution",
    QueueReason.OVERDUE: "caution",
}
VERDICTS: Words = {
    # Translators: what a check found; how stands behind it, such as "by phone".
    Verdict.CONFIRMED: gettext_lazy("Confirmed"),
    # Translators: what a check found; how stands behind it, such as "by phone".
    Verdict.CHANGED: gettext_lazy("Found changed"),
    # Translators: what a check found; how stands behind it, such as "by phone".
    Verdict.NOT_REACHED: gettext_lazy("Nobody answered"),
    # Translators: somebody says that a fact is wrong.
    Verdict.DISPUTED: gettext_lazy("Reported wrong"),
    # Translators: a fact was written anew at a desk, without asking the service.
    Verdict.EDITED: gettext_lazy("Written anew, checked by nobody"),
}
# A report is no way of checking. Whose it was, and who agreed, follows from how it came in.
DISPUTES: Words = {
    # Translators: a service said by the link in its mail that a fact is another by now.
    Method.PROVIDER: gettext_lazy("The service itself says otherwise"),
    # Translators: somebody reported that a fact is wrong, and a moderator said that it is.
    Method.WEB: gettext_lazy("Reported wrong, and a moderator agreed"),
}


@dataclass(frozen=True, slots=True)
class FactView:
    """A fact as a page shows it: what was last known, how far it can be trusted, since when."""

    fact: Fact
    label: str
    lines: list[str]
    is_known: bool  # whether anybody ever said anything
    state: str
    shape: str
    told: str  # "" where it was never checked
    at: datetime | None  # of a check; None of a report, whose time is nobody's business
    mark: str


def fact_view(service: Service, standing: Standing) -> FactView:
    """Return what a page shows of one fact of a service."""
    values = fact_of(service, standing.fact)
    lines, check = words_of(standing.fact, values), standing.check
    return FactView(
        fact=standing.fact,
        label=str(labels.FACTS[standing.fact]),
        lines=lines or [_("Nothing is known")],
        is_known=bool(lines),
        state=str(labels.FRESHNESS[standing.state]),
        shape=labels.FRESHNESS_SHAPES[standing.state],
        told=told(check, clock.now()) if check else "",
        at=shown_moment(check) if check else None,
        mark=mark_of(values),
    )


def marks_of(views: Iterable[FactView]) -> str:
    """Return how facts stand now, in one line: a form carries it, `MarksForm` reads it."""
    return " ".join(f"{view.fact.value}={view.mark}" for view in views)


def told(check: FactCheck, now: datetime) -> str:
    """Return what a check found, and how; of a report who says so, and roughly when.

    An edit is no check.
    """
    if check.verdict == Verdict.EDITED:
        return str(VERDICTS[Verdict.EDITED])
    if check.verdict == Verdict.DISPUTED:
        words = DISPUTES.get(check.method, VERDICTS[Verdict.DISPUTED])
        return f"{words} · {recency(check.at, now)}"
    return f"{VERDICTS[check.verdict]}, {labels.METHODS[check.method].told}"


def shown_moment(check: FactCheck) -> datetime | None:
    """Return when a fact was checked; None of a dispute: its hour may point at who reported."""
    return None if check.verdict == Verdict.DISPUTED else check.at


def recency(at: datetime, now: datetime) -> str:
    """Return roughly how old a report is: all that a page outside the moderators' desk tells.

    It changes with the date in UTC, so that no reader learns the hour by looking again.
    """
    if now.astimezone(UTC).date() - at.astimezone(UTC).date() <= RECENT:
        # Translators: when something was reported, on purpose not more exactly.
        return _("in the last 30 days")
    # Translators: when something was reported, on purpose not more exactly.
    return _("more than 30 days ago")


def reason_chips(codes: Iterable[str]) -> list[tuple[str, str]]:
    """Return shape and words of why a service waits, the most pressing first."""
    found = set(codes)
    return [
        (REASON_SHAPES.get(code, "plain"), str(words))
        for code, words in REASONS.items()
        if code in found
    ]


def reason_words(codes: Iterable[str]) -> str:
    """Return the same in one line of text."""
    return " · ".join(words for _shape, words in reason_chips(codes))


def history(checks: Iterable[FactCheck], sealed: CallTest | None) -> Iterator[dict[str, object]]:
    """Yield the checks of a fact as a timeline shows them. `checks` with both people loaded.

    `sealed`: a first call that the reader may still have to make for the second time; what its
    caller noted since is not shown.
    """
    for check in checks:
        is_sealed = sealed is not None and check.by_id == sealed.by_id and check.at >= sealed.at
        yield {
            "at": shown_moment(check),
            "text": told(check, clock.now()),
            "who": " · ".join(each.name for each in (check.by, check.second_checker) if each),
            "detail": "" if is_sealed else check.source,
        }
