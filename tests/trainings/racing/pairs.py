"""Races of two actions of which one must be refused, or both must be kept.

`python -m tests.trainings.racing.pairs WAY [RACE]` prints what each race left, or the one named, as
JSON. WAY is locked, or unlocked: the same actions, but nobody holds a row, and SQLite lets many
transactions begin.
"""

import json
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from uuid import uuid4

from django.conf import settings

from protect.assessments.actions import answers, slips
from protect.assessments.models import AnswerToken, Inquiry, Response
from protect.assessments.statistics.codes import draw_codes
from protect.certificates.actions import certificates
from protect.certificates.badges.verification import verify
from protect.certificates.models import Certificate
from protect.orgs import access
from protect.orgs.models import Organisation, User
from protect.orgs.scope import Scope
from protect.outreach.actions import head_counts
from protect.outreach.actions.head_counts import Declaration
from protect.outreach.models import HeadCount
from protect.trainings.base.enums import Phase
from protect.trainings.editions.actions import plan
from protect.trainings.needs import actions
from protect.trainings.needs.models import Need
from protect.trainings.registrations.actions import decisions, register
from protect.trainings.registrations.actions.register import Origin
from protect.trainings.registrations.enums import Source
from protect.trainings.registrations.models import OrgQuota
from protect.trainings.scheduling.actions.bookings import BookingRequest, book_resource
from protect.trainings.scheduling.enums import BookingRole
from protect.trainings.scheduling.models import Booking
from protect.vault.rows import show_all_rows
from tests.assessments.answers import fill_form, fill_test
from tests.assessments.measured import AFTER, measure
from tests.certificates.issued import make_key, published_documents
from tests.orgs.conftest import make_organisation, make_person as make_user
from tests.outreach.requests import make_request, make_request_session
from tests.trainings.finished import AT as DONE_AT, attend, make_done_edition
from tests.trainings.logistics import DIET, assign_logistics_team, make_logistics_team
from tests.trainings.planning import (
    AT,
    NUMBERS,
    make_edition,
    make_participant,
    make_sender,
    make_trainer,
)
from tests.trainings.racing.clients import disable_locks, run_concurrently
from tests.trainings.registrations.test_decisions import come

ISSUED = '^SELECT .*FROM "certificates_certificate"'
WRITTEN_ANEW = 'FROM "assessments_{0}" WHERE "assessments_{0}"."id" IN'  # all rows, by `mix`


def book_one_trainer(host: Organisation, scope: Scope) -> dict:
    """Six sessions want one trainer at one hour."""
    trainer = make_trainer(host)
    sessions = [make_edition(host, sessions=1).sessions.get() for _ in range(6)]
    wanted = BookingRequest(trainer, BookingRole.TRAINER)
    outcomes = run_concurrently(
        [partial(book_resource, scope, session, wanted, at=AT) for session in sessions],
        after='FROM "trainings_booking"',
    )
    return {"said": outcomes, "booked": Booking.objects.filter(resource=trainer).live().count()}


def issue_to_one_person(host: Organisation, scope: Scope) -> dict:
    """Two coordinators issue the certificate of one person."""
    make_key(host)
    person = attend(make_done_edition(host), 360, planner(host))
    outcomes = run_concurrently(
        [partial(certificates.issue_certificate, scope, person, at=DONE_AT)] * 2,
        after=ISSUED,
    )
    return {"said": outcomes, "valid": Certificate.objects.filter(registration=person).count()}


def revoke_two(host: Organisation, scope: Scope) -> dict:
    """Two certificates of one list are taken back: who reads it must find both."""
    make_key(host)
    edition, by = make_done_edition(host), planner(host)
    people = [attend(edition, 360, by) for _ in range(2)]
    rows = [certificates.issue_certificate(scope, person, at=DONE_AT) for person in people]
    outcomes = run_concurrently(
        [
            partial(certificates.revoke_certificate, scope, row, at=DONE_AT, reason="Demo")
            for row in rows
        ],
        after=f'{ISSUED}.*"status_index" ASC',
    )
    states = [verify(row.document, *published_documents(row), at=DONE_AT).state for row in rows]
    return {"said": outcomes, "states": sorted(states)}


def count_twice(host: Organisation, scope: Scope) -> dict:
    """Two who held a session declare how many were there: one revises the other."""
    session = make_request_session(make_request(host), AT)
    cells = [{("unknown", "f"): 12}, {("unknown", "m"): 11}]
    outcomes = run_concurrently(
        [
            partial(head_counts.save, scope, session, Declaration(uuid4(), part), at=AT)
            for part in cells
        ],
        after='MAX\\("outreach_headcount"."revision"\\)',
    )
    rows = HeadCount.objects.filter(session=session).order_by("revision")
    return {"said": outcomes, "revisions": [*rows.values_list("revision", flat=True)]}


def answer_at_once(host: Organisation, scope: Scope) -> dict:
    """Two people send their tests, and each has the other's written anew among its like."""
    edition = make_edition(host, seat_limit=None)
    measure(edition)
    inquiry = get_inquiry(edition, Phase.POST)
    answers.answer_test(inquiry, fill_test(inquiry, *draw_codes(1)), at=AFTER)
    outcomes = run_concurrently(
        [
            partial(answers.answer_test, inquiry, fill_test(inquiry, code), at=AFTER)
            for code in draw_codes(2)
        ],
        after=WRITTEN_ANEW.format("response"),
    )
    return {"said": outcomes, "kept": Response.objects.filter(edition=edition).count()}


def use_a_slip_twice(host: Organisation, scope: Scope) -> dict:
    """Two people use one slip, while others are printed, which writes all slips anew."""
    edition = make_edition(host, seat_limit=None)
    measure(edition)
    (slip, *_rest) = slips.create_slips(scope, edition, 3, at=AFTER)
    form = answers.get_form_for_participant(
        get_inquiry(edition, Phase.EVALUATION), "", uuid4(), "en"
    )
    outcomes = run_concurrently(
        [
            *(partial(answers.answer_by_slip, slip, fill_form(form), at=AFTER) for _ in range(2)),
            partial(slips.create_slips, scope, edition, 1, at=AFTER),
        ],
        after=["token_hash", "token_hash", WRITTEN_ANEW.format("answertoken")],
    )
    left = AnswerToken.objects.filter(edition=edition).count()
    kept = Response.objects.filter(edition=edition).count()
    return {"said": outcomes, "slips": left, "kept": kept}


def sit_beside_a_quota(host: Organisation, scope: Scope) -> dict:
    """Of three seats two are kept for an organisation; three of it and three others come."""
    edition, sender = make_edition(host), make_sender(host)
    OrgQuota.objects.create(edition=edition, sender=sender, seats=2)
    theirs, others = (
        Origin(Source.NOMINATED, sender),
        Origin(Source.APPLIED),
    )
    entries = [entry for _ in range(3) for entry in (theirs, others)]
    outcomes = run_concurrently(
        [
            partial(register.register_participant, edition, make_participant(host), entry, at=AT)
            for entry in entries
        ],
        after='FROM "trainings_orgquota"',
    )
    seated = edition.registrations.seated().order_by("pk").values_list("sender", flat=True)
    return {"said": outcomes, "seated": len(seated), "others": [*seated].count(None)}


def confirm_applications(host: Organisation, scope: Scope) -> dict:
    """Six applicants confirm their applications at one moment; three seats are free."""
    edition, entry = make_edition(host), Origin(Source.APPLIED, is_proven=False)
    rows = [
        register.register_participant(edition, make_participant(host), entry, at=AT)
        for _ in range(6)
    ]
    outcomes = run_concurrently(
        [partial(decisions.confirm_application, row, at=AT) for row in rows],
        after='COUNT.*FROM "trainings_registration"',
    )
    return {"said": outcomes, "seated": edition.registrations.seated().count()}


def say_while_the_team_changes(host: Organisation, scope: Scope) -> dict:
    """Somebody says what they need while another team is chosen to arrange it."""
    edition = make_edition(host)
    assign_logistics_team(edition)
    row, other = come(edition), make_logistics_team(host, "lola")[0]
    fields = {"logistics_team": other}
    outcomes = run_concurrently(
        [
            partial(actions.state_needs, row, [DIET], at=AT),
            partial(plan.edit_edition, scope, edition, fields, edited=edition.edited, at=AT),
        ],
        after=['FROM "trainings_edition"', 'FROM "trainings_need"'],
    )
    edition.refresh_from_db()
    with show_all_rows():
        owners = Need.objects.filter(registration=row).values_list("record__owner_team", flat=True)
        sealed = [*owners.order_by("pk")]
    return {"said": outcomes, "readable": all(team == edition.logistics_team_id for team in sealed)}


def planner(host: Organisation) -> User:
    return make_user(f"demo{next(NUMBERS)}", host, "coordinator")


def get_inquiry(edition, phase: Phase) -> Inquiry:
    rows = Inquiry.objects.filter(measuring=edition.pk).select_related("measuring__edition", "form")
    return rows.get(phase=phase)


RACES: tuple[Callable[[Organisation, Scope], dict], ...] = (
    book_one_trainer,
    issue_to_one_person,
    revoke_two,
    count_twice,
    answer_at_once,
    use_a_slip_twice,
    sit_beside_a_quota,
    confirm_applications,
    say_while_the_team_changes,
)


def main(way: str, only: str = "") -> None:
    settings.LEDGER = Path(tempfile.mkdtemp()) / "ledger.jsonl"
    if way == "unlocked":
        disable_locks()
    found = {}
    for race in RACES:
        if only and race.__name__ != only:
            continue
        host = make_organisation(f"Demo {race.__name__}")
        scope = access.scope_for(planner(host).pk)
        found[race.__name__] = race(host, scope)
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
