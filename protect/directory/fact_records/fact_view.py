"""Checks of a fact in the words of the desk: verdict, method, time and source."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from protect.directory import labels, models
from protect.directory.enums import Fact, Method, Verdict
from protect.directory.fact_records.checks import Standing
from protect.directory.fact_records.values import fact_of, mark_of
from protect.directory.facts import FACTS, LABELS
from protect.kernel import clock

type Words = Mapping[str, Promise]

RECENT = timedelta(days=30)

VERDICTS: Words = {
    # Translators, of each below: what a check found; how stands behind it, such as "by phone".
    Verdict.CONFIRMED: gettext_lazy("Confirmed"),
    Verdict.CHANGED: gettext_lazy("Found changed"),
    Verdict.NOT_REACHED: gettext_lazy("No answer"),
    # Translators: a report says that a fact is wrong.
    Verdict.DISPUTED: gettext_lazy("Reported wrong"),
    # Translators: a fact was written anew at a desk, without asking the service.
    Verdict.EDITED: gettext_lazy("Edited and not checked"),
}
# A report is no check. Its source, and the role that agreed, follow from how it came in.
DISPUTES: Words = {
    # Translators: a service said by the link in its mail that a fact is another by now.
    Method.PROVIDER: gettext_lazy("The service itself says otherwise"),
    # Translators: a report said that a fact is wrong, and a moderator agreed.
    Method.WEB: gettext_lazy("Reported wrong, and a moderator agreed"),
}


@dataclass(frozen=True, slots=True)
class FactView:
    """A fact as a page shows it: its last value, how far it can be trusted, since when."""

    fact: Fact
    label: str
    lines: list[str]
    is_known: bool  # whether any value is recorded
    state: str
    shape: str
    check_sentence: str  # "" where it was never checked
    at: datetime | None  # of a check; None of a report, whose time could identify the reporter
    mark: str


def fact_view(service: models.Service, standing: Standing) -> FactView:
    """Return what a page shows of one fact of a service."""
    values = fact_of(service, standing.fact)
    lines, check = words_of(standing.fact, values), standing.check
    return FactView(
        fact=standing.fact,
        label=str(LABELS[standing.fact]),
        lines=lines or [_("Nothing is known")],
        is_known=bool(lines),
        state=str(labels.FRESHNESS[standing.state]),
        shape=labels.FRESHNESS_SHAPES[standing.state],
        check_sentence=check_sentence(check, clock.now()) if check else "",
        at=shown_moment(check) if check else None,
        mark=mark_of(values),
    )


def words_of(fact: Fact, values: Mapping[str, object]) -> list[str]:
    """Return a fact as lines, one for each part; none where no value is recorded."""
    return list(FACTS[fact].words(values))


def marks_of(views: Iterable[FactView]) -> str:
    """Return the versions of facts in one line: a form carries it, `MarksForm` reads it."""
    return " ".join(f"{view.fact.value}={view.mark}" for view in views)


def check_sentence(check: models.FactCheck, now: datetime) -> str:
    """Return what a check found and by which method; of a report its source and its rough age.
    An edit is no check."""
    if check.verdict == Verdict.EDITED:
        return str(VERDICTS[Verdict.EDITED])
    if check.verdict == Verdict.DISPUTED:
        words = DISPUTES.get(check.method, VERDICTS[Verdict.DISPUTED])
        return f"{words} · {recency(check.at, now)}"
    return f"{VERDICTS[check.verdict]}, {labels.METHODS[check.method].past}"


def shown_moment(check: models.FactCheck) -> datetime | None:
    """Return when a fact was checked; None of a dispute: its hour could identify the reporter."""
    return None if check.verdict == Verdict.DISPUTED else check.at


def recency(at: datetime, now: datetime) -> str:
    """Return the rough age of a report, the only time that pages outside moderation show.
    It changes with the date in UTC, so that no reader learns the hour by looking again."""
    if now.astimezone(UTC).date() - at.astimezone(UTC).date() <= RECENT:
        # Translators: when something was reported, on purpose not more exactly.
        return _("in the last 30 days")
    # Translators: when something was reported, on purpose not more exactly.
    return _("more than 30 days ago")
