"""Whatever two teams and four people do, in any order: who may read reads, and nobody else."""

from itertools import product
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from protect.audit import facts
from protect.orgs import actions as orgs
from protect.orgs.enums import MembershipState, TeamState
from protect.orgs.models import Membership
from protect.referrals import packets
from protect.vault.enums import KeyState
from protect.vault.errors import KeyNotReady
from protect.vault.formats.errors import Damaged
from protect.vault.models import DekWrap, Record, RecoveryHalf, TeamGrant
from protect.vault.records import records
from protect.vault.sessions.unlocked import active_key
from protect.vault.team_keys import closures, members, recovery_kit, rotation
from tests.vault import cast
from tests.vault.cast import AT, LATER, finish_kit, found, grants, new_team, renew, versions, write
from tests.vault.keys_world import (
    CONSENTS,
    NAMES,
    RUNS,
    STEPS,
    TEAMS,
    Kept,
    Side,
    World,
    make_world,
    must_be_over,
    must_be_told,
    packet_for,
    try_packet,
    unwrap,
    use_copy_of_ledger,
)


class Keys(RuleBasedStateMachine):
    world: World  # set by the test

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        use_copy_of_ledger(self.world)
        self.people = self.world.copies_of_people()
        self.closed: set[str] = set()
        offices = self.world.offices
        self.sides = {code: Side(new_team(offices[code], f"Demo {code}")) for code in TEAMS}
        self.packets: list[tuple[Kept, str, str]] = []
        self.count = 0

    def teardown(self) -> None:
        try:
            assert [each for each in facts.verify_chains(at=LATER) if each.broken] == []
        finally:
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    # --- who could do what ----------------------------------------------------------------------

    def acting(self, code: str) -> list[str]:
        """Return the members of a team who can sign in."""
        return sorted(self.sides[code].members - self.closed)

    def pairs(self, state: str) -> list[tuple[str, str]]:
        """Return team and person for everybody in that state who can sign in."""
        return [
            (code, name)
            for code, side in self.sides.items()
            for name in sorted(getattr(side, state) - self.closed)
        ]

    def outside(self) -> list[tuple[str, str]]:
        return [
            (code, name)
            for code, name in product(TEAMS, sorted(set(NAMES) - self.closed))
            if name not in self.sides[code].members | self.sides[code].waiting
        ]

    def admissions(self) -> list[tuple[str, str, str]]:
        return [
            (code, by, name) for code, name in self.pairs("waiting") for by in self.acting(code)
        ]

    def written(self) -> list[tuple[str, str, Kept]]:
        return [
            (code, by, kept)
            for code, by in self.pairs("members")
            for kept in self.sides[code].records
        ]

    def sent(self) -> list[tuple[Kept, str]]:
        return [
            (kept, by)
            for kept, sender, _ in self.packets
            if not kept.is_withdrawn
            for by in self.acting(sender)
        ]

    # --- what they do ---------------------------------------------------------------------------

    @initialize(names=st.permutations(NAMES), colleagues=st.integers(0, 3))
    def begin(self, names: list[str], colleagues: int) -> None:
        for code, name in zip(TEAMS, names, strict=False):
            side, founder = self.sides[code], self.people[name]
            found(side.team, founder)
            finish_kit(founder, side.team)
            side.members.add(name)
            side.admitted.add(name)
            self.write_for(code, name)
            for other in [each for each in names if each != name][:colleagues]:
                self.join(code, other)
                self.let_in(code, name, other)

    @precondition(outside)
    @rule(data=st.data())
    def somebody_is_invited(self, data: st.DataObject) -> None:
        self.join(*data.draw(st.sampled_from(self.outside())))

    @precondition(admissions)
    @rule(data=st.data())
    def somebody_is_let_in(self, data: st.DataObject) -> None:
        self.let_in(*data.draw(st.sampled_from(self.admissions())))

    @precondition(lambda self: self.pairs("members") + self.pairs("waiting"))
    @rule(data=st.data(), how=st.sampled_from(("alone", "holder", "admin")))
    def somebody_leaves(self, data: st.DataObject, how: str) -> None:
        here = self.pairs("members") + self.pairs("waiting")
        code, name = data.draw(st.sampled_from(here))
        side, person = self.sides[code], self.people[name]
        others = [each for each in self.acting(code) if each != name]
        by, given = person, None
        if how == "holder" and others:
            by = self.people[data.draw(st.sampled_from(others))]
            given = by.unlocked()
        elif how == "admin":
            by = self.world.admins[code]
        self.note_secrets(side, name)
        members.end_membership_and_access(by.scope, person.place(side.team), given, at=AT)
        knew = name in side.admitted  # who lost the key and waits may have known it, too
        for names in (side.members, side.waiting, side.admitted):
            names.discard(name)
        if knew and given is not None:
            self.renewed(side)

    @precondition(lambda self: self.pairs("members"))
    @rule(data=st.data(), leaves=st.booleans())
    def a_renewal_begins(self, data: st.DataObject, leaves: bool) -> None:
        code, name = data.draw(st.sampled_from(self.pairs("members")))
        rotation.begin_renewal(self.people[name].unlocked(), self.sides[code].team, at=AT)
        self.renewed(self.sides[code])
        if leaves:
            self.somebody_leaves(data, "alone")

    @precondition(lambda self: self.pairs("members"))
    @rule(data=st.data(), limit=st.sampled_from((1, 3, 50)))
    def a_renewal_goes_on(self, data: st.DataObject, limit: int) -> None:
        code, name = data.draw(st.sampled_from(self.pairs("members")))
        side = self.sides[code]
        before = max(versions(side.team))
        unlocked = self.people[name].unlocked()
        done = rotation.continue_renewal(unlocked, side.team, at=AT, limit=limit)
        newest = max(versions(side.team))
        if newest > before:
            self.renewed(side)
        assert done.done <= limit
        if done.left == 0:
            assert set(versions(side.team).values()) <= {KeyState.RETIRED, KeyState.ACTIVE}
            assert not self.is_due(side)

    @precondition(lambda self: self.pairs("members"))
    @rule(data=st.data())
    def somebody_writes(self, data: st.DataObject) -> None:
        self.write_for(*data.draw(st.sampled_from(self.pairs("members"))))

    @precondition(written)
    @rule(data=st.data())
    def somebody_saves(self, data: st.DataObject) -> None:
        _, by, kept = data.draw(st.sampled_from(self.written()))
        kept.number = self.next()
        seen = Record.objects.get(pk=kept.row.pk).version
        given = self.people[by].unlocked()
        records.save_record(given, kept.row, {"n": kept.number}, seen=seen, at=AT)

    @precondition(written)
    @rule(data=st.data())
    def somebody_opens(self, data: st.DataObject) -> None:
        _, by, kept = data.draw(st.sampled_from(self.written()))
        opened = records.open_record(self.people[by].unlocked(), kept.row, at=AT)
        assert opened.document == {"n": kept.number}

    @precondition(lambda self: self.pairs("members"))
    @rule(data=st.data(), consent=st.sampled_from(CONSENTS))
    def something_is_sent(self, data: st.DataObject, consent: UUID) -> None:
        sender, by = data.draw(st.sampled_from(self.pairs("members")))
        receiver = next(code for code in TEAMS if code != sender)
        key, number = active_key(self.sides[receiver].team.pk), self.next()
        sent = packets.seal_packet(
            self.people[by].unlocked(),
            packet_for(key, number, consent),
            self.sides[sender].team,
            at=AT,
            uncompared_reason="practice",
        )
        kept = Kept(sent.manifest, number, consent=consent)
        self.packets.append((kept, sender, receiver))

    @precondition(sent)
    @rule(data=st.data())
    def something_is_taken_back(self, data: st.DataObject) -> None:
        kept, by = data.draw(st.sampled_from(self.sent()))
        packets.withdraw(self.people[by].unlocked(), kept.row, at=AT)
        kept.is_withdrawn = True

    @rule(data=st.data(), consent=st.sampled_from(CONSENTS))
    def a_consent_is_withdrawn(self, data: st.DataObject, consent: UUID) -> None:
        for kept, by in data.draw(st.permutations(self.sent())):
            if kept.consent == consent and not kept.is_withdrawn:
                packets.withdraw(self.people[by].unlocked(), kept.row, at=AT)
                kept.is_withdrawn = True

    @precondition(lambda self: self.pairs("members"))
    @rule(data=st.data())
    def somebody_forgets_everything(self, data: st.DataObject) -> None:
        _, name = data.draw(st.sampled_from(self.pairs("members")))
        for side in self.sides.values():
            self.note_secrets(side, name)
        members.remove_access_of_user(self.people[name].pk, actor=None, at=AT)
        renew(self.people[name])
        for side in self.sides.values():
            if name in side.members:
                side.members.discard(name)
                side.waiting.add(name)

    @precondition(lambda self: self.pairs("waiting"))
    @rule(data=st.data(), pair=st.sampled_from(recovery_kit.OFFICER_PAIRS))
    def two_officers_restore(self, data: st.DataObject, pair: tuple[int, int]) -> None:
        code, name = data.draw(st.sampled_from(self.pairs("waiting")))
        side, person = self.sides[code], self.people[name]
        typed = {slot: self.world.codes[code][slot] for slot in pair}
        members.restore_team(person.unlocked(), person.place(side.team), typed, at=AT)
        side.waiting.discard(name)
        side.members.add(name)
        side.admitted.add(name)
        self.renewed(side)

    @precondition(lambda self: len(self.closed) < 2)
    @rule(data=st.data())
    def an_account_is_closed(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(set(NAMES) - self.closed)))
        closures.suspend_user(self.world.operator.scope, self.people[name].user, at=AT)
        self.closed.add(name)

    @precondition(lambda self: self.closed)
    @rule(data=st.data())
    def an_account_opens_again(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.closed)))
        orgs.reactivate_user(self.world.operator.scope, self.people[name].user, at=AT)
        self.closed.discard(name)

    # --- what is always true --------------------------------------------------------------------

    @invariant()
    def members_hold_every_living_version_and_nobody_holds_any_other(self) -> None:
        for side in self.sides.values():
            living = [v for v, state in versions(side.team).items() if state != KeyState.RETIRED]
            pks = {self.people[name].pk for name in side.members}
            assert grants(side.team) == set(product(pks, living))
            assert TeamGrant.objects.filter(team_key__team=side.team).count() == len(pks) * len(
                living
            )
            halves = RecoveryHalf.objects.filter(team_key__team=side.team)
            assert halves.count() == 6 * len(living)

    @invariant()
    def places_are_as_they_should_be(self) -> None:
        for side in self.sides.values():
            rows = Membership.objects.live().filter(team=side.team).order_by("pk")
            expected = {self.people[name].pk: MembershipState.ACTIVE for name in side.members}
            expected |= {self.people[name].pk: MembershipState.PENDING for name in side.waiting}
            assert dict(rows.values_list("user", "state")) == expected

    @invariant()
    def one_version_seals_and_what_has_retired_opens_nothing(self) -> None:
        for side in self.sides.values():
            states = versions(side.team)
            if not states:
                continue
            assert [v for v, state in states.items() if state == KeyState.ACTIVE] == [max(states)]
            retired = [v for v, state in states.items() if state == KeyState.RETIRED]
            old = DekWrap.objects.filter(team=side.team, team_version__in=retired)
            assert not old.exists()
            assert not DekWrap.objects.filter(damaged_at__isnull=False).exists()

    @invariant()
    def members_read_the_newest_and_nobody_else_does(self) -> None:
        for side in self.sides.values():
            for kept in side.records[-1:]:
                for name, person in self.people.items():
                    if name in side.members:
                        opened = records.read(person.unlocked(), kept.row)
                        assert opened.document == {"n": kept.number}
                    else:
                        with pytest.raises(KeyNotReady):
                            records.read(person.unlocked(), kept.row)

    @invariant()
    def packets_open_for_both_teams_until_they_are_taken_back(self) -> None:
        for kept, *codes in self.packets[-2:]:
            for code, (name, person) in product(codes, self.people.items()):
                try_packet(kept, self.sides[code], name, person)

    @invariant()
    def a_consent_ends_with_its_time_and_both_teams_are_told_of_it(self) -> None:
        for kept, *codes in self.packets[-2:]:
            sides = [self.sides[code] for code in codes]
            must_be_told(kept, sides)
            for side, person in product(sides, self.people.values()):
                must_be_over(kept, side, person)

    @invariant()
    def whoever_went_knows_no_key_once_nothing_is_due(self) -> None:
        for side in self.sides.values():
            if not side.taken or self.is_due(side):
                continue
            rows = DekWrap.objects.filter(team=side.team).select_related("record").order_by("pk")
            for row, (secret, _) in product(rows, side.taken[-4:]):
                with pytest.raises(Damaged):
                    unwrap(row, secret)

    # --- in other words -------------------------------------------------------------------------

    def next(self) -> int:
        self.count += 1
        return self.count

    def write_for(self, code: str, name: str) -> None:
        side, number = self.sides[code], self.next()
        side.records.append(Kept(write(self.people[name], side.team, {"n": number}), number))

    def join(self, code: str, name: str) -> None:
        cast.wait_in(self.people[name], self.sides[code].team, "supervisor")
        self.sides[code].waiting.add(name)

    def let_in(self, code: str, by: str, name: str) -> None:
        side, host, guest = self.sides[code], self.people[by], self.people[name]
        place = guest.place(side.team)
        members.admit_to_team(host.scope, host.unlocked(), place, words=guest.words, at=AT)
        side.waiting.discard(name)
        side.members.add(name)
        side.admitted.add(name)

    def renewed(self, side: Side) -> None:
        """Whose account is closed is not given the next version: they wait."""
        gone = side.members & self.closed
        side.members -= gone
        side.waiting |= gone

    def note_secrets(self, side: Side, name: str) -> None:
        """Keep what somebody knows who is about to go."""
        if name not in side.members:
            return
        unlocked = self.people[name].unlocked()
        for version, state in versions(side.team).items():
            if state != KeyState.RETIRED:
                side.taken.append((unlocked.team_secret(side.team.pk, version), version))

    def is_due(self, side: Side) -> bool:
        side.team.refresh_from_db()
        due = rotation.is_renewal_due(side.team)
        assert due or side.team.state in {TeamState.ACTIVE, TeamState.NO_KEY}
        return due


@pytest.mark.hypothesis
@pytest.mark.django_db
def test_who_may_read_reads_and_nobody_else_whatever_they_do():
    Keys.world = make_world()
    patient = settings(deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(
        Keys, settings=settings(patient, max_examples=RUNS, stateful_step_count=STEPS)
    )
