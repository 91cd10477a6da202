"""Results of an edition: read from the database, computed in `statistics`, listed for CSV."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, cast

import numpy as np
from django.utils.functional import Promise

from protect.assessments.access import get_session_times
from protect.assessments.models import Measuring, Response
from protect.assessments.rules import PAPER_PHASES, TEST_PHASES, is_open
from protect.assessments.statistics import change, pairs, ratings, test_results
from protect.assessments.statistics.items import ItemChange
from protect.assessments.statistics.limits import Limits, Reason, limits, reason_if_too_few
from protect.assessments.statistics.ratings import PracticeShares, Rating, Share
from protect.questionnaires import access, wording
from protect.questionnaires.enums import SCALE_TYPES, FieldType
from protect.questionnaires.rules.scores import score_answer
from protect.questionnaires.schemas import FormField
from protect.questionnaires.words import Form
from protect.trainings.attendance.models import Attendance
from protect.trainings.base.enums import Phase
from protect.trainings.registrations import enums, models
from protect.trainings.scheduling.models import Edition

USED_KEY = "used"  # key of the follow-up question whether the course was used
COUNTED_TYPES = frozenset({FieldType.YES_NO, FieldType.SINGLE, FieldType.MULTIPLE})

type Values = Mapping[str, Any]  # answers of one response, by key of the question
type Record = tuple[str, str, str, object]  # part, question, figure, value


@dataclass(frozen=True, slots=True)
class QuestionFigures:
    """Figures for a scored question of the tests. A figure that may not be shown is a Reason."""

    label: str
    before: float | Reason  # share of right answers
    after: float | Reason
    rest_correlation: float | Reason  # with the score of the other questions, before the course
    move: ItemChange | Reason


@dataclass(frozen=True, slots=True)
class ChoiceCount:
    label: str
    answers: int  # responses that answer this question
    choices: list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class FormResults:
    """Results of an anonymous form: for each question its rating, counts, or why it is hidden."""

    form: Form
    answers: int  # responses, without blank ones
    rows: list[tuple[str, Rating | ChoiceCount | Reason]]
    comments: list[tuple[str, tuple[str, ...] | Reason]]
    why: Reason | None  # why the whole form is hidden; None: it is shown

    @property
    def has_ratings(self) -> bool:
        return any(isinstance(row, Rating) for _label, row in self.rows)


@dataclass(frozen=True, slots=True)
class FormRow:
    """A form in the table of an edition. `code` is on the poster of a test; "" for others."""

    phase: Phase
    label: str | Promise
    form: Form
    answers: int  # responses, blank ones too
    code: str
    is_on_paper: bool  # whether staff can print it and type answers in
    is_open: bool  # at the page's time, by the sessions; if frozen, only a follow-up is


class AnswerMarker:
    """Tells which answers of a response are right; caches them if no question has a condition."""

    def __init__(self, form: Form, keys: Sequence[str]) -> None:
        self._form, self._keys = form, keys
        self._questions = {field.key: field for field in form.definition.questions()}
        self._has_no_conditions = not any(field.shown_if for field in form.definition.fields)
        self._cache: dict[tuple[str, str], bool] = {}

    def mark(self, values: Values) -> list[bool]:
        """Return for each key whether its answer earns all points; False without an answer."""
        if not self._has_no_conditions:
            items = {item.key: item.is_right for item in access.score(self._form, values).items}
            return [items.get(key, False) for key in self._keys]
        return [key in values and self._is_right(key, values[key]) for key in self._keys]

    def _is_right(self, key: str, value: Any) -> bool:
        is_right = self._cache.get(cache_key := (key, repr(value)))
        if is_right is None:
            question = self._questions[key]
            is_right = self._cache[cache_key] = score_answer(question, value) == question.points
        return is_right


class EditionResults:
    """All that the results page of an edition shows, each part computed on first use."""

    def __init__(self, edition: Edition, language: str) -> None:
        self.edition, self.language = edition, language
        self.measuring = Measuring.objects.filter(pk=edition.pk).first()
        rows = self.measuring.inquiries.select_related("form") if self.measuring else ()
        self.inquiries = {Phase(inquiry.phase): inquiry for inquiry in rows}

    @cached_property
    def response_counts(self) -> dict[Phase, int]:
        rows = Response.objects.filter(edition=self.edition).order_by("phase")
        return dict.fromkeys(Phase, 0) | Counter(map(Phase, rows.values_list("phase", flat=True)))

    @cached_property
    def test(self) -> Form | None:
        """Return the form of the pre-test; None if the edition has no tests."""
        return self._form(Phase.PRE)

    @cached_property
    def learning(self) -> test_results.PrePostResults | None:
        if self.test is None:
            return None
        maximum = sum(field.points for field in self.test.definition.questions())
        pre, post = (self._test_answers(phase) for phase in (Phase.PRE, Phase.POST))
        return test_results.compute(pre, post, maximum, _limits_for_form(self.test))

    @property
    def points_gained_and_left(self) -> tuple[float, float] | Reason | None:
        """Return the points gained and the points left to gain, summed over all pairs: their ratio
        is the gain. A Reason where no gain is shown; None where the edition has no test."""
        if self.learning is None:
            return None
        if isinstance(self.learning.gain, Reason):
            return self.learning.gain
        before, after = self._test_answers(Phase.PRE), self._test_answers(Phase.POST)
        pairing = pairs.pair_rows(before.codes, after.codes)
        pre, post = before.scores[pairing.before], after.scores[pairing.after]
        return float(np.sum(post - pre)), float(np.sum(self.learning.maximum - pre))

    @property
    def questions(self) -> list[QuestionFigures]:
        learning = self.learning
        if learning is None or self.test is None:
            return []
        moves = learning.item_changes
        return [
            QuestionFigures(
                label=self.test.label(key),
                before=_figure_or_reason(learning.pre_items, "facility", index),
                after=_figure_or_reason(learning.post_items, "facility", index),
                rest_correlation=_figure_or_reason(learning.pre_items, "rest", index),
                move=moves if isinstance(moves, Reason) else moves[index],
            )
            for index, key in enumerate(_scored_question_keys(self.test))
        ]

    @cached_property
    def evaluation(self) -> FormResults | None:
        return self._form_results(Phase.EVALUATION)

    @property
    def ratings(self) -> dict[str, Rating | Reason]:
        """Return the rating of each scale question of the evaluation, by key of the question."""
        form = self._form(Phase.EVALUATION)
        if form is None:
            return {}
        values = self._response_values(Phase.EVALUATION)
        scales = [field for field in form.definition.questions() if field.type in SCALE_TYPES]
        return {field.key: _rate_question(form, field, values) for field in scales}

    @cached_property
    def follow_up(self) -> FormResults | None:
        return self._form_results(Phase.FOLLOW_UP)

    @cached_property
    def practice(self) -> PracticeShares | Reason | None:
        """Return the shares of people who used the course; None if this is not asked."""
        if self.follow_up is None or self.follow_up.form.definition.field(USED_KEY) is None:
            return None
        values = [response.get(USED_KEY) for response in self._response_values(Phase.FOLLOW_UP)]
        answers = [value for value in values if value is not None]
        used, answered = sum(map(bool, answers)), len(answers)
        attendees = max(self.attendee_count, answered)
        form_limits = _limits_for_form(self.follow_up.form)
        return ratings.practice_shares(used, answered, attendees, form_limits)

    @property
    def attendee_count(self) -> int:
        """Return the number of attendees; without attendance records, of confirmed participants."""
        present = Attendance.objects.filter(session__edition=self.edition, minutes__gt=0)
        attended = present.order_by().values("registration").distinct().count()
        rows = models.Registration.objects.filter(edition=self.edition)
        return attended or rows.filter(state=enums.RegistrationState.CONFIRMED).count()

    def form_rows(self, at: datetime) -> list[FormRow]:
        """Return a row for each form that the edition uses, in the order of the phases."""
        session_times = get_session_times(self.edition)
        is_unfrozen = self.measuring is not None and self.measuring.frozen_at is None
        return [
            FormRow(
                phase,
                phase.label,
                access.build_form(inquiry.form, self.language),
                self.response_counts[phase],
                inquiry.code if phase in TEST_PHASES else "",
                phase in PAPER_PHASES,
                is_open(phase, session_times, at) and (is_unfrozen or phase is Phase.FOLLOW_UP),
            )
            for phase in Phase
            if (inquiry := self.inquiries.get(phase))
        ]

    def _form(self, phase: Phase) -> Form | None:
        inquiry = self.inquiries.get(phase)
        return access.build_form(inquiry.form, self.language) if inquiry else None

    def _test_answers(self, phase: Phase) -> test_results.PhaseAnswers:
        rows = Response.objects.filter(edition=self.edition, phase=phase).order_by("pk")
        keys = _scored_question_keys(self.test) if self.test else []
        marks: dict[str, AnswerMarker] = {}
        codes, points, right = [], [], []
        columns = rows.values_list("form", "pair", "points", "answers")
        for reference, pair, score, stored in columns.iterator(chunk_size=2000):
            if reference not in marks:
                code, _, number = reference.rpartition(":")
                form = access.get_form(code, int(number), self.language)
                marks[reference] = AnswerMarker(form, keys)
            codes.append(pair)
            points.append(score or 0.0)
            right.append(marks[reference].mark(stored["values"]))
        flags = np.array(right, bool).reshape(len(codes), len(keys))
        return test_results.PhaseAnswers(codes, np.array(points, float), flags)

    def _form_results(self, phase: Phase) -> FormResults | None:
        form = self._form(phase)
        if form is None:
            return None
        # Blank sheets do not count: four blank sheets would not hide the author of one comment.
        values = [response for response in self._response_values(phase) if response]
        fields = [(form.label(field.key), field) for field in form.definition.questions()]
        closed_questions = [pair for pair in fields if pair[1].type in SCALE_TYPES | COUNTED_TYPES]
        rows = [(label, _summarise(form, field, values)) for label, field in closed_questions]
        open_questions = [pair for pair in fields if pair[1].comment]
        comments = [(label, _sort_comments(form, field, values)) for label, field in open_questions]
        why = reason_if_too_few(len(values), _limits_for_form(form).fewest_answers)
        return FormResults(form, len(values), rows, comments, why)

    def _response_values(self, phase: Phase) -> list[Values]:
        rows = Response.objects.filter(edition=self.edition, phase=phase).order_by("pk")
        return [stored["values"] for stored in rows.values_list("answers", flat=True)]


def list_result_records(results: EditionResults) -> Iterator[Record]:
    """Yield the records of the CSV file: part, question, figure and value."""
    for phase, count in results.response_counts.items():
        yield phase.value, "", "answers", count
    if results.learning is not None:
        yield from _test_records(results.learning)
    for question in results.questions:
        yield from _test_question_records(question)
    for asking in (results.evaluation, results.follow_up):
        if asking is not None:
            yield from _form_records(asking)
    if isinstance(results.practice, PracticeShares):
        for name in ("of_responders", "of_attendees"):
            yield from _interval_records("practice", name, getattr(results.practice, name))


def _test_records(tests: test_results.PrePostResults) -> Iterator[Record]:
    yield "change", "", "pairs", tests.pair_count
    if isinstance(tests.change, change.Change):
        for name in ("mean", "low", "high", "p"):
            yield "change", "", name, getattr(tests.change, name)
        yield "change", "", "p_wilcoxon_pratt", tests.change.p_wilcoxon
    else:
        yield "change", "", "mean", _value_or_code(tests.change)
    yield "change", "", "g_av", _value_or_code(tests.effect_size)
    yield "change", "", "normalised_gain", _value_or_code(tests.gain)
    for name, items in (("before", tests.pre_items), ("after", tests.post_items)):
        kr20 = items if isinstance(items, Reason) else items.kr20
        yield "items", "", f"kr20_{name}", _value_or_code(kr20)


def _test_question_records(question: QuestionFigures) -> Iterator[Record]:
    yield "items", question.label, "before", _value_or_code(question.before)
    yield "items", question.label, "after", _value_or_code(question.after)
    yield "items", question.label, "item_rest_before", _value_or_code(question.rest_correlation)
    if isinstance(question.move, ItemChange):
        for name in ("gained", "lost", "p_holm"):
            yield "items", question.label, name, getattr(question.move, name)


def _form_records(form_results: FormResults) -> Iterator[Record]:
    """Yield the records of all questions but comments, which are not exported."""
    part = form_results.form.code
    for label, row in form_results.rows:
        if isinstance(row, Rating):
            for level, count in enumerate(row.counts, 1):
                yield part, label, str(level), count
            yield from _interval_records(part, "top_two", row.top_two, label)
        elif isinstance(row, ChoiceCount):
            for choice, count in row.choices:
                yield part, label, choice, count
        else:
            yield part, label, "hidden", row.value


def _interval_records(part: str, name: str, share: Share, label: str = "") -> Iterator[Record]:
    for figure in ("value", "low", "high"):
        yield part, label, f"{name}_{figure}", getattr(share, figure)


def _value_or_code(value: float | Reason) -> object:
    return value.value if isinstance(value, Reason) else value


def _limits_for_form(form: Form, question: FormField | None = None) -> Limits:
    """Return the limits below which results are hidden: the strictest of site, form, question."""
    installed, definition = limits(), form.definition
    floor = definition.min_answers_to_show(question) if question else definition.no_items_below
    fewest = max(installed.fewest_answers, floor)
    stricter: Limits = installed.model_copy(update={"fewest_answers": fewest})
    return stricter


def _scored_question_keys(form: Form) -> list[str]:
    return [field.key for field in form.definition.questions() if field.points]


def _figure_or_reason(statistics: Any, name: str, index: int) -> float | Reason:
    """Return `statistics.<name>[index]`, or `statistics` itself if it is a Reason."""
    figures = statistics if isinstance(statistics, Reason) else getattr(statistics, name)[index]
    return cast("float | Reason", figures)


def _summarise(form: Form, field: FormField, values: list[Values]) -> Rating | ChoiceCount | Reason:
    if field.type in SCALE_TYPES:
        return _rate_question(form, field, values)
    answers = [response[field.key] for response in values if response.get(field.key) is not None]
    if why := reason_if_too_few(len(answers), _limits_for_form(form, field).fewest_answers):
        return why
    return ChoiceCount(form.label(field.key), len(answers), [*_count_choices(form, field, answers)])


def _count_choices(form: Form, field: FormField, answers: list[Any]) -> Iterator[tuple[str, int]]:
    """Yield the label of each choice, and how many answers contain the choice."""
    if field.type == FieldType.YES_NO:
        for is_yes in (True, False):
            yield wording.yes_no(is_yes=is_yes), sum(answer is is_yes for answer in answers)
        return
    for code in field.options:
        chosen = sum(
            code in answer if isinstance(answer, list) else code == answer for answer in answers
        )
        yield form.words[f"{field.key}.options.{code}"].text, chosen


def _rate_question(form: Form, field: FormField, values: list[Values]) -> Rating | Reason:
    steps = [response.get(field.key) or ratings.SKIPPED for response in values]
    levels = np.array(steps, np.int64)
    return ratings.rate_levels(levels, field.level_count, _limits_for_form(form, field))


def _sort_comments(form: Form, field: FormField, values: list[Values]) -> tuple[str, ...] | Reason:
    texts = [str(response[field.key]) for response in values if field.key in response]
    return ratings.sort_comments(texts, len(values), _limits_for_form(form, field))
