"""A role that a writer to the database gives to a member, and what a renewal makes of it."""

import pytest

from protect.orgs import actions as orgs
from protect.orgs.models import Membership
from protect.vault.integrity import key_checks
from protect.vault.models import Admission
from protect.vault.team_keys import rotation
from tests.vault.adversary.database_writer import see_all_rows
from tests.vault.cast import LATER, Cast, Person

CAST_IS_KEPT = True

pytestmark = pytest.mark.django_db


def write_role(person: Person, role: str) -> None:
    see_all_rows()
    Membership.objects.filter(user=person.pk).update(role=role)


def renew(cast: Cast) -> None:
    rotation.continue_renewal(cast.bela.unlocked(), cast.shelter, at=LATER)
    rotation.begin_renewal(cast.bela.unlocked(), cast.shelter, at=LATER)
    rotation.continue_renewal(cast.bela.unlocked(), cast.shelter, at=LATER)
    see_all_rows()


def signed_role(person: Person) -> str:
    return Admission.objects.get(holder=person.pk).role


def faults() -> list[str]:
    see_all_rows()
    return [fault.fault for fault in key_checks.find_faults()]


def test_role_that_was_written_is_not_signed_by_a_renewal_and_stays_named(cast, writer):
    write_role(cast.noor, "supervisor")
    before = faults()

    renew(cast)

    assert signed_role(cast.noor) == "receiver"
    assert before == faults() == ["role_differs"]


def test_role_that_a_page_has_given_is_signed_and_no_fault(cast, writer):
    orgs.change_role(cast.bela.scope, cast.noor.place(cast.shelter), "caseworker", at=LATER)
    before = faults()

    renew(cast)

    assert signed_role(cast.noor) == "caseworker"
    assert before == faults() == []


def test_role_that_a_page_has_taken_and_a_writer_put_back_is_named(cast, writer):
    orgs.change_role(cast.bela.scope, cast.noor.place(cast.shelter), "caseworker", at=LATER)
    write_role(cast.noor, "receiver")

    assert faults() == ["role_differs"]
