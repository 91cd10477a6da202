"""Results of an edition: read from the database, computed in `statistics`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from protect.assessments.models import Measuring, Response
from protect.assessments.statistics import ratings as statistics_ratings
from protect.assessments.statistics.items import Move
from protect.assessments.statistics.limits import Limits, Reason, limits, too_few
from protect.assessments.statistics.pairs import pair as paired
from protect.assessments.statistics.ratings import Practice, Rating
from protect.assessments.statistics.test_results import Answers, Learning, learning
from protect.questionnaires import wording as asked_words
from protect.questionnaires.access import form_of, get_form, score
from protect.questionnaires.enums import FieldType
from protect.questionnaires.rules.scores import worth
from protect.questionnaires.schemas import FormField
from protect.questionnaires.words import Form
from protect.trainings.attendance.models import Attendance
from protect.trainings.base.enums import Phase
from protect.trainings.registrations.enums import RegistrationState
from protect.trainings.registrations.models import Registration
from protect.trainings.scheduling.models import Edition

USED = "used"  # the question of a follow-up whether something was used
STEPS = frozenset({FieldType.SCALE, FieldType.RATING})
COUNTED = frozenset({FieldType.YES_NO, FieldType.SINGLE, FieldType.MULTIPLE})


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the tests. Where a figure may not be published, a reason stands."""

    label: str
    before: float | Reason  # share of right answers
    after: float | Reason
    rest: float | Reason  # correlation with the others, before
    move: Move | Reason


@dataclass(frozen=True, slots=True)
class Counted:
    """One question of an evaluation or a follow-up: the count of each choice."""

    label: str
    answers: int
    choices: list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Asking:
    """Results of an anonymous form. `rows`: a rating, counts, or why neither is shown."""

    form: Form
    answers: int
    rows: list[tuple[str, Rating | Counted | Reason]]
    comments: list[tuple[str, tuple[str, ...] | Reason]]
    why: Reason | None  # nothing of it is shown

    @property
    def has_ratings(self) -> bool:
        return any(isinstance(row, Rating) for _label, row in self.rows)


class Marks:
    """Which questions are right. Where no answer depends on another, each is marked once."""

    def __init__(self, form: Form, keys: Sequence[str]) -> None:
        self._form, self._keys = form, keys
        self._questions = {each.key: each for each in form.definition.asking()}
        self._is_plain = not any(each.shown_if for each in form.definition.fields)
        self._cache: dict[tuple[str, str], bool] = {}

    def right(self, values: Mapping[str, Any]) -> list[bool]:
        """Return for each key whether its answer earns full points."""
        if not self._is_plain:
            items = {each.key: each.is_right for each in score(self._form, values).items}
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
        self.inquiries = {Phase(each.phase): each for each in rows}

    @cached_property
    def counts(self) -> dict[Phase, int]:
        rows = Response.objects.filter(edition=self.edition).order_by("phase")
        counts = dict.fromkeys(Phase, 0)
        for phase in rows.values_list("phase", flat=True):
            counts[Phase(phase)] += 1
        return counts

    @cached_property
    def test(self) -> Form | None:
        inquiry = self.inquiries.get(Phase.PRE)
        return form_of(inquiry.form, self.language) if inquiry else None

    @cached_property
    def learning(self) -> Learning | None:
        if self.test is None:
            return None
        maximum = sum(each.points for each in self.test.definition.asking())
        pre, post = (self._tests(phase) for phase in (Phase.PRE, Phase.POST))
        return learning(pre, post, maximum, self._limits(self.test))

    @property
    def gained(self) -> tuple[float, float] | Reason | None:
        """Return the points gained and the points left, over all pairs: their ratio is the gain.

        A reason where no gain is claimed; None where no test is asked.
        """
        learning = self.learning
        if learning is None:
            return None
        if isinstance(learning.gain, Reason):
            return learning.gain
        before, after = self._tests(Phase.PRE), self._tests(Phase.POST)
        pairs = paired(before.codes, after.codes)
        pre, post = before.scores[pairs.before], after.scores[pairs.after]
        return float(np.sum(post - pre)), float(np.sum(learning.maximum - pre))

    @property
    def questions(self) -> list[Question]:
        learning = self.learning
        if learning is None or self.test is None:
            return []
        keys = _scored(self.test)
        return [
            Question(
                label=self.test.label(key),
                before=_of(learning.pre_items, "facility", at),
                after=_of(learning.post_items, "facility", at),
                rest=_of(learning.pre_items, "rest", at),
                move=learning.moves if isinstance(learning.moves, Reason) else learning.moves[at],
            )
            for at, key in enumerate(keys)
        ]

    @cached_property
    def evaluation(self) -> Asking | None:
        return self._asking(Phase.EVALUATION)

    @property
    def ratings(self) -> dict[str, Rating | Reason]:
        inquiry = self.inquiries.get(Phase.EVALUATION)
        if inquiry is None:
            return {}
        form, values = form_of(inquiry.form, self.language), self._values(Phase.EVALUATION)
        scales = [each for each in form.definition.asking() if each.type in STEPS]
        return {each.key: self._scale(form, each, values) for each in scales}

    @cached_property
    def follow_up(self) -> Asking | None:
        return self._asking(Phase.FOLLOW_UP)

    @cached_property
    def practice(self) -> Practice | Reason | None:
        """Return the share that used the course: of responders, and of attendees."""
        if self.follow_up is None or self.follow_up.form.definition.field(USED) is None:
            return None
        values = [each.get(USED) for each in self._values(Phase.FOLLOW_UP)]
        answered = [each for each in values if each is not None]
        attendees = max(self.attendees, len(answered))
        return statistics_ratings.practice(
            sum(map(bool, answered)), len(answered), attendees, self._limits(self.follow_up.form)
        )

    @property
    def attendees(self) -> int:
        """Return the number of attendees; without a list, of confirmed participants."""
        there = Attendance.objects.filter(session__edition=self.edition, minutes__gt=0)
        people = there.order_by().values("registration").distinct().count()
        confirmed = Registration.objects.filter(
            edition=self.edition, state=RegistrationState.CONFIRMED
        )
        return people or confirmed.count()

    def _tests(self, phase: Phase) -> Answers:
        rows = Response.objects.filter(edition=self.edition, phase=phase).order_by("pk")
        keys = _scored(self.test) if self.test else []
        marks: dict[str, Marks] = {}
        codes, points, right = [], [], []
        columns = rows.values_list("form", "pair", "points", "answers")
        for form, pair, reached, kept in columns.iterator(chunk_size=2000):
            if form not in marks:
                marks[form] = Marks(_form(form, self.language), keys)
            codes.append(pair)
            points.append(reached or 0.0)
            right.append(marks[form].right(kept["values"]))
        shape = (len(codes), len(keys))
        return Answers(codes, np.array(points, float), np.array(right, bool).reshape(shape))

    def _asking(self, phase: Phase) -> Asking | None:
        inquiry = self.inquiries.get(phase)
        if inquiry is None:
            return None
        form = form_of(inquiry.form, self.language)
        # Who answered nothing hides nobody: blank sheets do not make one comment one of five.
        values = [each for each in self._values(phase) if each]
        asking = [*form.definition.asking()]
        rows = [
            (form.label(each.key), self._row(form, each, values))
            for each in asking
            if each.type in STEPS | COUNTED
        ]
        comments = [
            (form.label(each.key), self._comments(form, each, values))
            for each in asking
            if each.comment
        ]
        why = too_few(len(values), self._limits(form).fewest_answers)
        return Asking(form, len(values), rows, comments, why)

    def _row(
        self, form: Form, question: FormField, values: Sequence[Mapping[str, Any]]
    ) -> Rating | Counted | Reason:
        if question.type in STEPS:
            return self._scale(form, question, values)
        bounds = self._limits(form, question)
        answers = [each[question.key] for each in values if each.get(question.key) is not None]
        if why := too_few(len(answers), bounds.fewest_answers):
            return why
        return Counted(form.label(question.key), len(answers), [*_choices(form, question, answers)])

    def _scale(
        self, form: Form, question: FormField, values: Sequence[Mapping[str, Any]]
    ) -> Rating | Reason:
        steps = [each.get(question.key) or statistics_ratings.SKIPPED for each in values]
        levels = np.array(steps, np.int64)
        return statistics_ratings.rating(
            levels, question.count_of_steps, self._limits(form, question)
        )

    def _comments(
        self, form: Form, question: FormField, values: Sequence[Mapping[str, Any]]
    ) -> tuple[str, ...] | Reason:
        texts = [str(each[question.key]) for each in values if question.key in each]
        return statistics_ratings.comments(texts, len(values), self._limits(form, question))

    def _values(self, phase: Phase) -> list[Mapping[str, Any]]:
        rows = Response.objects.filter(edition=self.edition, phase=phase).order_by("pk")
        return [kept["values"] for kept in rows.values_list("answers", flat=True)]

    def _limits(self, form: Form, question: FormField | None = None) -> Limits:
        installed, definition = limits(), form.definition
        floor = definition.floor_of(question) if question else definition.no_items_below
        stricter: Limits = installed.model_copy(
            update={"fewest_answers": max(installed.fewest_answers, floor)}
        )
        return stricter


def _form(reference: str, language: str) -> Form:
    code, _, number = reference.rpartition(":")
    return get_form(code, int(number), language)


def _scored(form: Form) -> list[str]:
    return [each.key for each in form.definition.asking() if each.points]


def _of(statistics: Any, name: str, at: int) -> float | Reason:
    value: float | Reason = (
        statistics if isinstance(statistics, Reason) else getattr(statistics, name)[at]
    )
    return value


def _choices(form: Form, question: FormField, answers: Sequence[Any]) -> Iterator[tuple[str, int]]:
    if question.type == FieldType.YES_NO:
        for answer in (True, False):
            yield asked_words.yes_no(is_yes=answer), sum(each is answer for each in answers)
        return
    for code in question.options:
        chosen = sum(code in each if isinstance(each, list) else code == each for each in answers)
        yield form.words[f"{question.key}.options.{code}"].text, chosen
