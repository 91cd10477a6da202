"""Facts and their checks as desk pages show them: values, freshness, last check."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from protect.directory import facts, labels, models
from protect.directory.enums import Fact, Method, Verdict
from protect.directory.fact_records.checks import FactState
from protect.directory.fact_records.values import fingerprint_of, read_fact
from protect.kernel import clock

type Labels = Mapping[str, Promise]

RECENT_PERIOD = timedelta(days=30)  # pages show only whether a report is older than this

VERDICT_LABELS: Labels = {
    # Translators, of each below: what a check found; the method follows, such as "by phone".
    Verdict.CONFIRMED: gettext_lazy("Confirmed"),
    Verdict.CHANGED: gettext_lazy("Found changed"),
    Verdict.NOT_REACHED: gettext_lazy("No answer"),
    Verdict.DISPUTED: gettext_lazy("Reported wrong"),  # by a report
    # Translators: a fact was written anew at a desk, without asking the service.
    Verdict.EDITED: gettext_lazy("Edited and not checked"),
}
# Labels of disputes by method. The method of a dispute is the channel of the report.
DISPUTE_LABELS: Labels = {
    # Translators: a service said by the link in its mail that a fact is another by now.
    Method.PROVIDER: gettext_lazy("The service itself says otherwise"),
    # Translators: a report said that a fact is wrong, and a moderator agreed.
    Method.WEB: gettext_lazy("Reported wrong, and a moderator agreed"),
}


@dataclass(frozen=True, slots=True)
class FactView:
    """One fact as a page shows it: values, freshness and last check."""

    fact: Fact
    label: str
    lines: list[str]
    is_known: bool  # whether any value is recorded
    state: str
    shape: str
    check_sentence: str  # "" where it was never checked
    at: datetime | None  # of a check; None without one, or of a dispute: see shown_moment
    fingerprint: str  # of the values: see fingerprint_of


def fact_view(service: models.Service, fact_state: FactState) -> FactView:
    """Return what a page shows of one fact of a service."""
    values = read_fact(service, fact_state.fact)
    lines, check = describe_fact(fact_state.fact, values), fact_state.check
    return FactView(
        fact=fact_state.fact,
        label=str(facts.FACT_LABELS[fact_state.fact]),
        lines=lines or [_("Nothing is known")],
        is_known=bool(lines),
        state=str(labels.FRESHNESS[fact_state.state]),
        shape=labels.FRESHNESS_SHAPES[fact_state.state],
        check_sentence=check_sentence(check, clock.now()) if check else "",
        at=shown_moment(check) if check else None,
        fingerprint=fingerprint_of(values),
    )


def describe_fact(fact: Fact, values: Mapping[str, object]) -> list[str]:
    """Return the values of a fact as lines for the desk; empty where nothing is recorded."""
    return list(facts.FACTS[fact].desk_lines(values))


def join_fingerprints(views: Iterable[FactView]) -> str:
    """Return the fingerprints of facts as a text for a form field, which `SeenFactsForm` reads."""
    return " ".join(f"{view.fact.value}={view.fingerprint}" for view in views)


def check_sentence(check: models.FactCheck, now: datetime) -> str:
    """Return the result and method of a check, or the origin and rough age of a dispute."""
    if check.verdict == Verdict.EDITED:
        return str(VERDICT_LABELS[Verdict.EDITED])
    if check.verdict == Verdict.DISPUTED:
        words = DISPUTE_LABELS.get(check.method, VERDICT_LABELS[Verdict.DISPUTED])
        return f"{words} · {rough_age(check.at, now)}"
    return f"{VERDICT_LABELS[check.verdict]}, {labels.METHODS[check.method].phrase}"


def shown_moment(check: models.FactCheck) -> datetime | None:
    """Return the time of a check; None for a dispute: its time could identify the reporter."""
    return None if check.verdict == Verdict.DISPUTED else check.at


def rough_age(at: datetime, now: datetime) -> str:
    """Return the rough age of a report; only moderation shows its exact time.
    The text changes with the UTC date, so that repeated visits do not reveal the hour."""
    if now.astimezone(UTC).date() - at.astimezone(UTC).date() <= RECENT_PERIOD:
        return _("in the last 30 days")  # For translators: when it was reported; vague on purpose
    return _("more than 30 days ago")  # For translators: when it was reported; vague on purpose
