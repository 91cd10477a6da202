"""What a writer to the database changes before, and while, an operator rebuilds a lost ledger."""

from datetime import UTC, datetime, timedelta

import pytest

from protect.kernel import clock
from protect.orgs.models import Membership, Team
from protect.vault.enums import KeyState
from protect.vault.formats import fingerprint
from protect.vault.formats.secrets import TeamPublicKey
from protect.vault.models import Admission, TeamGrant, TeamKey
from tests.refusals import refuses
from tests.vault.cast import AT, Cast
from tests.vault.test_commands import fails, vault
from tests.vault.test_ledger_rebuild import printed

CAST_IS_KEPT = True

pytestmark = pytest.mark.django_db


def end_place(cast: Cast, *, at: datetime, reason: str = "own_wish") -> None:
    """Write that a member has left, and delete what their admission would say otherwise."""
    TeamGrant.objects.filter(user_key=cast.amal.key).delete()
    Admission.objects.filter(holder=cast.amal.pk).delete()
    places = Membership.objects.filter(user=cast.amal.pk)
    places.update(state="left", created=AT - timedelta(days=9), ended_at=at, end_reason=reason)


def retire_only_version(cast: Cast) -> None:
    TeamKey.objects.filter(team=cast.far).update(state=KeyState.RETIRED)


def rename(cast: Cast) -> None:
    Team.objects.filter(pk=cast.shelter.pk).update(name="Demo another")


def end_place_before(cast: Cast) -> None:
    end_place(cast, at=AT - timedelta(days=3))


@pytest.mark.parametrize("change", [retire_only_version, rename, end_place_before])
def test_nothing_is_written_that_was_changed_since_it_was_compared(cast, settings, change):
    settings.LEDGER.unlink()
    _, digest = printed()
    change(cast)

    _, again = fails("rebuild-ledger", "--compared", digest)

    assert again.startswith("This is not what was printed before. Nothing was written.")
    assert not settings.LEDGER.exists()


def test_what_was_written_before_is_printed_to_be_compared(cast, settings):
    settings.LEDGER.unlink()
    retire_only_version(cast)
    end_place_before(cast)

    said, _ = printed()

    assert "retired up to version 1: Demo other, Demo far" in said
    assert "memberships that have ended, 1: Demo office, Demo desk" in said


@pytest.mark.parametrize(
    ("at", "reason"),
    [
        (datetime(9999, 1, 1, tzinfo=UTC), "own_wish"),
        (AT - timedelta(days=3), "left\nline"),
    ],
    ids=["after_now", "no_reason"],
)
def test_place_whose_end_no_page_has_written_stops_the_rebuilding(cast, settings, at, reason):
    assert clock.now() > AT - timedelta(days=3)
    settings.LEDGER.unlink()
    end_place(cast, at=at, reason=reason)

    with refuses("places_wrong") as caught:
        vault("rebuild-ledger")

    assert caught.value.facts == {"count": 1}
    assert not settings.LEDGER.exists()


def test_name_that_looks_like_words_stands_after_the_words_of_the_key(cast, settings):
    settings.LEDGER.unlink()
    forged = "Demo shelter, version 1: apple bear cat dog egg fox"
    Team.objects.filter(pk=cast.shelter.pk).update(name=forged)
    key = TeamKey.objects.get(team=cast.shelter)
    six = " ".join(fingerprint.words(TeamPublicKey(bytes(key.public))))

    said, _ = printed()

    assert f"{six}: version 1, Demo partner, {forged}" in said
