"""Concurrent decisions on separate connections. SQLite runs transactions one after the other."""

from collections.abc import Iterator
from functools import partial

import pytest

from protect.directory.enums import Fact, Status
from protect.directory.models import FactCheck, Organisation, Service
from protect.verification.duplicates import merges
from protect.verification.duplicates.merges import MergeChoice
from protect.verification.enums import CorrectionState, PairState, Reporter
from protect.verification.models import Correction, DuplicatePair
from protect.verification.reports import reports
from protect.verification.reports.reports import Report, ReportDecision, decide_report
from tests.orgs.threads import apart, together
from tests.vault.cast import forget_cast
from tests.vault.test_key_races import refusals
from tests.verification.merges import pair_of
from tests.verification.nights import (
    NOW,
    DirectoryStaff,
    count_audit_entries,
    entry,
    make_directory_staff,
)

pytestmark = pytest.mark.postgres
ROUNDS = 6


@pytest.fixture
def staff(db) -> Iterator[DirectoryStaff]:
    """Committed users that other connections see; they are deleted afterwards."""
    yield apart(make_directory_staff)
    apart(delete_all)


def delete_all() -> None:
    Service.objects.update(merged_into=None)
    Correction.objects.all().delete()
    Service.objects.all().delete()
    Organisation.objects.all().delete()
    forget_cast()


def make_pair_with_phone(number: int) -> tuple[Service, Service, DuplicatePair]:
    one, other = (apart(entry, f"{name}{number}") for name in ("a", "b"))
    apart(other.phones.create, number="+35621000002", position=1)
    return one, other, apart(pair_of, one, other)


def test_concurrent_merges_refuse_one_user_and_leave_no_partial_merge(staff):
    for number in range(ROUNDS):
        one, other, pair = make_pair_with_phone(number)
        taken = frozenset({Fact.PHONE})
        first = partial(merges.merge, staff.cora.scope, pair, MergeChoice(one.pk, taken), at=NOW)
        second = partial(merges.merge, staff.edda.scope, pair, MergeChoice(other.pk), at=NOW)

        results = together(first, second)

        assert refusals(results) == ["verification_pair_decided"]
        (winner,) = (result for result in results if isinstance(result, Service))
        rows = {
            service.pk: service for service in Service.objects.filter(pk__in=[one.pk, other.pk])
        }
        loser = rows[other.pk if winner.pk == one.pk else one.pk]
        assert (loser.status, loser.merged_into_id) == (Status.WITHDRAWN, winner.pk)
        assert rows[winner.pk].merged_into_id is None
        # Whichever merge won, the remaining entry has both numbers.
        assert rows[winner.pk].phones.count() == 2
    assert count_audit_entries("merge") == ROUNDS


def test_concurrent_undos_refuse_one_user(staff):
    for number in range(ROUNDS):
        one, _, pair = make_pair_with_phone(number)
        choice = MergeChoice(one.pk, frozenset({Fact.PHONE}))
        apart(merges.merge, staff.cora.scope, pair, choice, at=NOW)
        scopes = [staff.cora.scope, staff.edda.scope]

        results = together(*(partial(merges.undo_merge, scope, pair, at=NOW) for scope in scopes))

        assert refusals(results) == ["verification_pair_decided"]
        assert DuplicatePair.objects.get(pk=pair.pk).state == PairState.PROPOSED
        assert one.phones.count() == 1


def test_concurrent_merges_of_pairs_with_a_common_entry_never_form_a_cycle(staff):
    for number in range(ROUNDS):
        one, other, pair = make_pair_with_phone(number)
        third = apart(entry, f"c{number}")
        second = apart(pair_of, other, third)

        together(
            partial(merges.merge, staff.cora.scope, pair, MergeChoice(one.pk), at=NOW),
            partial(merges.merge, staff.edda.scope, second, MergeChoice(other.pk), at=NOW),
        )

        remaining = Service.objects.filter(pk__in=[one.pk, other.pk, third.pk], merged_into=None)
        assert remaining.count() >= 1


def test_concurrent_decisions_on_a_report_refuse_one_moderator(staff):
    for number in range(ROUNDS):
        service = apart(entry, f"s{number}")
        report = apart(
            Correction.objects.create,
            service=service,
            country_id="MT",
            reporter=Reporter.PUBLIC,
            facts=["cost"],
            created=NOW,
        )
        verdicts = [
            ReportDecision(CorrectionState.ACCEPTED),
            ReportDecision(CorrectionState.REJECTED, reason="Demo"),
        ]
        scopes = [staff.mona.scope, staff.cora.scope]

        results = together(
            *(
                partial(decide_report, scope, report, verdict, at=NOW)
                for scope, verdict in zip(scopes, verdicts, strict=True)
            )
        )

        assert refusals(results) == ["verification_correction_judged"]
        state = Correction.objects.get(pk=report.pk).state
        assert FactCheck.objects.filter(service=service).count() == (state == "accepted")


def test_concurrent_identical_reports_are_stored_once(staff):
    for number in range(ROUNDS):
        service = apart(entry, f"s{number}")
        send = partial(reports.report_as_public, service, Report(("cost",)), at=NOW)

        assert sorted(together(send, send)) == [False, True]
        assert Correction.objects.filter(service=service).count() == 1


def test_reporting_and_deciding_concurrently_do_not_deadlock(staff):
    for number in range(ROUNDS):
        service = apart(entry, f"s{number}")
        report = apart(
            Correction.objects.create,
            service=service,
            country_id="MT",
            reporter=Reporter.PUBLIC,
            facts=["phone"],
            created=NOW,
        )

        results = together(
            partial(
                reports.report_as_member,
                staff.rita.scope,
                service,
                Report(("phone",)),
                at=NOW,
            ),
            partial(
                decide_report,
                staff.mona.scope,
                report,
                ReportDecision(CorrectionState.ACCEPTED),
                at=NOW,
            ),
        )

        assert refusals(results) == []
