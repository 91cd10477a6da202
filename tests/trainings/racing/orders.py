"""Races of two actions that lock the same rows; another lock order would deadlock.

`python -m tests.trainings.racing.orders` prints what became of them, as JSON. PostgreSQL ends
one of two that wait for each other; SQLite has one writer, and nobody ever does.
"""

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction

from protect.orgs import access
from protect.orgs.models import Organisation
from protect.orgs.scope import Scope
from protect.trainings import corrections, erasure
from protect.trainings.editions.actions.clone import clone_edition
from protect.trainings.needs import actions
from protect.trainings.registrations import fields, name_list_rows
from protect.trainings.registrations.actions import (
    decisions,
    name_lists as name_lists_actions,
    register,
)
from protect.trainings.registrations.actions.name_lists import NameList
from protect.trainings.registrations.actions.register import Origin
from protect.trainings.registrations.enums import Source
from protect.trainings.registrations.models import OrgQuota
from protect.trainings.scheduling.actions.bookings import BookingRequest, book_resource
from protect.trainings.scheduling.enums import BookingRole
from tests.orgs.conftest import make_organisation, make_person
from tests.trainings.logistics import ACCESS, CARE, DIET, assign_logistics_team, store_needs
from tests.trainings.planning import (
    AT,
    NUMBERS,
    make_edition,
    make_hall,
    make_participant,
    make_resource,
    make_sender,
    make_trainer,
)
from tests.trainings.racing.clients import run_concurrently
from tests.trainings.registrations.test_decisions import come
from tests.vault.cast import serve

TOLD = {"name": "Demo Noor", "email": "noor@demo.example", "country": "BE", "language": "fr"}
APPLIED = Origin(Source.APPLIED)
AUDIT = "pg_advisory_xact_lock"
LOCKED = 'FROM "trainings_{}" .*FOR UPDATE'


def apply_and_be_listed(host: Organisation, scope: Scope) -> Counter[str]:
    """Somebody applies who stands in a list that is registered at this moment."""
    return _listed(host, register.register_from_form, LOCKED.format("edition"))


def the_person_first(host: Organisation, scope: Scope) -> Counter[str]:
    """The same, but whoever applies locks the person before the edition."""

    @transaction.atomic
    def enter(edition, told, entry, *, at):
        person = register.get_or_create_participant(edition.host, told, at=at)
        register.register_participant(edition, person, entry, at=at)

    return _listed(host, enter, LOCKED.format("participant"))


def arrange_and_book(host: Organisation, scope: Scope) -> Counter[str]:
    """Childcare is booked for a need, and by somebody else for a session of the same training."""
    edition, care = make_edition(host), make_resource(host, "childcare")
    lena = assign_logistics_team(edition, f"demo{next(NUMBERS)}")
    serve(lena, host, "coordinator")
    (need,) = store_needs(come(edition), CARE)
    wanted = BookingRequest(make_resource(host, "childcare", "Demo other"), BookingRole.CHILDCARE)
    return run_concurrently(
        [
            partial(actions.book, lena.scope, need, care, at=AT),
            partial(book_resource, scope, edition.sessions.get(number=2), wanted, at=AT),
        ],
        after=[AUDIT, LOCKED.format("resource")],
    )


def order_and_withdraw(host: Organisation, scope: Scope) -> Counter[str]:
    """The second thing that somebody needs is ordered while they withdraw."""
    edition = make_edition(host)
    lena, row = assign_logistics_team(edition, f"demo{next(NUMBERS)}"), come(edition)
    _first, last = sorted(store_needs(row, DIET, ACCESS), key=lambda need: need.pk)
    return run_concurrently(
        [
            partial(actions.mark_ordered, lena.scope, [last], at=AT),
            partial(decisions.withdraw, row, at=AT),
        ],
        after=[LOCKED.format("need"), AUDIT],
    )


def withdraw_and_say(host: Organisation, scope: Scope) -> Counter[str]:
    """Somebody withdraws from one training while another says for a second what they need."""
    first, second = make_edition(host), make_edition(host)
    assign_logistics_team(first, f"demo{next(NUMBERS)}")
    second.logistics_team = first.logistics_team
    second.save()
    going, staying = come(first), come(second)
    store_needs(going, DIET)
    return run_concurrently(
        [
            partial(decisions.withdraw, going, at=AT),
            partial(actions.state_needs, staying, [DIET], at=AT),
        ],
        after=[AUDIT, 'FROM "vault_teamkey" .*FOR NO KEY UPDATE'],
    )


def erase_and_register(host: Organisation, scope: Scope) -> Counter[str]:
    """Somebody is erased who takes part in two trainings, while others enter the second."""
    person = make_participant(host)
    editions = sorted((make_edition(host, seat_limit=None) for _ in range(2)), key=lambda e: e.pk)
    for edition in editions:
        register.register_participant(edition, person, Origin(Source.APPLIED), at=AT)
    return run_concurrently(
        [
            partial(erasure.erase_participant, scope, person, at=AT),
            partial(
                register.register_from_form,
                editions[1],
                TOLD,
                Origin(Source.APPLIED),
                at=AT,
            ),
        ],
        after=[AUDIT, LOCKED.format("edition")],
    )


def clone_and_book(host: Organisation, scope: Scope) -> Counter[str]:
    """A training is planned like another one, in a hall that somebody else is booking."""
    edition, hall = make_edition(host, sessions=1), make_hall(host)
    edition.sessions.update(venue=hall)
    other = make_edition(host, sessions=1).sessions.get()
    day = edition.sessions.get().starts_at.date().replace(month=3)
    return run_concurrently(
        [
            partial(clone_edition, scope, edition, day, at=AT),
            partial(
                book_resource, scope, other, BookingRequest(hall.resource, BookingRole.ROOM), at=AT
            ),
        ],
        after=[AUDIT, LOCKED.format("resource")],
    )


def correct_and_offer(host: Organisation, scope: Scope) -> Counter[str]:
    """Somebody who is next in line is corrected, while others come and the seat is offered."""
    edition, later = make_edition(host, seat_limit=1), AT + timedelta(hours=2)
    OrgQuota.objects.create(
        edition=edition, sender=make_sender(host), seats=1, released_at=AT + timedelta(hours=1)
    )
    person = come(edition).participant
    data = {name: getattr(person, name) for name in fields.CORRECTED_ATTRIBUTES}
    data["email"] = f"new{next(NUMBERS)}@demo.example"
    return run_concurrently(
        [
            partial(
                corrections.correct_participant, scope, person, data, edited=person.edited, at=later
            ),
            partial(
                register.register_participant, edition, make_participant(host), APPLIED, at=later
            ),
        ],
        after=[LOCKED.format("registration"), AUDIT],
    )


def book_each_others(host: Organisation, scope: Scope) -> Counter[str]:
    """Two organisations that host together book each other's people, who get their links."""
    other = make_organisation(f"Demo other {next(NUMBERS)}")
    theirs = access.scope_for(make_person(f"demo{next(NUMBERS)}", other, "coordinator").pk)
    calls = []
    for own, guest, planner in ((host, other, scope), (other, host, theirs)):
        edition = make_edition(own)
        edition.co_hosts.add(guest)
        trainer = make_trainer(guest, email=f"demo{next(NUMBERS)}@demo.example")
        wanted = BookingRequest(trainer, BookingRole.TRAINER)
        calls.append(partial(book_resource, planner, edition.sessions.get(number=1), wanted, at=AT))
    return run_concurrently(calls, after=AUDIT)


def _listed(host: Organisation, enter: Callable[..., object], after: str) -> Counter[str]:
    edition = make_edition(host)
    with transaction.atomic():
        register.get_or_create_participant(host, TOLD, at=AT)
    rows = name_list_rows.read_text(f"{TOLD['name']}, {TOLD['email']}")
    roster = name_lists_actions.store_list(edition, NameList(rows, "BE", "fr"), at=AT)
    return run_concurrently(
        [
            partial(enter, edition, TOLD, APPLIED, at=AT),
            partial(name_lists_actions.register_list, roster, at=AT),
        ],
        after=[after, LOCKED.format("edition")],
    )


RACES: tuple[Callable[[Organisation, Scope], Counter[str]], ...] = (
    apply_and_be_listed,
    the_person_first,
    arrange_and_book,
    order_and_withdraw,
    withdraw_and_say,
    erase_and_register,
    clone_and_book,
    correct_and_offer,
    book_each_others,
)


def main() -> None:
    settings.LEDGER = Path(tempfile.mkdtemp()) / "ledger.jsonl"
    found = {}
    for race in RACES:
        host = make_organisation(f"Demo {race.__name__}")
        scope = access.scope_for(make_person(f"demo{next(NUMBERS)}", host, "coordinator").pk)
        found[race.__name__] = race(host, scope)
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
