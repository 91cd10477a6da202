"""What the results page and its file show of each form: lines, and figures as a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise

from protect.assessments.results import Asking, Counted, Learned
from protect.assessments.rules import is_open
from protect.assessments.statistics.change import Change
from protect.assessments.statistics.items import Move
from protect.assessments.statistics.ratings import Practice, Rating
from protect.assessments.statistics.reasons import Reason
from protect.assessments.statistics.shares import Share
from protect.questionnaires.access import form_of
from protect.questionnaires.words import Form
from protect.trainings.base.enums import Phase

# What is answered on paper too, and typed back.
ON_PAPER = frozenset({Phase.PRE, Phase.POST, Phase.EVALUATION})
TESTS = frozenset({Phase.PRE, Phase.POST})

type Record = tuple[str, str, str, object]


@dataclass(frozen=True, slots=True)
class Line:
    """A form that an edition asks. `code` stands in the address on the wall; "": slips open it."""

    phase: Phase
    label: str | Promise
    form: Form
    answers: int
    code: str
    is_on_paper: bool
    is_open: bool  # now, by the half days


def lines_of(found: Learned, at: datetime) -> list[Line]:
    """Return what an edition asks, in the order of a course."""
    rows = found.edition.sessions.standing().order_by("starts_at", "number")
    half_days = list(rows.values_list("starts_at", "ends_at"))
    goes_on = found.measuring is not None and found.measuring.frozen_at is None
    return [
        Line(
            phase,
            phase.label,
            form_of(inquiry.form, found.language),
            found.counts[phase],
            inquiry.code if phase in TESTS else "",
            phase in ON_PAPER,
            is_open(phase, half_days, at) and (goes_on or phase is Phase.FOLLOW_UP),
        )
        for phase in Phase
        if (inquiry := found.inquiries.get(phase))
    ]


def records_of(found: Learned) -> Iterator[Record]:
    """Yield every figure that may be said: part, question, figure, value. Codes, in English."""
    for phase, count in found.counts.items():
        yield phase.value, "", "answers", count
    yield from _learning(found)
    for each in found.questions:
        yield "items", each.label, "before", _plain(each.before)
        yield "items", each.label, "after", _plain(each.after)
        yield "items", each.label, "item_rest_before", _plain(each.rest)
        if isinstance(each.move, Move):
            yield "items", each.label, "gained", each.move.gained
            yield "items", each.label, "lost", each.move.lost
            yield "items", each.label, "p_holm", each.move.p_holm
    for asking in (found.evaluation, found.follow_up):
        yield from _asking(asking)
    if isinstance(found.practice, Practice):
        yield from _share("practice", "of_responders", found.practice.of_responders)
        yield from _share("practice", "of_attendees", found.practice.of_attendees)


def _learning(found: Learned) -> Iterator[Record]:
    said = found.learning
    if said is None:
        return
    yield "change", "", "pairs", said.attrition.paired
    if isinstance(said.change, Change):
        for name in ("mean", "low", "high", "p"):
            yield "change", "", name, getattr(said.change, name)
        yield "change", "", "p_wilcoxon_pratt", said.change.signed_rank.p
        yield "change", "", "p_sign_flip", said.change.sign_flip.p
    else:
        yield "change", "", "mean", _plain(said.change)
    yield "change", "", "g_av", _plain(said.size)
    yield "change", "", "normalised_gain", _plain(said.gain)
    for name, items in (("before", said.pre_items), ("after", said.post_items)):
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


def _share(part: str, name: str, found: Share, label: str = "") -> Iterator[Record]:
    for figure in ("value", "low", "high"):
        yield part, label, f"{name}_{figure}", getattr(found, figure)


def _plain(value: float | Reason) -> object:
    return value.value if isinstance(value, Reason) else value
