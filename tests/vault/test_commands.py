"""What operators run, as they run it: the family `protect vault`."""

import re
import shutil
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from protect.audit.models import Entry
from protect.kernel import clock
from protect.notices.models import Outgoing
from protect.orgs.enums import MembershipState, TeamState
from protect.orgs.models import Attempt, Membership
from protect.referrals import packets
from protect.referrals.packets import Packet
from protect.vault.accounts import password_reset
from protect.vault.enums import SessionState
from protect.vault.integrity import ledger
from protect.vault.models import (
    DekWrap,
    Draft,
    Manifest,
    Record,
    ResetLink,
    Session,
    UnlockSession,
)
from protect.vault.sessions import browser_sessions, drafts
from protect.vault.team_keys import members
from tests.refusals import refuses
from tests.vault.cast import (
    AT,
    LATER,
    SAID,
    grants,
    make_person,
    note,
    read,
    serve,
)
from tests.vault.traces import refused, written

CODE = re.compile(r"[a-z_]+(_\d+)? (\d+|never|\d{4}-\d\d-\d\dT\d\d:\d\dZ)")
CAST_IS_KEPT = True
NEVER_SAID = ("Demo", "PLANTED", "@", "amal")


@pytest.fixture(autouse=True)
def seeds(settings) -> None:
    settings.SIGNING_SEEDS = [b"s" * 32]


def vault(*arguments: str | Path, at=LATER) -> list[str]:
    """Return what a sub-command says on standard output."""
    out = StringIO()
    with clock.frozen(at):
        call_command("vault", *map(str, arguments), stdout=out)
    return out.getvalue().splitlines()


def fails(*arguments: str | Path) -> tuple[list[str], str]:
    """Return what a sub-command says that ends with 1: the result, and why."""
    out = StringIO()
    with clock.frozen(LATER), pytest.raises(CommandError) as error:
        call_command("vault", *map(str, arguments), stdout=out)
    assert error.value.returncode == 1
    return out.getvalue().splitlines(), str(error.value)


def send(cast, days: int = 3) -> Manifest:
    packet = Packet(
        fields=SAID,
        consent=cast.amal.pk,
        scope=frozenset({"contact"}),
        expires=AT + timedelta(days=days),
        to_team=cast.shelter.pk,
        to_version=1,
    )
    sent = packets.seal_packet(
        cast.amal.unlocked(), packet, cast.desk, at=AT, uncompared_reason="urgent"
    )
    return sent.manifest


@pytest.mark.django_db
def test_state_prints_codes_and_numbers(cast):
    note(cast.amal, cast.desk)
    serve(make_person("jonas"), cast.office, "protection_officer")
    vault("sign-heads", at=AT)

    said = vault("state")

    assert "teams_rotation_due 0" in said
    assert "drills_due 3" in said
    assert "alarms_open 0" in said
    assert said[-3:] == ["pepper_0 0", "pepper_1 0", "heads_signed 2026-11-30T09:00Z"]
    assert all(CODE.fullmatch(line) for line in said)
    assert not any(word in line for line in said for word in NEVER_SAID)


@pytest.mark.django_db
def test_commands_print_no_content(cast, tmp_path, capsys):
    note(cast.amal, cast.desk)
    send(cast)

    said = [line for step in ("state", "lock-idle", "sign-heads") for line in vault(step)]

    assert len(said) > 15
    assert not any(word in line for line in said for word in NEVER_SAID)
    assert capsys.readouterr() == ("", "")


@pytest.mark.django_db
def test_lock_idle_deletes_only_expired_rows(cast):
    for person, at in ((cast.amal, AT), (cast.sana, AT + timedelta(hours=8, minutes=50))):
        browser_sessions.begin_session(person.user, 1, person.secret, at=at)
    UnlockSession.objects.update(state=SessionState.UNLOCKED)
    morning = AT + timedelta(hours=9)
    for key, expires in (("over", morning), ("open", morning + timedelta(seconds=1))):
        Session.objects.create(session_key=key, session_data="", expire_date=expires)
        Attempt.objects.create(key=key, count=1, last_at=expires - timedelta(days=1))
    for address, at in (("/a", AT - timedelta(hours=15)), ("/b", AT)):
        drafts.keep_draft(cast.amal.pk, address, {"text": ["x"]}, at=at)
    for user, minutes in ((cast.amal.user, 30), (cast.sana.user, 29)):
        password_reset.mail_reset_link(user.email, at=morning - timedelta(minutes=minutes))

    said = vault("lock-idle", at=morning)

    assert said == ["sessions 1", "browsers 1", "drafts 1", "links 1", "attempts 1"]
    assert [each.user_id for each in UnlockSession.objects.all()] == [cast.sana.pk]
    assert [each.session_key for each in Session.objects.all()] == ["open"]
    assert [each.address for each in Draft.objects.all()] == ["/b"]
    assert [each.user_id for each in ResetLink.objects.all()] == [cast.sana.pk]
    assert [each.key for each in Attempt.objects.all()] == ["open"]
    assert vault("lock-idle", at=morning) == [
        f"{each} 0" for each in ("sessions", "browsers", "drafts", "links", "attempts")
    ]


@pytest.mark.django_db
def test_an_idle_session_is_locked_without_its_browser(cast):
    browser_sessions.begin_session(cast.amal.user, 1, cast.amal.secret, at=AT)
    UnlockSession.objects.update(state=SessionState.UNLOCKED)

    assert vault("lock-idle", at=AT + timedelta(minutes=15))[0] == "sessions 1"

    row = UnlockSession.objects.get()
    assert (row.state, row.token_hash, bytes(row.blob)) == (SessionState.LOCKED, None, b"")


@pytest.mark.django_db
def test_signed_heads_are_added_to_a_file_that_both_checks_accept(cast, tmp_path):
    path = tmp_path / "heads.jsonl"
    assert vault("sign-heads", "--out", path, at=AT) == ["signed 4"]
    note(cast.amal, cast.desk)
    assert vault("sign-heads", "--out", path) == ["signed 4"]

    assert len(path.read_text().splitlines()) == 8
    assert vault("verify-heads", path) == ["heads 8, signed 8"]
    out = StringIO()
    call_command("audit", "verify", "--heads", str(path), stdout=out)
    assert out.getvalue().count("earlier heads that agree: 2") == 4


@pytest.mark.django_db
def test_heads_are_printed_without_a_file_and_officers_get_mail(cast):
    serve(make_person("jonas"), cast.office, "protection_officer")

    said = vault("sign-heads")

    assert [line.split('"chain":"')[1].split('"')[0] for line in said] == sorted(
        ["platform", *(f"org:{each.pk}" for each in (cast.office, cast.partner, cast.other))]
    )
    assert Outgoing.objects.filter(template="head_of_audit").count() == 1


@pytest.mark.django_db
def test_changed_head_is_reported_and_exits_with_1(cast, tmp_path):
    path = tmp_path / "heads.jsonl"
    lines = vault("sign-heads")
    changed = [lines[0].replace('"n":', '"n":1'), *lines[1:]]
    path.write_text("\n".join(changed), "utf-8")

    said, why = fails("verify-heads", path)

    assert said[0].endswith("not signed with these keys")
    assert said[1:] == ["heads 4, signed 3"]
    assert why == "heads that are not to be relied on: 1"


@pytest.mark.django_db
def test_heads_are_verified_with_a_printed_key(cast, tmp_path, settings):
    path = tmp_path / "heads.jsonl"
    vault("sign-heads", "--out", path)
    (public,) = vault("signing-key")
    settings.SIGNING_SEEDS = []

    assert vault("verify-heads", "--key", public, path) == ["heads 4, signed 4"]
    assert fails("verify-heads", "--key", "ab" * 32, path)[0][-1] == "heads 4, signed 0"
    with refuses("signing_key_missing"):
        vault("verify-heads", path)


@pytest.mark.django_db
def test_unwritable_file_signs_nothing_and_sends_no_mail(cast, tmp_path):
    before = Entry.objects.count(), Outgoing.objects.count()

    said, why = fails("sign-heads", "--out", tmp_path / "nowhere" / "heads.jsonl")

    assert said == []
    assert "cannot be written: No such file or directory" in why
    assert (Entry.objects.count(), Outgoing.objects.count()) == before


@pytest.mark.django_db
def test_replay_deletes_revived_rows_of_a_backup(cast, settings, tmp_path):
    gone, kept = note(cast.amal, cast.desk), note(cast.amal, cast.desk)
    sent, place = send(cast), cast.amal.place(cast.desk)
    for line in (("record", gone.pk, "person"), ("packet", sent.packet_id, "withdrawn")):
        ledger.append(ledger.Line(line[0], str(line[1]), AT.isoformat(), line[2]))
    ledger.append(ledger.Line("membership", str(place.pk), AT.isoformat(), "removed"))
    copy = Path(shutil.copy(settings.LEDGER, tmp_path / "copy.jsonl"))
    lines = f"lines {len(copy.read_bytes().splitlines())}"

    assert vault("replay-ledger", copy) == [lines, "gone_again 3"]

    assert not Record.objects.filter(pk=gone.pk).exists()
    assert not DekWrap.objects.filter(record=sent.packet).exists()
    assert Manifest.objects.get().withdrawn_at == AT
    assert Membership.objects.get(pk=place.pk).state == MembershipState.LEFT
    assert cast.amal.pk not in {user for user, _ in grants(cast.desk)}
    cast.desk.refresh_from_db()
    assert cast.desk.state == TeamState.ROTATION_DUE
    assert read(cast.sana, kept).document == SAID
    assert vault("replay-ledger", copy) == [lines, "gone_again 0"]
    assert Entry.objects.filter(action="vault.replay_ledger").count() == 2


@pytest.mark.django_db
def test_unreadable_line_does_not_stop_the_replay(cast, tmp_path, settings):
    made = note(cast.amal, cast.desk)
    ledger.append(ledger.Line("record", str(made.pk), AT.isoformat(), "person"))
    copy, readable = tmp_path / "copy.jsonl", settings.LEDGER.read_bytes()
    copy.write_bytes(b"half a line\n" + readable)

    said, why = fails("replay-ledger", copy)

    assert said == [f"lines {len(readable.splitlines())}", "gone_again 1"]
    assert why == "lines that cannot be read: 1. Compare with another copy."
    assert not Record.objects.exists()


@pytest.mark.django_db
def test_replay_without_a_ledger_is_refused(cast, tmp_path):
    with refused("ledger_missing"):
        vault("replay-ledger", tmp_path / "nowhere.jsonl")


@pytest.mark.django_db
def test_commands_run_although_system_checks_fail(settings):
    settings.IS_DEMO, settings.SCANNER, settings.PEPPERS = False, "", []

    assert vault("lock-idle")[0] == "sessions 0"
    assert "pepper_0 0" in vault("state")


@pytest.mark.django_db
def test_departures_are_written_to_the_ledger(cast):
    place = cast.amal.place(cast.desk)

    members.end_membership_and_access(cast.dana.scope, place, None, at=AT)

    assert [(what, pk) for what, pk, _ in written()] == [("membership", str(place.pk))]
