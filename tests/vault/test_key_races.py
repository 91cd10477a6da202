"""Two at once, on connections of their own. SQLite lets one transaction in after the other."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from protect.kernel.errors import ProtectError
from protect.orgs.enums import MembershipState, TeamState
from protect.orgs.models import Membership, Team
from protect.referrals import packets
from protect.referrals.packets import MAX_WRONG_CODES, Packet
from protect.vault.enums import KeyState, Kind, Opener
from protect.vault.errors import CodeWrong, KeyNotReady, RecordChanged, RecordGone
from protect.vault.formats import fingerprint
from protect.vault.formats.credentials.codes import LinkCode
from protect.vault.formats.secrets import TeamPublicKey
from protect.vault.integrity import authenticity
from protect.vault.models import DekWrap, Record, TeamKey, TeamPin
from protect.vault.records import erasure, records
from protect.vault.rows import lock_team_keys
from protect.vault.sessions.unlocked import active_key
from protect.vault.team_keys import closures, members, pins, rotation
from tests.orgs.threads import apart, together
from tests.refusals import kind_of
from tests.vault.cast import (
    AT,
    LATER,
    SAID,
    Cast,
    Person,
    forget_cast,
    grants,
    make_cast,
    make_person,
    must_verify,
    versions,
    wait_in,
    write,
)

pytestmark = pytest.mark.postgres
ROUNDS = 8


@pytest.fixture
def cast(db) -> Iterator[Cast]:
    """Three teams at work that other connections see, too; nothing of them stays."""
    yield apart(make_cast)
    apart(forget_cast)


def refusals(found: list[Any]) -> list[str | type]:
    """Return what was refused; raise what is no refusal, such as two that wait for each other."""
    errors = [each for each in found if isinstance(each, Exception)]
    for each in errors:
        if not isinstance(each, ProtectError):
            raise each
    return [kind_of(each) for each in errors]


def again(call: Callable[[], Any], rounds: int = ROUNDS) -> list[Any]:
    return [call() for _ in range(rounds)]


def read(person: Person, record: Record) -> records.OpenedRecord:
    """Read on another connection: the first opening of a key pins it, and others would wait."""
    return apart(records.read, person.unlocked(), record)


def finish(person: Person, team: Team) -> None:
    """Go on with a renewal until nothing is due."""
    while rotation.is_renewal_due(Team.objects.get(pk=team.pk)):
        rotation.continue_renewal(person.unlocked(), team, at=LATER, limit=2)


def save(person: Person, record: Record, seen: int) -> Record:
    said = {"by": str(person.pk)}
    return records.save_record(person.unlocked(), record, said, seen=seen, at=LATER)


def save_on(person: Person, record: Record) -> Record:
    """Save whatever version is the newest; somebody else may be faster."""
    while True:
        try:
            return save(person, record, Record.objects.get(pk=record.pk).version)
        except RecordChanged:
            continue


def send(person: Person, sender: Team, receiver: Team | None) -> packets.SentPacket:
    key = active_key(receiver.pk) if receiver else None
    packet = Packet(
        fields=SAID,
        consent=uuid4(),
        scope=frozenset({"contact"}),
        expires=AT + timedelta(days=30),
        to_team=receiver.pk if receiver else None,
        to_version=key.version if key else None,
    )
    given = person.unlocked()
    return packets.seal_packet(given, packet, sender, at=AT, uncompared_reason="urgent")


def test_second_of_two_editors_gets_a_conflict(cast):
    record = apart(write, cast.amal, cast.desk)

    found = together(partial(save, cast.amal, record, 1), partial(save, cast.sana, record, 1))

    assert refusals(found) == [RecordChanged]
    assert Record.objects.get(pk=record.pk).version == 2
    winner = cast.amal if isinstance(found[0], Record) else cast.sana
    assert read(cast.amal, record).document == {"by": str(winner.pk)}


def test_parallel_first_openings_of_a_user_do_not_deadlock(cast):
    both_hold = threading.Barrier(2)

    @transaction.atomic
    def open_and_lock() -> None:
        cast.amal.unlocked().team_secret(cast.desk.pk, 1)  # writes the pin
        both_hold.wait(10)
        lock_team_keys([cast.desk.pk])

    @transaction.atomic
    def lock_and_open() -> None:
        lock_team_keys([cast.desk.pk])
        both_hold.wait(10)
        cast.amal.unlocked().team_secret(cast.desk.pk, 1)

    assert together(open_and_lock, lock_and_open) == [None, None]
    assert apart(TeamPin.objects.filter(user_key=cast.amal.key).count) == 1


def test_people_save_and_read_while_a_key_is_renewed(cast):
    made = [apart(write, cast.amal, cast.desk) for _ in range(6)]

    def renew() -> None:
        for _ in range(3):
            rotation.begin_renewal(cast.sana.unlocked(), cast.desk, at=AT)
            finish(cast.sana, cast.desk)

    found = together(
        renew,
        lambda: [save_on(cast.amal, record) for record in made * 2],
        lambda: [read(cast.sana, record) for record in made * 4],
        lambda: again(
            lambda: records.scan_records(cast.amal.unlocked(), cast.desk, "case", bool, at=AT)
        ),
    )

    assert refusals(found) == []
    assert all((len(scanned.opened), scanned.damaged) == (len(made), []) for scanned in found[3])
    apart(finish, cast.sana, cast.desk)
    assert versions(cast.desk) == {1: "retired", 2: "retired", 3: "retired", 4: "active"}
    assert not DekWrap.objects.filter(damaged_at__isnull=False).exists()
    for record in made:
        assert read(cast.sana, record).version == 3
    must_verify()


def test_two_begin_at_once_and_one_version_seals(cast):
    record = apart(write, cast.amal, cast.desk)
    begin = [
        partial(rotation.begin_renewal, each.unlocked(), cast.desk, at=AT)
        for each in (cast.amal, cast.sana)
    ]

    found = together(*begin)

    assert refusals(found) == []
    assert versions(cast.desk) == {1: "retiring", 2: "retiring", 3: "active"}
    first, second, third = TeamKey.objects.filter(team=cast.desk).order_by("version")
    assert authenticity.is_signed_successor(first, second)
    assert authenticity.is_signed_successor(second, third)
    assert read(cast.amal, record).document == SAID


def test_two_go_on_with_a_renewal_at_once(cast):
    made = [apart(write, cast.amal, cast.desk) for _ in range(8)]
    apart(rotation.begin_renewal, cast.sana.unlocked(), cast.desk, at=AT)

    found = together(partial(finish, cast.amal, cast.desk), partial(finish, cast.sana, cast.desk))

    assert refusals(found) == []
    assert versions(cast.desk) == {1: KeyState.RETIRED, 2: KeyState.ACTIVE}
    assert [read(cast.amal, record).document for record in made] == [SAID] * 8


def admit(cast: Cast, person: Person, place: Membership) -> None:
    given = cast.sana.unlocked()
    members.admit_to_team(cast.sana.scope, given, place, words=person.words, at=AT)


def test_parallel_admissions_admit_a_member_once(cast):
    gita = apart(make_person, "gita")
    place = apart(wait_in, gita, cast.desk)

    found = together(*[partial(admit, cast, gita, place)] * 3)

    assert refusals(found) == ["membership_move_not_allowed"] * 2
    assert (gita.pk, 1) in grants(cast.desk)


def test_two_are_let_in_at_once_during_a_renewal_and_hold_every_version(cast):
    people = [apart(make_person, name) for name in ("gita", "kai")]
    places = [apart(wait_in, person, cast.desk) for person in people]

    found = together(
        partial(admit, cast, people[0], places[0]),
        partial(admit, cast, people[1], places[1]),
        partial(rotation.begin_renewal, cast.amal.unlocked(), cast.desk, at=AT),
        lambda: [write(cast.amal, cast.desk) for _ in range(ROUNDS)],
    )

    assert refusals(found) == []
    everybody = {person.pk for person in (*people, cast.amal, cast.sana)}
    assert grants(cast.desk) == {(pk, version) for pk in everybody for version in (1, 2)}


def test_member_removed_during_a_renewal_holds_no_key(cast):
    record = apart(write, cast.amal, cast.desk)
    place = cast.amal.place(cast.desk)

    found = together(
        partial(members.end_membership_and_access, cast.dana.scope, place, None, at=AT),
        partial(rotation.begin_renewal, cast.sana.unlocked(), cast.desk, at=AT),
        partial(finish, cast.sana, cast.desk),
    )

    assert refusals(found) == []
    apart(finish, cast.sana, cast.desk)
    newest = max(versions(cast.desk))
    assert grants(cast.desk) == {(cast.sana.pk, newest)}
    began = Membership.objects.get(pk=place.pk)
    assert began.state == MembershipState.LEFT
    assert Team.objects.get(pk=cast.desk.pk).state == TeamState.ACTIVE
    assert read(cast.sana, record).document == SAID


def test_team_retired_during_work_ends_completely(cast):
    gita = apart(make_person, "gita")
    place = apart(wait_in, gita, cast.desk)
    record = apart(write, cast.amal, cast.desk)

    found = together(
        partial(closures.retire_team, cast.dana.scope, cast.desk, at=LATER),
        partial(admit, cast, gita, place),
        partial(rotation.begin_renewal, cast.sana.unlocked(), cast.desk, at=AT),
        lambda: [save_on(cast.amal, record) for _ in range(ROUNDS)],
        partial(
            members.end_membership_and_access,
            cast.amal.scope,
            cast.amal.place(cast.desk),
            None,
            at=LATER,
        ),
    )

    assert set(refusals(found)) <= {
        KeyNotReady,
        "team_not_ready",
        "membership_move_not_allowed",
        "team_move_not_allowed",
    }
    assert isinstance(found[0], Team)
    assert grants(cast.desk) == set()
    assert set(versions(cast.desk).values()) == {KeyState.RETIRED}
    assert not Membership.objects.live().filter(team=cast.desk).exists()
    must_verify()


def test_teams_that_send_to_each_other_do_not_deadlock(cast):
    found = together(
        lambda: again(partial(send, cast.amal, cast.desk, cast.shelter)),
        lambda: again(partial(send, cast.bela, cast.shelter, cast.desk)),
        lambda: again(partial(send, cast.sana, cast.desk, cast.shelter)),
    )

    assert refusals(found) == []
    assert Record.objects.filter(kind=Kind.PINS).count() == 2
    must_verify()


def test_teams_that_open_and_withdraw_crosswise_do_not_deadlock(cast):
    out = [apart(send, cast.amal, cast.desk, cast.shelter).manifest for _ in range(ROUNDS)]
    back = [apart(send, cast.bela, cast.shelter, cast.desk).manifest for _ in range(ROUNDS)]
    read_packet = partial(packets.open_packet, at=LATER)

    found = together(
        lambda: [read_packet(cast.bela.unlocked(), each, cast.shelter) for each in out[:4]],
        lambda: [read_packet(cast.amal.unlocked(), each, cast.desk) for each in back[:4]],
        lambda: [packets.withdraw(cast.sana.unlocked(), each, at=LATER) for each in out[4:]],
        lambda: [packets.withdraw(cast.noor.unlocked(), each, at=LATER) for each in back[4:]],
    )

    assert refusals(found) == []
    must_verify()


def test_parallel_withdrawals_withdraw_a_packet_once(cast):
    manifest = apart(send, cast.amal, cast.desk, cast.shelter).manifest

    found = together(*[partial(packets.withdraw, cast.amal.unlocked(), manifest, at=LATER)] * 3)

    assert refusals(found) == [RecordGone] * 2


def test_sending_while_the_receiver_renews_its_key_seals_for_the_newest_or_refuses(cast):
    def renew() -> None:
        for _ in range(3):
            rotation.begin_renewal(cast.bela.unlocked(), cast.shelter, at=AT)
            finish(cast.bela, cast.shelter)

    found = together(renew, *[partial(send, cast.amal, cast.desk, cast.shelter)] * 3)

    assert set(refusals(found)) <= {"pin_changed"}
    apart(finish, cast.bela, cast.shelter)
    for sent in found[1:]:
        if isinstance(sent, packets.SentPacket):
            given = cast.noor.unlocked()
            opened = apart(packets.open_packet, given, sent.manifest, cast.shelter, at=LATER)
            assert opened == SAID


def test_two_partners_compared_at_once_stand_in_one_list(cast):
    keys = [active_key(team.pk) for team in (cast.shelter, cast.far)]

    def compare(person: Person, key: TeamKey) -> None:
        words = " ".join(fingerprint.words(TeamPublicKey(bytes(key.public))))
        pins.compare_partner_key(person.unlocked(), cast.desk, key, words, at=AT)

    found = together(partial(compare, cast.amal, keys[0]), partial(compare, cast.sana, keys[1]))

    assert refusals(found) == []
    assert Record.objects.filter(kind=Kind.PINS).count() == 1
    for key in keys:
        assert pins.find_pin(cast.amal.unlocked(), cast.desk, key.team_id).compared


def test_guesses_that_come_at_once_are_counted_one_by_one(cast):
    sent = apart(send, cast.amal, cast.desk, None)

    def guess() -> None:
        code = LinkCode.generate().printed()
        packets.open_link(sent.manifest.packet_id, sent.link, code, at=LATER)

    found = together(*[guess] * (MAX_WRONG_CODES + 2))

    assert sorted(refusals(found), key=str) == sorted(
        [CodeWrong] * (MAX_WRONG_CODES - 1) + ["packet_closed"] * 3, key=str
    )
    assert not DekWrap.objects.filter(opener=Opener.LINK).exists()


def test_records_are_erased_while_their_key_is_renewed(cast):
    made = [apart(write, cast.amal, cast.desk) for _ in range(10)]
    apart(rotation.begin_renewal, cast.sana.unlocked(), cast.desk, at=AT)

    found = together(
        partial(finish, cast.sana, cast.desk),
        lambda: [
            erasure.erase_record(cast.amal.unlocked(), each, reason=erasure.PERSON_REASON, at=LATER)
            for each in made[::2]
        ],
    )

    assert refusals(found) == []
    apart(finish, cast.sana, cast.desk)
    assert versions(cast.desk) == {1: KeyState.RETIRED, 2: KeyState.ACTIVE}
    assert [read(cast.amal, record).document for record in made[1::2]] == [SAID] * 5
    assert not DekWrap.objects.filter(damaged_at__isnull=False).exists()


def test_restarts_in_two_organisations_do_not_deadlock(cast):
    for host, team in ((cast.bela, cast.shelter), (cast.chidi, cast.far)):
        for person in (cast.amal, cast.sana):
            place = apart(wait_in, person, team)
            apart(
                members.admit_to_team, host.scope, host.unlocked(), place, words=person.words, at=AT
            )

    found = together(
        *[
            partial(members.remove_access_of_user, each.pk, actor=None, at=AT)
            for each in (cast.amal, cast.sana)
        ]
    )

    assert refusals(found) == []
    held = {user for team in (cast.desk, cast.shelter, cast.far) for user, _ in grants(team)}
    assert held.isdisjoint({cast.amal.pk, cast.sana.pk})
