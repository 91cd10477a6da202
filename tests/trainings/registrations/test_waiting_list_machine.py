"""State machine: seats are never given twice and waiting list places never lost."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from protect.kernel.errors import ProtectError
from protect.trainings.editions.actions import plan
from protect.trainings.registrations.actions import decisions, register
from protect.trainings.registrations.actions.decisions import OfferOutcome
from protect.trainings.registrations.actions.register import Origin
from protect.trainings.registrations.actions.seats import count_seats, waiting_registrations
from protect.trainings.registrations.enums import RegistrationState, Source
from protect.trainings.registrations.models import Registration, WaitingMove
from protect.trainings.registrations.rules import Seats, next_offers, waiting_list_positions
from protect.trainings.scheduling.enums import Approval, EditionMove
from tests.examples import examples
from tests.trainings.planning import AT, Planners, make_edition, make_participant, make_sender

RUNS, STEPS = examples(4), 18
HOURS = st.sampled_from((1, 30, 80))


def bound(seats: Seats) -> int:
    """Return how many seats are taken or kept for somebody who may still come."""
    kept = (max(0, n - seats.taken.get(whose, 0)) for whose, n in seats.quotas.items())
    return sum(seats.taken.values()) + sum(kept)


class Line(RuleBasedStateMachine):
    planners: Planners  # set by the test

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.scope, self.now, self.entered = self.planners.scope("pia"), AT, 0
        self.senders = [make_sender(self.planners.host, f"Demo sender {n}") for n in range(2)]

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @initialize(limit=st.integers(0, 4), approval=st.sampled_from(Approval))
    def begin(self, limit: int, approval: Approval) -> None:
        self.edition = make_edition(self.planners.host, seat_limit=limit, approval=approval)
        self.moves = 0

    # --- how it stands --------------------------------------------------------------------------

    def those(self, *states: RegistrationState, **more: object) -> list[Registration]:
        return list(self.edition.registrations.filter(state__in=states, **more).order_by("pk"))

    def drawn(self, data: st.DataObject, *states: RegistrationState) -> Registration:
        rows = self.edition.registrations.filter(state__in=states).order_by("applied_at", "pk")
        return data.draw(st.sampled_from(list(rows)))

    def order(self) -> list[UUID]:
        found = waiting_list_positions(waiting_registrations(self.edition))
        return sorted(found, key=found.__getitem__)

    @contextmanager
    def step(
        self, *, is_deliberate: bool = False, is_reordered: bool = False, is_inert: bool = False
    ) -> Iterator[None]:
        """Do something a minute later: seats are not given twice by it, and the order stays.

        `is_inert`: neither seats nor places change.
        """
        self.now += timedelta(minutes=1)
        before, line = bound(count_seats(self.edition, at=self.now)), self.order()
        preferred = {
            registration.key
            for registration in waiting_registrations(self.edition)
            if registration.priority
        }
        with suppress(ProtectError), transaction.atomic():
            yield
        self.edition.refresh_from_db()
        seats, after = count_seats(self.edition, at=self.now), self.order()
        if is_inert:
            assert (bound(seats), after) == (before, line)
        if not is_deliberate and seats.limit is not None:
            assert bound(seats) <= max(seats.limit, before)
        if not is_reordered and preferred <= {*after}:
            assert [key for key in line if key in after] == [key for key in after if key in line]

    # --- what they do ---------------------------------------------------------------------------

    @rule(whose=st.sampled_from((None, None, 0, 1)), number=st.sampled_from((1, 1, 1, 2, 3)))
    def people_come(self, whose: int | None, number: int) -> None:
        people = [make_participant(self.planners.host) for _ in range(number)]
        sender = None if whose is None else self.senders[whose]
        entry = Origin(Source.APPLIED if sender is None else Source.NOMINATED, sender)
        with self.step():
            if number == 1:
                register.register_participant(self.edition, people[0], entry, at=self.now)
            else:
                register.register_people(self.edition, people, entry, at=self.now, is_together=True)
            self.entered += number

    @rule()
    def a_stranger_applies(self) -> None:
        entry = Origin(Source.APPLIED, is_proven=False)
        with self.step(is_inert=True):
            register.register_participant(
                self.edition, make_participant(self.planners.host), entry, at=self.now
            )
            self.entered += 1

    @precondition(lambda self: self.those(RegistrationState.UNPROVEN))
    @rule(data=st.data())
    def an_application_is_confirmed(self, data: st.DataObject) -> None:
        row = self.drawn(data, RegistrationState.UNPROVEN)
        with self.step():
            decisions.confirm_application(row, at=self.now)

    @precondition(lambda self: self.those(RegistrationState.APPLIED))
    @rule(data=st.data(), reason=st.sampled_from(("", "", "Demo")))
    def somebody_is_approved(self, data: st.DataObject, reason: str) -> None:
        row = self.drawn(data, RegistrationState.APPLIED)
        with self.step(is_deliberate=bool(reason)):
            decisions.approve(self.scope, row, at=self.now, reason=reason)

    @precondition(lambda self: self.those(RegistrationState.OFFERED))
    @rule(data=st.data(), hours=HOURS)
    def somebody_answers(self, data: st.DataObject, hours: int) -> None:
        """In time it is theirs; late they are back at their place, or have it all the same."""
        row = self.drawn(data, RegistrationState.OFFERED)
        self.now += timedelta(hours=hours)
        is_late = row.offer_expires_at <= self.now
        with self.step():
            found = decisions.accept_offer(row, at=self.now)
            row.refresh_from_db()
            is_seated = found is OfferOutcome.SEATED
            assert row.state == ("confirmed" if is_seated else "waiting")
            assert is_seated or is_late
            assert not row.is_paused

    @precondition(lambda self: self.those(*RegistrationState))
    @rule(hours=HOURS)
    def the_clock_passes_seats_on(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        with self.step():
            decisions.expire_offers(at=self.now)
            assert not self.edition.registrations.overdue(self.now).exists()

    @precondition(lambda self: self.those(RegistrationState.WAITING, is_paused=True))
    @rule(data=st.data())
    def somebody_waits_on(self, data: st.DataObject) -> None:
        row = data.draw(st.sampled_from(self.those(RegistrationState.WAITING, is_paused=True)))
        with self.step():
            decisions.resume_waiting(row, at=self.now)

    @precondition(lambda self: self.edition.registrations.active().exists())
    @rule(data=st.data())
    def somebody_withdraws(self, data: st.DataObject) -> None:
        row = data.draw(st.sampled_from(list(self.edition.registrations.active().order_by("pk"))))
        with self.step():
            decisions.withdraw(row, at=self.now)

    @precondition(lambda self: self.those(RegistrationState.WAITING))
    @rule(data=st.data(), priority=st.integers(0, 2))
    def somebody_gets_another_place(self, data: st.DataObject, priority: int) -> None:
        row = self.drawn(data, RegistrationState.WAITING)
        with self.step(is_reordered=True):
            decisions.change_priority(self.scope, row, priority, at=self.now, reason="Demo")

    @precondition(lambda self: self.those(RegistrationState.WAITING))
    @rule(data=st.data())
    def somebody_sits_past_the_limit(self, data: st.DataObject) -> None:
        row = self.drawn(data, RegistrationState.WAITING)
        with self.step(is_deliberate=True):
            decisions.confirm_ahead(self.scope, row, at=self.now, reason="Demo")

    @rule(whose=st.integers(0, 1), seats=st.integers(0, 3), hours=st.sampled_from((None, 20)))
    def seats_are_kept(self, whose: int, seats: int, hours: int | None) -> None:
        until = None if hours is None else self.now + timedelta(hours=hours)
        with self.step(is_deliberate=True):
            plan.set_quota(
                self.scope, self.edition, self.senders[whose], seats, released_at=until, at=self.now
            )

    @rule(limit=st.one_of(st.none(), st.integers(0, 5)))
    def seats_are_more_or_fewer(self, limit: int | None) -> None:
        with self.step():
            fields, edited = {"seat_limit": limit}, self.edition.edited
            plan.edit_edition(self.scope, self.edition, fields, edited=edited, at=self.now)

    @rule(step=st.sampled_from((EditionMove.CLOSE, EditionMove.OPEN, EditionMove.OPEN)))
    def it_closes_or_opens(self, step: EditionMove) -> None:
        with self.step():
            plan.move_edition(self.scope, self.edition, step, at=self.now)

    # --- what always holds ----------------------------------------------------------------------

    @invariant()
    def nobody_is_lost(self) -> None:
        assert self.edition.registrations.count() == self.entered
        moves = WaitingMove.objects.filter(registration__edition=self.edition).count()
        assert moves >= self.moves
        self.moves = moves

    @invariant()
    def an_unconfirmed_application_has_neither_seat_nor_place(self) -> None:
        rows = self.those(RegistrationState.UNPROVEN)
        assert not {row.pk for row in rows} & {
            *waiting_list_positions(waiting_registrations(self.edition))
        }
        assert not any(row.offer_expires_at or row.is_paused for row in rows)
        seated = sum(count_seats(self.edition, at=self.now).taken.values())
        assert seated == len(self.those(RegistrationState.CONFIRMED, RegistrationState.OFFERED))

    @invariant()
    def nobody_stands_on_two_places(self) -> None:
        numbers = sorted(waiting_list_positions(waiting_registrations(self.edition)).values())
        assert numbers == [*range(1, len(numbers) + 1)]
        assert all(later - earlier == 1 for earlier, later in pairwise(numbers))

    @invariant()
    def whom_a_free_seat_is_due_has_heard_of_it_after_the_clock(self) -> None:
        with transaction.atomic():
            decisions.expire_offers(at=self.now)
            seats = count_seats(self.edition, at=self.now)
            assert next_offers(seats, waiting_registrations(self.edition)).offered == ()
            transaction.set_rollback(True)


@pytest.mark.hypothesis
@pytest.mark.django_db
def test_seats_and_waiting_list_stay_consistent_under_any_actions(planners):
    Line.planners = planners
    run_state_machine_as_test(
        Line,
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
