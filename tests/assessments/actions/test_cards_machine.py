"""Whatever is sent, typed, resent and taken back in any order: no card brings two slips."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from protect.assessments.actions import answers, slips
from protect.assessments.actions.answers import Moment, answer_test, type_in
from protect.assessments.actions.row_order import reinsert
from protect.assessments.errors import SlipFailed, SlipUnknown
from protect.assessments.models import Passed, PassVoucher, Response
from protect.assessments.statistics.codes import draw
from protect.trainings.base.enums import Assessment, Phase
from tests.assessments.actions.test_answers import asked
from tests.assessments.answers import a_test
from tests.assessments.measured import AFTER, measure, print_for
from tests.trainings.planning import make_edition
from tests.trainings.registrations.test_decisions import come

pytestmark = pytest.mark.django_db
RIGHT = st.sampled_from([0, 8, 9, 14])
INVENTED = draw(2)


class Cards(RuleBasedStateMachine):
    planners = None  # set by the test
    edition = None

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.cards = [*print_for(self.edition, 2), *INVENTED, ""]
        self.scope = self.planners.scope("pia")
        self.sent = []  # sheets, with what was handed out for each
        self.typed = []
        self.slips = {}  # slip by card

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @rule(at=st.integers(0, 4), right=RIGHT)
    def send(self, at, right):
        sheet = a_test(asked(self.edition, Phase.POST), self.cards[at], right)
        handed = answer_test(asked(self.edition, Phase.POST), sheet, at=AFTER)
        self.sent.append((sheet, handed))
        if handed.slip:
            assert sheet.code in self.cards[:2]
            assert sheet.code not in self.slips
            self.slips[sheet.code] = handed.slip
        assert bool(handed.slip) != handed.lacks_slip

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def send_again(self, data):
        sheet, before = data.draw(st.sampled_from(self.sent))

        assert answer_test(asked(self.edition, Phase.POST), sheet, at=AFTER) == before

    @rule(at=st.integers(0, 4), right=RIGHT)
    def type_in(self, at, right):
        inquiry = asked(self.edition, Phase.POST)
        sheet, day = a_test(inquiry, self.cards[at], right), Moment(AFTER.date(), False)
        self.typed.append(type_in(self.scope, inquiry, sheet, day, at=AFTER).pk)

    @precondition(lambda self: self.typed)
    @rule()
    def take_back(self):
        answers.take_back(self.scope, self.edition, self.typed.pop(), at=AFTER)

    @rule()
    def night(self):
        reinsert(at=AFTER + timedelta(days=1))

    @precondition(lambda self: self.slips)
    @rule(data=st.data())
    def spend(self, data):
        slip = data.draw(st.sampled_from(sorted(self.slips.values())))
        with suppress(SlipFailed, SlipUnknown):
            slips.spend(come(self.edition), slip)

    @invariant()
    def no_card_brings_two(self):
        assert PassVoucher.objects.count() == len(self.slips) <= 2
        assert Passed.objects.count() <= len(self.slips)
        assert Response.objects.count() == len(self.sent) + len(self.typed)


def test_no_card_brings_two_slips(planners, monkeypatch):
    monkeypatch.setattr(answers, "SPARE", 1000)
    Cards.planners, Cards.edition = planners, make_edition(planners.host, seat_limit=None)
    measure(Cards.edition, Assessment.VOUCHER)
    run_state_machine_as_test(
        Cards,
        settings=settings(
            max_examples=15,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
