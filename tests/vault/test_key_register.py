import json
import os
import subprocess
import sys
from dataclasses import asdict
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from protect.vault.enums import Owner
from protect.vault.formats import fingerprint
from protect.vault.formats.secrets import TeamSecret, UserSecret
from protect.vault.integrity import key_register, ledger
from protect.vault.integrity.ledger import Line
from tests.vault.cast import AT, LATER

TEAM, OTHER_TEAM, PERSON, OFFICER, PLACE = (uuid4() for _ in range(5))
FIRST, SECOND, FORGED = (TeamSecret.generate().public() for _ in range(3))
OLD, NEW, STRANGE = (UserSecret.generate().public() for _ in range(3))

# Another process of the server: all that it does with the ledger is to append to it.
APPEND = """
import json, pathlib, sys
from django.conf import settings
settings.configure(LEDGER=pathlib.Path(sys.argv[1]))
from protect.vault.integrity import ledger
ledger.append(ledger.Line(**json.loads(sys.argv[2])))
"""


def retired(*versions: int) -> list[bool]:
    """Return of which versions the ledger says that they open nothing more."""
    return [key_register.is_retired(Owner.TEAM, TEAM, version) for version in versions]


def made(version: int, public, owner=Owner.TEAM, pk=TEAM) -> None:
    key_register.register_key(owner, pk, version, public, at=AT)


def is_made(version: int, public, owner=Owner.TEAM, pk=TEAM) -> bool:
    return key_register.is_registered_key(owner, pk, version, public)


def line_of(version: int, public, owner=Owner.TEAM, pk=TEAM) -> Line:
    digest = fingerprint.digest(public).hex()
    return Line(owner.value, str(pk), AT.isoformat(), f"{version}:{digest}")


# --- keys that were made --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("owner", "pk", "what"),
    [
        (Owner.TEAM, TEAM, "team_key"),
        (Owner.PERSON, PERSON, "user_key"),
        (Owner.OFFICER, OFFICER, "officer_key"),
    ],
)
def test_key_is_registered_by_version_and_digest(owner, pk, what):
    public = FIRST if owner is Owner.TEAM else OLD

    key_register.register_key(owner, pk, 7, public, at=AT)

    digest = fingerprint.digest(public).hex()
    assert list(ledger.read_lines()) == [Line(what, str(pk), AT.isoformat(), f"7:{digest}")]
    assert ledger.unreadable_line_numbers() == []
    assert is_made(7, public, owner, pk)


def test_other_key_version_or_owner_is_not_registered():
    made(1, FIRST)
    made(1, SECOND, pk=OTHER_TEAM)

    assert is_made(1, FIRST)
    assert not is_made(1, FORGED)
    assert not is_made(1, SECOND)
    assert not is_made(2, FIRST)
    assert not is_made(0, FIRST)


def test_a_key_of_a_team_does_not_pass_as_one_of_a_person():
    made(1, OLD, Owner.PERSON, TEAM)

    assert is_made(1, OLD, Owner.PERSON, TEAM)
    assert not is_made(1, OLD)
    assert not is_made(1, STRANGE, Owner.PERSON, TEAM)


def test_a_key_that_was_rolled_back_leaves_room_for_the_next_one_of_that_version():
    made(1, FIRST)
    made(2, FORGED)  # its transaction was rolled back
    made(2, SECOND)

    assert is_made(2, SECOND)
    assert is_made(1, FIRST)


def test_only_the_newest_key_of_a_person_counts():
    made(1, OLD, Owner.PERSON, PERSON)
    assert is_made(1, OLD, Owner.PERSON, PERSON)

    made(2, NEW, Owner.PERSON, PERSON)
    assert is_made(1, OLD, Owner.PERSON, PERSON)  # the second may still be rolled back
    key_register.register_retirement(Owner.PERSON, PERSON, 1, at=AT)

    assert not is_made(1, OLD, Owner.PERSON, PERSON)
    assert is_made(2, NEW, Owner.PERSON, PERSON)
    assert not is_made(2, STRANGE, Owner.PERSON, PERSON)
    assert not is_made(3, NEW, Owner.PERSON, PERSON)


def test_the_slot_of_an_officer_counts_as_the_version():
    made(2, OLD, Owner.OFFICER, OFFICER)

    assert is_made(2, OLD, Owner.OFFICER, OFFICER)
    assert not is_made(3, OLD, Owner.OFFICER, OFFICER)
    assert not is_made(2, NEW, Owner.OFFICER, OFFICER)


# --- a ledger that says nothing -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("owner", "pk", "public"),
    [(Owner.TEAM, TEAM, FIRST), (Owner.PERSON, PERSON, OLD), (Owner.OFFICER, OFFICER, OLD)],
)
def test_no_key_is_registered_without_a_ledger(settings, owner, pk, public):
    assert not settings.LEDGER.exists()

    assert not is_made(1, public, owner, pk)
    assert not key_register.has_key_version(owner, pk, 1)
    assert not key_register.is_retired(Owner.TEAM, TEAM, 3)
    assert not key_register.has_departed(PLACE, since=AT)


def test_version_older_than_all_registered_ones_is_not_registered():
    made(3, FIRST)

    assert [is_made(version, FIRST) for version in (1, 2, 3, 4)] == [False, False, True, False]
    known = [
        key_register.has_key_version(owner, TEAM, version) for owner in Owner for version in (2, 3)
    ]
    assert known == [False, True, *[False] * (2 * len(Owner) - 2)]
    assert not key_register.has_key_version(Owner.TEAM, OTHER_TEAM, 3)


def test_register_is_empty_after_the_ledger_is_deleted(settings):
    made(1, FIRST)
    assert is_made(1, FIRST)

    settings.LEDGER.unlink()
    assert not is_made(1, FIRST)

    made(1, SECOND)
    assert is_made(1, SECOND)
    assert not is_made(1, FIRST)


@pytest.mark.parametrize(("known", "count"), [(1, 1), (1, 3), (5, 5)])
def test_restored_copy_is_read_from_its_beginning(settings, known, count):
    """File systems give a new file the number of a deleted one. It may end like the one before."""
    for version in range(1, known + 1):
        made(version, SECOND if version > 1 else FIRST)
    assert is_made(1, FIRST)
    lines = [line_of(version, SECOND) for version in range(1, count + 1)]
    raw = "".join(json.dumps(asdict(line), sort_keys=True) + "\n" for line in lines)
    settings.LEDGER.write_text(raw)

    assert [is_made(1, FIRST), is_made(1, SECOND), is_made(count, SECOND)] == [False, True, True]


def test_another_ledger_is_read_from_its_beginning(settings, tmp_path):
    made(1, FIRST)
    assert not is_made(1, SECOND)
    written = settings.LEDGER.stat().st_mtime_ns

    settings.LEDGER = tmp_path / "other.jsonl"
    made(1, SECOND)
    os.utime(settings.LEDGER, ns=(written, written))  # as long and as old as the one before

    assert [is_made(1, FIRST), is_made(1, SECOND)] == [False, True]


def test_shortened_ledger_is_read_again(settings):
    made(1, FIRST)
    made(2, SECOND)
    assert is_made(2, SECOND)

    whole = settings.LEDGER.read_bytes().splitlines(keepends=True)
    settings.LEDGER.write_bytes(whole[0])

    assert not is_made(2, SECOND)
    assert is_made(1, FIRST)


# --- versions that are retired --------------------------------------------------------------------


def test_versions_up_to_the_retired_one_are_retired():
    made(1, FIRST)
    made(2, SECOND)
    key_register.register_retirement(Owner.TEAM, TEAM, 2, at=LATER)

    assert [key_register.is_retired(Owner.TEAM, TEAM, version) for version in (1, 2, 3)] == [
        True,
        True,
        False,
    ]
    assert not key_register.is_retired(Owner.TEAM, OTHER_TEAM, 1)


def test_later_line_with_a_lower_version_keeps_versions_retired():
    key_register.register_retirement(Owner.TEAM, TEAM, 3, at=AT)
    key_register.register_retirement(Owner.TEAM, TEAM, 1, at=LATER)

    assert key_register.is_retired(Owner.TEAM, TEAM, 3)


def test_the_next_version_keeps_the_older_ones_retired():
    made(1, FIRST)
    made(2, SECOND)
    key_register.register_retirement(Owner.TEAM, TEAM, 1, at=AT)
    made(3, TeamSecret.generate().public())

    assert key_register.is_retired(Owner.TEAM, TEAM, 1)
    assert not key_register.is_retired(Owner.TEAM, TEAM, 2)


def test_second_key_of_a_version_keeps_it_retired():
    """Somebody let the server make a key for a team that has one."""
    made(1, FIRST)
    made(2, SECOND)
    key_register.register_retirement(Owner.TEAM, TEAM, 1, at=AT)

    made(1, FORGED)

    assert retired(1, 2) == [True, False]


def test_a_demo_that_is_built_anew_begins_with_an_empty_ledger():
    made(1, FIRST)
    key_register.register_retirement(Owner.TEAM, TEAM, 2, at=AT)
    ledger.append(Line("membership", str(PLACE), LATER.isoformat(), "removed"))

    key_register.register_demo_build(at=LATER)
    made(1, SECOND)

    built = Line("demo_built", str(UUID(int=0)), LATER.isoformat(), "built")
    assert list(ledger.read_lines())[-2] == built
    assert [is_made(1, FIRST), is_made(1, SECOND), *retired(1)] == [False, True, False]
    assert not key_register.has_departed(PLACE, since=AT)


def test_after_a_restore_all_retired_versions_open_again():
    key_register.register_retirement(Owner.TEAM, TEAM, 2, at=AT)
    key_register.register_retirement(Owner.TEAM, OTHER_TEAM, 5, at=AT)

    key_register.register_restore(at=LATER)

    assert not key_register.is_retired(Owner.TEAM, TEAM, 1)
    assert not key_register.is_retired(Owner.TEAM, OTHER_TEAM, 5)


def test_what_is_retired_after_a_restore_is_retired():
    key_register.register_retirement(Owner.TEAM, TEAM, 2, at=AT)
    key_register.register_restore(at=AT)
    key_register.register_retirement(Owner.TEAM, TEAM, 1, at=LATER)

    assert [key_register.is_retired(Owner.TEAM, TEAM, version) for version in (1, 2)] == [
        True,
        False,
    ]


def test_restore_does_not_register_forged_keys():
    made(1, FIRST)
    key_register.register_restore(at=LATER)

    assert is_made(1, FIRST)
    assert not is_made(1, FORGED)


# --- people who have left -------------------------------------------------------------------------


def test_ended_membership_counts_as_departed_from_its_end():
    for moment in (LATER, AT):  # one that was written late changes nothing
        ledger.append(Line("membership", str(PLACE), moment.isoformat(), "removed"))

    assert key_register.has_departed(PLACE, since=LATER)
    assert not key_register.has_departed(PLACE, since=LATER + timedelta(microseconds=1))
    assert not key_register.has_departed(uuid4(), since=AT)


@pytest.mark.parametrize("what", ["record", "packet", "team", "organisation"])
def test_other_lines_of_the_ledger_say_nothing_of_keys_or_places(what):
    ledger.append(Line(what, str(PLACE), LATER.isoformat(), "removed"))
    ledger.append(Line(what, str(TEAM), LATER.isoformat(), "3"))

    assert not key_register.has_departed(PLACE, since=AT)
    assert not key_register.is_retired(Owner.TEAM, TEAM, 1)
    assert not is_made(1, FIRST)


# --- the file itself ------------------------------------------------------------------------------


def test_lines_of_another_process_are_read_at_the_next_call(settings):
    made(1, FIRST)
    assert not is_made(2, SECOND)

    for line in (
        line_of(2, SECOND),
        Line("team_key_retired", str(TEAM), AT.isoformat(), "1"),
        Line("membership", str(PLACE), AT.isoformat(), "left"),
    ):
        said = json.dumps(asdict(line))
        subprocess.run([sys.executable, "-c", APPEND, settings.LEDGER, said], check=True)

    assert is_made(2, SECOND)
    assert key_register.is_retired(Owner.TEAM, TEAM, 1)
    assert key_register.has_departed(PLACE, since=AT)


def test_incomplete_line_is_ignored_and_later_lines_count(settings):
    made(1, FIRST)
    cut = json.dumps(asdict(line_of(2, FORGED))).encode()[:-9]
    with settings.LEDGER.open("ab") as file:
        file.write(cut)
    assert not is_made(2, FORGED)

    made(2, SECOND)

    assert is_made(2, SECOND)
    assert not is_made(2, FORGED)
    assert ledger.unreadable_line_numbers() == [2]


def test_a_line_that_is_still_being_written_is_read_once_it_is_whole(settings):
    made(1, FIRST)
    raw = json.dumps(asdict(line_of(2, SECOND))).encode() + b"\n"
    with settings.LEDGER.open("ab") as file:
        file.write(raw[:40])
        file.flush()
        assert not is_made(2, SECOND)
        file.write(raw[40:])

    assert is_made(2, SECOND)


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ("team_key", "removed"),
        ("team_key", ""),
        ("team_key", "two:ab"),
        ("user_key", "removed"),
        ("team_key_retired", "all"),
    ],
)
def test_line_with_an_invalid_reason_is_reported_and_later_lines_count(what, reason):
    """A hand changed the file: what stands in the other lines must still count."""
    made(1, FIRST)
    ledger.append(Line(what, str(TEAM), AT.isoformat(), reason))
    made(2, SECOND)

    assert is_made(1, FIRST)
    assert is_made(2, SECOND)
    assert not is_made(2, FORGED)
    assert ledger.unreadable_line_numbers() == [2]


def test_a_restored_backup_is_one_line_in_the_words_of_the_ledger():
    key_register.register_restore(at=AT)

    (line,) = ledger.read_lines()
    assert line == Line("restored", str(UUID(int=0)), AT.isoformat(), "restored")


def test_new_key_changes_no_retirement():
    made(2, SECOND)
    assert retired(1, 2) == [False, False]
    key_register.register_retirement(Owner.TEAM, TEAM, 1, at=AT)
    made(2, SECOND)
    assert retired(1, 2) == [True, False]


def test_unchanged_ledger_is_not_read_again(monkeypatch):
    made(1, FIRST)
    assert is_made(1, FIRST)
    size = key_register.settings.LEDGER.stat().st_size
    read, lines_after = [], ledger.lines_after
    monkeypatch.setattr(ledger, "lines_after", lambda at: read.append(at) or lines_after(at))

    assert is_made(1, FIRST)
    assert read == []
    made(2, SECOND)
    assert [is_made(2, SECOND), is_made(1, FIRST), read] == [True, True, [size]]
