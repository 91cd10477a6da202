import pytest

from protect.vault.team_keys import closures
from tests.vault.cast import AT, make_person, serve
from tests.vault.views.desk import Desk, words

pytestmark = pytest.mark.django_db
CAST_IS_KEPT = True
ASK = "ask the people who run the platform. They work at: \u2068Demo other\u2069"


@pytest.fixture(autouse=True)
def jonas(cast) -> None:
    cast.people["jonas"] = make_person("jonas")
    serve(cast.jonas, cast.office, "protection_officer")


def place_of(cast, asker: str) -> str:
    """Return what the page of amal's place says to somebody."""
    place = cast.amal.place(cast.desk)
    return words(Desk().let_in(getattr(cast, asker)).get(f"/places/{place.pk}"))


@pytest.mark.parametrize("asker", ["dana", "sana", "jonas"])
def test_whoever_cares_for_a_place_reads_who_can_close_the_account(cast, asker):
    said = place_of(cast, asker)

    assert (
        f"To have the whole account suspended, so that it cannot be used to sign in, {ASK}." in said
    )
    assert "Suspend the account" not in said


def test_who_can_open_a_closed_account_is_said_too(cast):
    closures.suspend_user(cast.olga.scope, cast.amal.user, at=AT)

    assert f"To have the account reactivated, {ASK}." in place_of(cast, "dana")


def test_ones_own_place_says_nothing_of_it(cast):
    assert ASK not in place_of(cast, "amal")


def test_who_runs_the_platform_closes_it_from_there(cast):
    serve(cast.olga, cast.office, "organisation_admin")

    said = place_of(cast, "olga")

    assert "Suspend the account" in said
    assert ASK not in said
