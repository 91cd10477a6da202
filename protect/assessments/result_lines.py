"""Lines of the results page, and the figures of its file, for each form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise

from protect.assessments.results import Asking, Counted, Learned
from protect.assessments.rules import is_open
from protect.assessments.statistics.change import Change
from protect.assessments.statistics.items import Move
from protect.assessments.statistics.limits import Reason
from protect.assessments.statistics.ratings import Practice, Rating, Share
from protect.questionnaires.access import form_of
from protect.questionnaires.words import Form
from protect.trainings.base.enums import Phase

# What is answered on paper too, and typed back.
ON_PAPER = frozenset({Phase.PRE, Phase.POST, Phase.EVALUATION})
TESTS = frozenset({Phase.PRE, Phase.POST})

type Record = tuple[str, str, str, object]


@dataclass(frozen=True, slots=True)
class Line:
    """A form of an edition. `code` is in the address on the wall poster; "": slips open it."""

    phase: Phase
    label: str | Promise
    form: Form
    answers: int
    code: str
    is_on_paper: bool
    is_open: bool  # now, by the half days


def lines_of(results: Learned, at: datetime) -> list[Line]:
    """Return the forms of an edition, in the order of a course."""
    rows = results.edition.sessions.standing().order_by("starts_at", "number")
    half_days = list(rows.values_list("starts_at", "ends_at"))
    goes_on = results.measuring is not None and results.measuring.frozen_at is None
    return [
        Line(
            phase,
            phase.label,
            form_of(inquiry.form, results.language),
            results.counts[phase],
            inquiry.code if phase in TESTS else "",
            phase in ON_PAPER,
            is_open(phase, half_days, at) and (goes_on or phase is Phase.FOLLOW_UP),
        )
        for phase in Phase
        if (inquiry := results.inquiries.get(phase))
    ]


def records_of(results: Learned) -> Iterator[Record]:
    """Yield every figure that may be published: part, question, figure, value. In English."""
    for phase, count in results.counts.items():
        yield phase.value, "", "answers", count
    yield from _learning(results)
    for each in results.questions:
        yield "items", each.label, "before", _plain(each.before)
        yield "items", each.label, "after", _plain(each.after)
        yield "items", each.label, "item_rest_before", _plain(each.rest)
        if isinstance(each.move, Move):
            yield "items", each.label, "gained", each.move.gained
            yield "items", each.label, "lost", each.move.lost
            yield "items", each.label, "p_holm", each.move.p_holm
    for asking in (results.evaluation, results.follow_up):
        yield from _asking(asking)
    if isinstance(results.practice, Practice):
        yield from _share("practice", "of_responders", results.practice.of_responders)
        yield from _share("practice", "of_attendees", results.practice.of_attendees)


def _learning(results: Learned) -> Iterator[Record]:
    learning = results.learning
    if learning is None:
        return
    yield "change", "", "pairs", learning.attrition.paired
    if isinstance(learning.change, Change):
        for name in ("mean", "low", "high", "p"):
            yield "change", "", name, getattr(learning.change, name)
        yield "change", "", "p_wilcoxon_pratt", learning.change.p_wilcoxon
    else:
        yield "change", "", "mean", _plain(learning.change)
    yield "change", "", "g_av", _plain(learning.size)
    yield "change", "", "normalised_gain", _plain(learning.gain)
    for name, items in (("before", learning.pre_items), ("after", learning.post_items)):
        yield (
            "items",
            "",
            f"kr20_{name}",
            items if isinstance(items, Reason) else _plain(items.kr20),
        )


def _asking(asking: Asking | None) -> Iterator[Record]:
    if asking is None:
        return
    for label, row in asking.rows:
        if isinstance(row, Rating):
            for level, count in enumerate(row.counts, 1):
                yield asking.form.code, label, str(level), count
            yield from _share(asking.form.code, "top_two", row.top_two, label)
        elif isinstance(row, Counted):
            for choice, count in row.choices:
                yield asking.form.code, label, choice, count
        else:
            yield asking.form.code, label, "hidden", row.value


def _share(part: str, name: str, share: Share, label: str = "") -> Iterator[Record]:
    for figure in ("value", "low", "high"):
        yield part, label, f"{name}_{figure}", getattr(share, figure)


def _plain(value: float | Reason) -> object:
    return value.value if isinstance(value, Reason) else value
