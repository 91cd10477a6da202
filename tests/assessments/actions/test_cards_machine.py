"""State machine: each sheet stays one answer in any order of sending, entering and deleting."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from protect.assessments.actions import answers
from protect.assessments.actions.answers import (
    ResponseTime,
    answer_test,
    shuffle_rows_and_delete_expired_slips,
    store_paper_response,
)
from protect.assessments.models import Response
from protect.assessments.statistics.codes import draw_codes
from protect.trainings.base.enums import Phase
from tests.assessments.actions.test_answers import get_inquiry
from tests.assessments.answers import fill_test
from tests.assessments.measured import AFTER, measure
from tests.examples import examples
from tests.trainings.planning import make_edition

pytestmark = pytest.mark.django_db
RIGHT = st.sampled_from([0, 8, 9, 14])
CARDS = [*draw_codes(4), ""]


class Cards(RuleBasedStateMachine):
    planners = None  # set by the test
    edition = None

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.scope = self.planners.scope("pia")
        self.sent = []  # sheets, with the points of each
        self.typed = []

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @rule(at=st.integers(0, 4), right=RIGHT)
    def send(self, at, right):
        sheet = fill_test(get_inquiry(self.edition, Phase.POST), CARDS[at], right)
        score = answer_test(get_inquiry(self.edition, Phase.POST), sheet, at=AFTER)
        self.sent.append((sheet, score))

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def send_again(self, data):
        sheet, before = data.draw(st.sampled_from(self.sent))

        assert answer_test(get_inquiry(self.edition, Phase.POST), sheet, at=AFTER) == before

    @rule(at=st.integers(0, 4), right=RIGHT)
    def type_in(self, at, right):
        inquiry = get_inquiry(self.edition, Phase.POST)
        sheet, day = fill_test(inquiry, CARDS[at], right), ResponseTime(AFTER.date(), False)
        self.typed.append(store_paper_response(self.scope, inquiry, sheet, day, at=AFTER).pk)

    @precondition(lambda self: self.typed)
    @rule()
    def take_back(self):
        answers.delete_typed_response(self.scope, self.edition, self.typed.pop(), at=AFTER)

    @rule()
    def night(self):
        shuffle_rows_and_delete_expired_slips(at=AFTER + timedelta(days=1))

    @invariant()
    def each_sheet_is_one_answer(self):
        assert Response.objects.count() == len(self.sent) + len(self.typed)


def test_each_sheet_stays_one_answer_in_any_order_of_actions(planners, monkeypatch):
    monkeypatch.setattr(answers, "SPARE_RESPONSES", 1000)
    Cards.planners, Cards.edition = planners, make_edition(planners.host, seat_limit=None)
    measure(Cards.edition)
    run_state_machine_as_test(
        Cards,
        settings=settings(
            max_examples=examples(8),
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
