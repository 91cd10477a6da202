"""Whatever rows an attacker writes between the acts of a team: nothing is sealed to their keys.

And what the team wrote stays readable, or is refused with an error that names it; it is never an
older text, unless the audit shows that it was rewritten.
"""

from collections import Counter
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.http import Http404
from hypothesis import HealthCheck, Phase, settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from protect.audit import facts
from protect.kernel.errors import ProtectError
from protect.orgs.models import Team
from protect.vault.formats.secrets import TeamSecret
from protect.vault.models import Record, TeamKey, UserKey
from protect.vault.records import records
from protect.vault.rows import show_all_rows
from protect.vault.team_keys import members, rotation
from tests.audit.tampering import tamper
from tests.examples import examples
from tests.vault.adversary.database_writer import DatabaseWriter, forged_values
from tests.vault.cast import AT, Cast, Person, finish_kit, make_cast, make_person, wait_in, write
from tests.vault.role import make_role, working_as

RUNS, STEPS = examples(2), 20
HONEST = ("sana", "amal")  # supervisor and member of the desk
REFUSALS = (ProtectError, Http404, PermissionDenied)  # a page with words; anything else is a fault


class AnyRow(RuleBasedStateMachine):
    """A team of two works; between their acts the attacker writes whatever they like."""

    cast: Cast
    is_owner = False
    has_ledger = True
    done: Counter[str]  # of a whole run: what members did that was not refused

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.ledger = django_settings.LEDGER
        self.kept = self.ledger.read_bytes() if self.ledger.exists() else b""
        self.role = None
        if connection.vendor == "postgresql":
            self.rows = show_all_rows()
            self.rows.__enter__()
            if not self.is_owner:
                self.role = working_as(make_role())
        for name in HONEST:
            self.person(name).unlocked().team_secret(self.cast.desk.pk, 1)
        if self.role is not None:
            self.role.__enter__()
        self.writer = DatabaseWriter(is_ledger_lost=not self.has_ledger)
        self.texts: list[tuple[Record, list[int]]] = []  # what was acknowledged, oldest first
        self.secrets = self.honest_secrets()
        self.count = 0
        self.heads = facts.current_heads(at=AT)
        self.is_audit_rewritten = False

    def teardown(self) -> None:
        if self.role is not None:
            self.role.__exit__(None, None, None)
        if connection.vendor == "postgresql":
            self.rows.__exit__(None, None, None)
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)
        self.ledger.write_bytes(self.kept)

    def person(self, name: str) -> Person:
        return self.cast.people[name]

    def honest_secrets(self) -> list[TeamSecret]:
        """Return the secrets of the desk that its members hold now."""
        opened = []
        for version in TeamKey.objects.filter(team=self.cast.desk).values_list(
            "version", flat=True
        ):
            for name in HONEST:
                try:
                    opened.append(
                        self.person(name).unlocked().team_secret(self.cast.desk.pk, version)
                    )
                except ProtectError:
                    continue
        return opened

    def attempt(self, what: str, act: Any) -> Any:
        """Do what a member does; None where it is refused, and then nothing is kept."""
        try:
            with transaction.atomic():
                found = act()
        except REFUSALS:
            return None
        self.done[what] += 1
        return found

    # --- the team --------------------------------------------------------------------------------

    @initialize()
    def member_has_written(self) -> None:
        self.member_writes("amal")
        assert self.texts

    @rule(name=st.sampled_from(HONEST))
    def member_writes(self, name: str) -> None:
        self.count += 1
        desk, number = Team.objects.filter(pk=self.cast.desk.pk).first(), self.count
        if desk is None:
            return
        record = self.attempt(
            "write", lambda: write(self.person(name), desk, {"n": number}, "note")
        )
        if record is not None:
            self.texts.append((record, [number]))

    @precondition(lambda self: self.texts)
    @rule(data=st.data(), name=st.sampled_from(HONEST))
    def member_saves(self, data: st.DataObject, name: str) -> None:
        record, numbers = data.draw(st.sampled_from(self.texts))
        self.count += 1
        number, seen = self.count, len(numbers)
        unlocked = self.person(name).unlocked()
        saved = self.attempt(
            "save", lambda: records.save_record(unlocked, record, {"n": number}, seen=seen, at=AT)
        )
        if saved is not None:
            numbers.append(number)

    @rule(name=st.sampled_from(HONEST))
    def member_renews_the_key(self, name: str) -> None:
        team = Team.objects.filter(pk=self.cast.desk.pk).first()
        if team is not None:
            self.attempt(
                "renew", lambda: rotation.begin_renewal(self.person(name).unlocked(), team, at=AT)
            )
            self.secrets += self.honest_secrets()

    @rule(name=st.sampled_from(HONEST))
    def member_moves_what_is_due(self, name: str) -> None:
        team = Team.objects.filter(pk=self.cast.desk.pk).first()
        if team is not None:
            self.attempt(
                "move", lambda: rotation.continue_renewal(self.person(name).unlocked(), team, at=AT)
            )

    @precondition(lambda self: self.has_ledger)  # without it the first officers are believed
    @rule()
    def supervisor_finishes_the_kit(self) -> None:
        sana, team = self.person("sana"), Team.objects.filter(pk=self.cast.desk.pk).first()
        if team is not None:
            self.attempt("finish", lambda: finish_kit(sana, team))

    @rule()
    def supervisor_lets_a_new_colleague_in(self) -> None:
        self.count += 1
        guest, sana = make_person(f"guest{self.count}"), self.person("sana")

        def admit() -> None:
            place = wait_in(guest, Team.objects.get(pk=self.cast.desk.pk))
            members.admit_to_team(sana.scope, sana.unlocked(), place, words=guest.words, at=AT)

        if Team.objects.filter(pk=self.cast.desk.pk).exists():
            self.attempt("admit", admit)

    # --- the attacker ----------------------------------------------------------------------------

    @rule()
    def attacker_copies_every_row(self) -> None:
        self.writer.copy_rows()

    @precondition(lambda self: self.writer.copies)
    @rule(data=st.data())
    def attacker_puts_rows_back(self, data: st.DataObject) -> None:
        for row in data.draw(st.lists(st.sampled_from(self.writer.copies), max_size=6)):
            self.writer.put_back(row)
        self.writer.let_ledger_be_rebuilt()

    @rule(data=st.data())
    def attacker_deletes_rows(self, data: st.DataObject) -> None:
        for row in data.draw(st.lists(st.sampled_from(self.writer.rows()), max_size=2)):
            self.writer.delete(row)
        self.writer.let_ledger_be_rebuilt()

    @rule(data=st.data())
    def attacker_overwrites_a_column(self, data: st.DataObject) -> None:
        row = data.draw(st.sampled_from(self.writer.rows()))
        names = [each.attname for each in row._meta.concrete_fields if not each.primary_key]
        name = data.draw(st.sampled_from(names))
        others = [getattr(each, name) for each in type(row)._default_manager.order_by("pk")]
        value = data.draw(st.sampled_from([*others, *forged_values(self.writer, AT).get(name, [])]))
        self.writer.overwrite(row, name, value)
        self.writer.let_ledger_be_rebuilt()

    @rule(attack=st.sampled_from(("version", "member", "team", "user", "officer", "turn_back")))
    def attacker_does_what_was_shown(self, attack: str) -> None:
        desk, writer = self.cast.desk, self.writer
        acts = {
            "version": lambda: writer.insert_team_version(desk),
            "member": lambda: writer.insert_member(desk, self.outsider()),
            "team": lambda: writer.replace_team_public(desk),
            "user": lambda: writer.replace_user_public(self.person("amal").pk),
            "officer": lambda: [writer.replace_officer(self.cast.office, slot) for slot in (1, 2)],
            "turn_back": lambda: [writer.turn_back(record) for record, _ in self.texts],
        }
        self.act_as_writer(acts[attack])

    @precondition(lambda self: self.is_owner)
    @rule()
    def owner_rewrites_the_audit(self) -> None:
        tamper("DELETE FROM audit_entry WHERE state IS NOT NULL")
        self.is_audit_rewritten = True

    def act_as_writer(self, act: Any) -> None:
        try:
            with transaction.atomic():
                act()
        except Exception:  # noqa: BLE001 - the rows are not there, or a constraint held
            pass

    def outsider(self) -> UserKey:
        """Return a key of the attacker's own, for somebody of another organisation."""
        chidi = self.person("chidi")
        if not any(user == chidi.pk for user, _ in self.writer.users):
            self.writer.users.append((chidi.pk, chidi.secret))
        return UserKey.objects.filter(user=chidi.pk).latest("version")

    # --- what is always true ---------------------------------------------------------------------

    @invariant()
    def attacker_opens_no_secret_and_no_text_of_the_team(self) -> None:
        opened = self.writer.secrets_opened()
        assert not any(secret == honest for secret in opened for honest in self.secrets)
        mine = [self.writer.forged_team, *(key for _, _, key in self.writer.teams), *opened]
        assert self.writer.documents_opened(mine) == []

    @invariant()
    def members_read_what_was_saved_last_or_are_refused(self) -> None:
        for record, numbers in self.texts[-3:]:
            for name in HONEST:
                opened = self.attempt(
                    "read",
                    lambda name=name, record=record: records.read(
                        self.person(name).unlocked(), record
                    ),
                )
                if opened is None or opened.document == {"n": numbers[-1]}:
                    continue
                assert self.is_audit_rewritten, "an older text, and the audit is as it was"
                broken = [
                    each for each in facts.verify_chains(at=AT, heads=self.heads) if each.broken
                ]
                assert broken


@pytest.mark.hypothesis
@pytest.mark.django_db
@pytest.mark.parametrize("is_owner", [False, True], ids=["application", "owner"])
@pytest.mark.parametrize("has_ledger", [True, False], ids=["ledger", "rebuilt"])
def test_nothing_is_sealed_to_or_opened_for_a_key_outside_the_team(is_owner, has_ledger):
    AnyRow.cast, AnyRow.is_owner, AnyRow.has_ledger = make_cast(), is_owner, has_ledger
    AnyRow.done = Counter()
    run_state_machine_as_test(
        AnyRow,
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.explicit, Phase.reuse, Phase.generate),  # shrinking takes many minutes
        ),
    )
    # A team that is refused whatever it does would prove nothing.
    assert AnyRow.done["read"] > AnyRow.done["write"] >= RUNS, AnyRow.done
