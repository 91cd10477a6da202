"""Which role of a member counts: the one that the team signed, or that a page has given since."""

from datetime import datetime, timedelta

import pytest

from protect.orgs import actions as orgs
from protect.orgs.models import Membership
from protect.vault.formats.secrets import TeamPublicKey
from protect.vault.integrity import admissions, key_checks
from protect.vault.models import Admission, TeamKey
from tests.vault.cast import AT, LATER, Cast, Person, admit, make_person

CAST_IS_KEPT = True
BEFORE = AT - timedelta(hours=1)


def key(cast: Cast) -> TeamKey:
    return TeamKey.objects.get(team=cast.shelter)


def roles(cast: Cast, *, among: tuple[Person, ...] = ()) -> dict[str, str]:
    """Return the role that counts of each signed member of the shelter, by name."""
    found, public = key(cast), TeamPublicKey(bytes(key(cast).public))
    members = admissions.signed_members(found, public)
    asked = [each for each in members if not among or each[0].user_id in {p.pk for p in among}]
    names = {person.place(cast.shelter).pk: name for name, person in shelter(cast).items()}
    return {names[pk]: role for pk, role in admissions.signed_roles(found, public, asked).items()}


def shelter(cast: Cast) -> dict[str, Person]:
    places = Membership.objects.live().filter(team=cast.shelter)
    here = set(places.values_list("user", flat=True).order_by())
    return {name: person for name, person in cast.people.items() if person.pk in here}


def promote(cast: Cast, role: str, *, at: datetime) -> None:
    orgs.change_role(cast.bela.scope, cast.noor.place(cast.shelter), role, at=at)


def sign(cast: Cast, role: str | None, *, at: datetime) -> None:
    """Sign noor's place anew."""
    secret = cast.bela.unlocked().team_secret(cast.shelter.pk, 1)
    member = cast.noor.place(cast.shelter), cast.noor.key
    admissions.admit_member(key(cast), secret, member, by=cast.bela.pk, at=at, role=role)


def test_role_that_the_team_signed_counts_whatever_the_row_says(cast):
    Membership.objects.filter(user=cast.noor.pk).update(role="supervisor")

    assert roles(cast) == {"bela": "supervisor", "noor": "receiver"}


def test_role_that_was_said_is_signed_and_not_the_one_of_the_row(cast):
    sign(cast, "caseworker", at=LATER)

    assert Admission.objects.get(holder=cast.noor.pk).role == "caseworker"
    assert cast.noor.place(cast.shelter).role == "receiver"
    assert roles(cast) == {"bela": "supervisor", "noor": "caseworker"}


@pytest.mark.parametrize("at", [AT, LATER], ids=["at once", "later"])
def test_role_that_a_page_has_given_since_the_signature_counts(cast, at):
    promote(cast, "caseworker", at=at)

    assert roles(cast) == {"bela": "supervisor", "noor": "caseworker"}
    assert list(key_checks.find_faults()) == []


def test_role_that_a_page_had_given_before_the_signature_does_not_count(cast):
    promote(cast, "caseworker", at=BEFORE)

    assert roles(cast) == {"bela": "supervisor", "noor": "receiver"}


def test_of_two_roles_that_pages_have_given_the_last_one_counts(cast):
    for role in ("caseworker", "supervisor", "caseworker"):
        promote(cast, role, at=LATER)

    assert roles(cast) == {"bela": "supervisor", "noor": "caseworker"}


def test_last_role_is_that_of_the_last_entry_whichever_clock_was_ahead(cast):
    """The second request began before the first one had ended: its entry has an earlier time."""
    promote(cast, "supervisor", at=LATER + timedelta(seconds=1))
    promote(cast, "caseworker", at=LATER)

    assert cast.noor.place(cast.shelter).role == "caseworker"
    assert roles(cast) == {"bela": "supervisor", "noor": "caseworker"}
    assert list(key_checks.find_faults()) == []


def test_role_that_another_member_was_given_changes_nobody_elses(cast):
    gita = make_person("gita")
    cast.people["gita"] = gita
    admit(cast.shelter, cast.bela, gita, "receiver")
    orgs.change_role(cast.bela.scope, gita.place(cast.shelter), "caseworker", at=LATER)

    assert roles(cast) == {"bela": "supervisor", "noor": "receiver", "gita": "caseworker"}
    assert roles(cast, among=(cast.noor,)) == {"noor": "receiver"}
