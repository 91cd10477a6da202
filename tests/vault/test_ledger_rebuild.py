"""A ledger that was lost with all its copies, and what an operator makes of the database."""

import json
import re
from datetime import timedelta
from uuid import UUID

import pytest

from protect.audit.models import Entry
from protect.orgs.models import Team
from protect.vault.enums import KeyState, Owner
from protect.vault.errors import TeamKeyMismatch
from protect.vault.formats import fingerprint
from protect.vault.formats.secrets import TeamPublicKey, TeamSecret, UserSecret
from protect.vault.integrity import key_checks, key_register, ledger_rebuild
from protect.vault.integrity.key_checks import team_name
from protect.vault.integrity.ledger_rebuild import StoredRetirement
from protect.vault.models import RecoveryOfficer, TeamKey, UserKey
from protect.vault.records import inbound
from protect.vault.team_keys import members, rotation
from tests.refusals import refuses
from tests.vault.cast import (
    AT,
    LATER,
    MONTH,
    SAID,
    found,
    make_person,
    new_team,
    note,
    read,
    renew as begin_anew,
)
from tests.vault.sending import renew
from tests.vault.test_commands import fails, vault
from tests.vault.traces import refused

CAST_IS_KEPT = True
COMPARED = re.compile(r"--compared ([0-9a-f]{16}) ")


@pytest.fixture
def lost(cast, settings) -> None:
    """Let the server lose its ledger, after a key was renewed and a team was founded."""
    rotation.begin_renewal(cast.sana.unlocked(), cast.desk, at=AT)
    found(new_team(cast.partner, "Demo begun"), make_person("begin"))
    settings.LEDGER.unlink()


def words_of(key: TeamKey) -> str:
    return " ".join(fingerprint.words(TeamPublicKey(bytes(key.public))))


def printed() -> tuple[list[str], str]:
    """Return the lines that an operator compares, and their digest; the command succeeds."""
    *said, todo = vault("rebuild-ledger")
    assert todo.startswith("Nothing was written. Ask each organisation, by phone,")
    return said, COMPARED.search(todo)[1]


def rebuild() -> list[str]:
    """Let an operator compare what is printed, and write it down; return the lines."""
    said, digest = printed()
    vault("rebuild-ledger", "--compared", digest)
    return said


def named(key: TeamKey) -> str:
    team = key.team
    return f"{words_of(key)}: version {key.version}, {team.organisation.name}, {team.name}"


@pytest.mark.usefixtures("lost")
def test_without_its_ledger_the_server_opens_and_seals_nothing(cast):
    with refused(TeamKeyMismatch):
        note(cast.amal, cast.desk)
    with refused(TeamKeyMismatch):
        inbound.seal_inbound(cast.desk, SAID, retention=MONTH, at=AT)


@pytest.mark.usefixtures("lost")
def test_each_team_is_printed_with_its_words_and_nothing_is_written(cast, settings):
    said, _ = printed()

    keys = TeamKey.objects.order_by("team__organisation__name", "team__name", "version")
    others = UserKey.objects.count() + RecoveryOfficer.objects.count()
    assert said == [
        *(named(key) for key in keys),
        "retired keys of people: 0",
        f"keys of people and officers that the ledger does not know: {others}",
    ]
    assert not settings.LEDGER.exists()


def test_rebuild_after_comparison_opens_everything_again(cast, settings):
    record = note(cast.amal, cast.desk)
    settings.LEDGER.unlink()

    rebuild()

    assert read(cast.amal, record).document == SAID
    assert inbound.seal_inbound(cast.desk, SAID, retention=MONTH, at=AT)
    assert vault("verify-keys") == ["no key differs from the ledger or from its signatures"]
    written = Entry.objects.filter(action="vault.rebuild_ledger").order_by("chain")
    houses = [house.pk for house in (cast.office, cast.partner, cast.other)]
    assert set(written.values_list("organisation", "target")) == {
        (None, ""),
        *((house, f"organisation:{house}") for house in houses),
    }


def test_rebuild_registers_retired_versions_and_ended_memberships(cast, settings):
    place = cast.amal.place(cast.desk)
    members.end_membership_and_access(cast.dana.scope, place, None, at=LATER)
    renew(cast.sana, cast.desk)
    settings.LEDGER.unlink()

    said = rebuild()

    assert "retired up to version 1: Demo office, Demo desk" in said
    assert "memberships that have ended, 1: Demo office, Demo desk" in said

    assert key_register.is_retired(Owner.TEAM, cast.desk.pk, 1)
    assert not key_register.is_retired(Owner.TEAM, cast.desk.pk, 2)
    assert key_register.has_departed(place.pk, since=LATER)
    assert not key_register.has_departed(place.pk, since=LATER + timedelta(microseconds=1))
    assert not key_register.has_departed(cast.sana.place(cast.desk).pk, since=AT)


def test_rebuild_retires_keys_of_restarted_accounts(cast, settings):
    gita = make_person("gita")
    begin_anew(gita)
    settings.LEDGER.unlink()

    rebuild()

    retired = [key_register.is_retired(Owner.PERSON, gita.pk, n) for n in (1, 2, 3)]
    assert retired == [True, False, False]
    assert not key_register.is_retired(Owner.PERSON, cast.sana.pk, 1)


def test_malformed_key_is_not_registered(cast):
    officer = RecoveryOfficer.objects.get(organisation=cast.office, slot=1)
    rows = (TeamKey.objects.get(team=cast.desk), cast.amal.key, officer)
    before = len(ledger_rebuild.load_stored_keys())
    for row in rows:
        type(row).objects.filter(pk=row.pk).update(public=b"\x01")

    left = ledger_rebuild.load_stored_keys()

    assert before - len(left) == 3
    assert {cast.desk.pk, cast.amal.pk, officer.pk}.isdisjoint({key.pk for key in left})


def test_a_key_that_the_ledger_knows_is_not_written_again(cast, settings):
    lines = settings.LEDGER.read_text().splitlines(keepends=True)
    mine = [line for line in lines if str(cast.far.pk) in line]
    settings.LEDGER.write_text("".join(line for line in lines if line not in mine))

    rebuild()

    written = settings.LEDGER.read_text().splitlines(keepends=True)[len(lines) - len(mine) :]
    assert [json.loads(line)["id"] for line in written] == [str(cast.far.pk)]


def test_rows_changed_since_the_comparison_are_not_registered(cast, settings):
    settings.LEDGER.unlink()
    _, digest = printed()
    new_team(cast.office, "Demo other")
    TeamKey.objects.create(
        team=new_team(cast.office, "Demo forged"),
        version=1,
        public=TeamSecret.generate().public().raw,
        created=AT,
    )

    _, again = fails("rebuild-ledger", "--compared", digest)

    assert again.startswith("This is not what was printed before. Nothing was written.")
    assert not settings.LEDGER.exists()


def test_name_cannot_forge_a_line_of_the_comparison(cast, settings):
    settings.LEDGER.unlink()
    type(cast.desk).objects.filter(pk=cast.desk.pk).update(name="Demo\nforged\u202e line")

    said, _ = printed()

    assert any(line.endswith(": version 1, Demo office, Demo forged line") for line in said)


@pytest.mark.usefixtures("lost")
@pytest.mark.parametrize("what", ["team", "member"])
def test_no_ledger_is_rebuilt_over_a_broken_signature(cast, settings, what):
    if what == "team":
        TeamKey.objects.filter(team=cast.desk).update(public=TeamSecret.generate().public().raw)
    else:
        UserKey.objects.filter(pk=cast.amal.key.pk).update(
            public=UserSecret.generate().public().raw
        )

    with refuses("signatures_broken") as broken:
        rebuild()

    faults = [each for each in key_checks.find_faults() if each.fault != "not_in_ledger"]
    assert broken.value.facts == {"count": len(faults)}
    assert not settings.LEDGER.exists()


@pytest.mark.usefixtures("lost")
def test_a_team_that_a_writer_to_the_database_made_is_printed_to_be_compared(cast):
    """Its own signatures hold: only its organisation can say that it is none of theirs."""
    forged = TeamKey.objects.create(
        team=new_team(cast.office, "Demo desk (new)"),
        version=1,
        public=TeamSecret.generate().public().raw,
        created=AT,
    )

    said, _ = printed()

    assert named(forged) in said


def test_key_made_since_the_loss_is_unchanged(cast, settings):
    settings.LEDGER.unlink()
    made = make_person("made_since")

    said, _ = printed()

    assert key_register.has_key_version(Owner.PERSON, made.pk, 1)
    others = UserKey.objects.exclude(user=made.pk).count() + RecoveryOfficer.objects.count()
    assert said[-1] == f"keys of people and officers that the ledger does not know: {others}"


def test_registered_retirements_and_departures_are_not_printed_again(
    cast, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        members.end_membership_and_access(
            cast.dana.scope, cast.amal.place(cast.desk), None, at=LATER
        )
        renew(cast.sana, cast.desk)
    begin_anew(gita := make_person("gita"))
    key_register.register_retirement(Owner.PERSON, gita.pk, 1, at=AT)

    assert ledger_rebuild.find_unregistered_rows() == ledger_rebuild.UnregisteredRows([], [], [])


def test_comparison_names_no_people_or_officers(cast, settings):
    begin_anew(gita := make_person("gita"))
    settings.LEDGER.unlink()

    unknown = ledger_rebuild.find_unregistered_rows()

    assert {key.name for key in unknown.keys if key.owner is not Owner.TEAM} == {""}
    assert unknown.retired == [StoredRetirement("", Owner.PERSON, gita.pk, 1)]


def test_the_newest_retired_version_of_each_team_is_compared_in_the_order_of_teams(cast):
    made = {}
    for pk, *versions in ((UUID(int=1), 3, 2), (UUID(int=2**128 - 1), 1)):
        team = Team.objects.create(pk=pk, organisation=cast.office, name=f"Demo {pk}", created=AT)
        for version in versions:
            public = TeamSecret.generate().public().raw
            fields = {"version": version, "public": public, "state": KeyState.RETIRED}
            TeamKey.objects.create(team=team, created=AT, **fields)
        made[pk] = team_name(team)

    assert ledger_rebuild.find_unregistered_rows().retired == [
        StoredRetirement(made[pk], Owner.TEAM, pk, version)
        for pk, version in ((UUID(int=1), 3), (UUID(int=2**128 - 1), 1))
    ]
