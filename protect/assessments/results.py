"""Results of an edition: read from the database, computed in `statistics`, listed for the file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, cast

import numpy as np
from django.utils.functional import Promise

from protect.assessments.access import half_days_of
from protect.assessments.models import Measuring, Response
from protect.assessments.rules import ON_PAPER, TESTS, is_open
from protect.assessments.statistics import change, pairs, ratings, test_results
from protect.assessments.statistics.items import Move
from protect.assessments.statistics.limits import Limits, Reason, limits, too_few
from protect.assessments.statistics.ratings import Practice, Rating, Share
from protect.questionnaires import access, schemas, wording
from protect.questionnaires.enums import STEPS, FieldType
from protect.questionnaires.rules.scores import worth
from protect.questionnaires.words import Form
from protect.trainings.attendance.models import Attendance
from protect.trainings.base.enums import Phase
from protect.trainings.registrations import enums, models
from protect.trainings.scheduling.models import Edition

USED = "used"  # the question of a follow-up whether something was used
COUNTED = frozenset({FieldType.YES_NO, FieldType.SINGLE, FieldType.MULTIPLE})

type Values = Mapping[str, Any]  # of one response, by question
type Record = tuple[str, str, str, object]  # part, question, figure, value


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the tests. Where a figure may not be published, a reason stands."""

    label: str
    before: float | Reason  # share of right answers
    after: float | Reason
    rest: float | Reason  # correlation with the others, before
    move: Move | Reason


@dataclass(frozen=True, slots=True)
class ChoiceCount:
    label: str
    answers: int
    choices: list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Asking:
    """Results of an anonymous form. `rows`: a rating, counts, or why neither is shown."""

    form: Form
    answers: int
    rows: list[tuple[str, Rating | ChoiceCount | Reason]]
    comments: list[tuple[str, tuple[str, ...] | Reason]]
    why: Reason | None  # nothing of it is shown

    @property
    def has_ratings(self) -> bool:
        return any(isinstance(row, Rating) for _label, row in self.rows)


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


class Marks:
    """Which questions are right. Where no answer depends on another, each is marked once."""

    def __init__(self, form: Form, keys: Sequence[str]) -> None:
        self._form, self._keys = form, keys
        self._questions = {field.key: field for field in form.definition.asking()}
        self._is_plain = not any(field.shown_if for field in form.definition.fields)
        self._cache: dict[tuple[str, str], bool] = {}

    def right(self, values: Values) -> list[bool]:
        if not self._is_plain:
            items = {item.key: item.is_right for item in access.score(self._form, values).items}
            return [items.get(key, False) for key in self._keys]
        return [key in values and self._is_right(key, values[key]) for key in self._keys]

    def _is_right(self, key: str, value: Any) -> bool:
        is_right = self._cache.get(at := (key, repr(value)))
        if is_right is None:
            question = self._questions[key]
            is_right = self._cache[at] = worth(question, value) == question.points
        return is_right


class Learned:
    """All that the results page of an edition shows, each part computed on first use."""

    def __init__(self, edition: Edition, language: str) -> None:
        self.edition, self.language = edition, language
        self.measuring = Measuring.objects.filter(pk=edition.pk).first()
        rows = self.measuring.inquiries.select_related("form") if self.measuring else ()
        self.inquiries = {Phase(inquiry.phase): inquiry for inquiry in rows}

    @cached_property
    def counts(self) -> dict[Phase, int]:
        rows = Response.objects.filter(edition=self.edition).order_by("phase")
        counts = dict.fromkeys(Phase, 0)
        for phase in rows.values_list("phase", flat=True):
            counts[Phase(phase)] += 1
        return counts

    @cached_property
    def test(self) -> Form | None:
        return self._form(Phase.PRE)

    @cached_property
    def learning(self) -> test_results.Learning | None:
        if self.test is None:
            return None
        maximum = sum(field.points for field in self.test.definition.asking())
        pre, post = (self._tests(phase) for phase in (Phase.PRE, Phase.POST))
        return test_results.learning(pre, post, maximum, _limits(self.test))

    @property
    def gained(self) -> tuple[float, float] | Reason | None:
        """Return the points gained and the points left, over all pairs: their ratio is the gain. A
        reason where no gain is claimed; None where no test is asked."""
        if self.learning is None:
            return None
        if isinstance(self.learning.gain, Reason):
            return self.learning.gain
        before, after = self._tests(Phase.PRE), self._tests(Phase.POST)
        pairing = pairs.pair(before.codes, after.codes)
        pre, post = before.scores[pairing.before], after.scores[pairing.after]
        return float(np.sum(post - pre)), float(np.sum(self.learning.maximum - pre))

    @property
    def questions(self) -> list[Question]:
        learning = self.learning
        if learning is None or self.test is None:
            return []
        return [
            Question(
                label=self.test.label(key),
                before=_of(learning.pre_items, "facility", at),
                after=_of(learning.post_items, "facility", at),
                rest=_of(learning.pre_items, "rest", at),
                move=learning.moves if isinstance(learning.moves, Reason) else learning.moves[at],
            )
            for at, key in enumerate(_scored(self.test))
        ]

    @cached_property
    def evaluation(self) -> Asking | None:
        return self._asking(Phase.EVALUATION)

    @property
    def ratings(self) -> dict[str, Rating | Reason]:
        """Return the scales of the evaluation, by the key of their question."""
        form = self._form(Phase.EVALUATION)
        if form is None:
            return {}
        values = self._values(Phase.EVALUATION)
        scales = [field for field in form.definition.asking() if field.type in STEPS]
        return {field.key: _scale(form, field, values) for field in scales}

    @cached_property
    def follow_up(self) -> Asking | None:
        return self._asking(Phase.FOLLOW_UP)

    @cached_property
    def practice(self) -> Practice | Reason | None:
        if self.follow_up is None or self.follow_up.form.definition.field(USED) is None:
            return None
        values = [response.get(USED) for response in self._values(Phase.FOLLOW_UP)]
        answered = [value for value in values if value is not None]
        attendees = max(self.attendees, len(answered))
        bounds = _limits(self.follow_up.form)
        return ratings.practice(sum(map(bool, answered)), len(answered), attendees, bounds)

    @property
    def attendees(self) -> int:
        """Return the number of attendees; without a list, of confirmed participants."""
        there = Attendance.objects.filter(session__edition=self.edition, minutes__gt=0)
        people = there.order_by().values("registration").distinct().count()
        confirmed = models.Registration.objects.filter(
            edition=self.edition, state=enums.RegistrationState.CONFIRMED
        )
        return people or confirmed.count()

    def lines(self, at: datetime) -> list[Line]:
        """Return the forms of an edition, in the order of a course."""
        half_days = half_days_of(self.edition)
        goes_on = self.measuring is not None and self.measuring.frozen_at is None
        return [
            Line(
                phase,
                phase.label,
                access.form_of(inquiry.form, self.language),
                self.counts[phase],
                inquiry.code if phase in TESTS else "",
                phase in ON_PAPER,
                is_open(phase, half_days, at) and (goes_on or phase is Phase.FOLLOW_UP),
            )
            for phase in Phase
            if (inquiry := self.inquiries.get(phase))
        ]

    def _form(self, phase: Phase) -> Form | None:
        inquiry = self.inquiries.get(phase)
        return access.form_of(inquiry.form, self.language) if inquiry else None

    def _tests(self, phase: Phase) -> test_results.Answers:
        rows = Response.objects.filter(edition=self.edition, phase=phase).order_by("pk")
        keys = _scored(self.test) if self.test else []
        marks: dict[str, Marks] = {}
        codes, points, right = [], [], []
        columns = rows.values_list("form", "pair", "points", "answers")
        for reference, pair, reached, kept in columns.iterator(chunk_size=2000):
            if reference not in marks:
                code, _, number = reference.rpartition(":")
                marks[reference] = Marks(access.get_form(code, int(number), self.language), keys)
            codes.append(pair)
            points.append(reached or 0.0)
            right.append(marks[reference].right(kept["values"]))
        shape = (len(codes), len(keys))
        flags = np.array(right, bool).reshape(shape)
        return test_results.Answers(codes, np.array(points, float), flags)

    def _asking(self, phase: Phase) -> Asking | None:
        form = self._form(phase)
        if form is None:
            return None
        # Blank sheets hide no author: with four of them, one comment is not one of five.
        values = [response for response in self._values(phase) if response]
        fields = [(form.label(field.key), field) for field in form.definition.asking()]
        asked = [pair for pair in fields if pair[1].type in STEPS | COUNTED]
        rows = [(label, _row(form, field, values)) for label, field in asked]
        free = [pair for pair in fields if pair[1].comment]
        comments = [(label, _comments(form, field, values)) for label, field in free]
        why = too_few(len(values), _limits(form).fewest_answers)
        return Asking(form, len(values), rows, comments, why)

    def _values(self, phase: Phase) -> list[Values]:
        rows = Response.objects.filter(edition=self.edition, phase=phase).order_by("pk")
        return [kept["values"] for kept in rows.values_list("answers", flat=True)]


def records_of(results: Learned) -> Iterator[Record]:
    for phase, count in results.counts.items():
        yield phase.value, "", "answers", count
    if results.learning is not None:
        yield from _learning_records(results.learning)
    for question in results.questions:
        yield from _question_records(question)
    for asking in (results.evaluation, results.follow_up):
        if asking is not None:
            yield from _asking_records(asking)
    if isinstance(results.practice, Practice):
        for name in ("of_responders", "of_attendees"):
            yield from _share_records("practice", name, getattr(results.practice, name))


def _learning_records(learning: test_results.Learning) -> Iterator[Record]:
    yield "change", "", "pairs", learning.paired
    if isinstance(learning.change, change.Change):
        for name in ("mean", "low", "high", "p"):
            yield "change", "", name, getattr(learning.change, name)
        yield "change", "", "p_wilcoxon_pratt", learning.change.p_wilcoxon
    else:
        yield "change", "", "mean", _plain(learning.change)
    yield "change", "", "g_av", _plain(learning.size)
    yield "change", "", "normalised_gain", _plain(learning.gain)
    for name, items in (("before", learning.pre_items), ("after", learning.post_items)):
        kr20 = items if isinstance(items, Reason) else items.kr20
        yield "items", "", f"kr20_{name}", _plain(kr20)


def _question_records(question: Question) -> Iterator[Record]:
    yield "items", question.label, "before", _plain(question.before)
    yield "items", question.label, "after", _plain(question.after)
    yield "items", question.label, "item_rest_before", _plain(question.rest)
    if isinstance(question.move, Move):
        for name in ("gained", "lost", "p_holm"):
            yield "items", question.label, name, getattr(question.move, name)


def _asking_records(asking: Asking) -> Iterator[Record]:
    part = asking.form.code
    for label, row in asking.rows:
        if isinstance(row, Rating):
            for level, count in enumerate(row.counts, 1):
                yield part, label, str(level), count
            yield from _share_records(part, "top_two", row.top_two, label)
        elif isinstance(row, ChoiceCount):
            for choice, count in row.choices:
                yield part, label, choice, count
        else:
            yield part, label, "hidden", row.value


def _share_records(part: str, name: str, share: Share, label: str = "") -> Iterator[Record]:
    for figure in ("value", "low", "high"):
        yield part, label, f"{name}_{figure}", getattr(share, figure)


def _plain(value: float | Reason) -> object:
    return value.value if isinstance(value, Reason) else value


def _limits(form: Form, question: schemas.FormField | None = None) -> Limits:
    """Return the limits, as strict as the form and the question require."""
    installed, definition = limits(), form.definition
    floor = definition.floor_of(question) if question else definition.no_items_below
    fewest = max(installed.fewest_answers, floor)
    stricter: Limits = installed.model_copy(update={"fewest_answers": fewest})
    return stricter


def _scored(form: Form) -> list[str]:
    return [field.key for field in form.definition.asking() if field.points]


def _of(statistics: Any, name: str, at: int) -> float | Reason:
    figures = statistics if isinstance(statistics, Reason) else getattr(statistics, name)[at]
    return cast("float | Reason", figures)


def _row(
    form: Form, field: schemas.FormField, values: Sequence[Values]
) -> Rating | ChoiceCount | Reason:
    if field.type in STEPS:
        return _scale(form, field, values)
    answers = [each[field.key] for each in values if each.get(field.key) is not None]
    if why := too_few(len(answers), _limits(form, field).fewest_answers):
        return why
    return ChoiceCount(form.label(field.key), len(answers), [*_choices(form, field, answers)])


def _choices(
    form: Form, field: schemas.FormField, answers: Sequence[Any]
) -> Iterator[tuple[str, int]]:
    if field.type == FieldType.YES_NO:
        for is_yes in (True, False):
            yield wording.yes_no(is_yes=is_yes), sum(answer is is_yes for answer in answers)
        return
    for code in field.options:
        chosen = sum(code in each if isinstance(each, list) else code == each for each in answers)
        yield form.words[f"{field.key}.options.{code}"].text, chosen


def _scale(form: Form, field: schemas.FormField, values: Sequence[Values]) -> Rating | Reason:
    steps = [each.get(field.key) or ratings.SKIPPED for each in values]
    return ratings.rating(np.array(steps, np.int64), field.count_of_steps, _limits(form, field))


def _comments(
    form: Form, field: schemas.FormField, values: Sequence[Values]
) -> tuple[str, ...] | Reason:
    texts = [str(each[field.key]) for each in values if field.key in each]
    return ratings.comments(texts, len(values), _limits(form, field))
