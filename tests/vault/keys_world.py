"""The two teams and four people of the machine of keys and consents."""

import shutil
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import transaction

from protect.audit.models import Entry
from protect.orgs.models import Organisation, Team
from protect.referrals import packets
from protect.referrals.packets import Packet
from protect.vault.errors import KeyNotReady, RecordGone
from protect.vault.formats import wraps
from protect.vault.formats.secrets import TeamSecret
from protect.vault.models import DekWrap, Manifest, TeamKey
from protect.vault.records.records import wrap_context
from tests.examples import examples
from tests.orgs.conftest import make_organisation
from tests.vault.cast import (
    AT,
    LATER,
    Person,
    appoint_officers,
    make_person,
    serve,
)

NAMES = ("amal", "sana", "bela", "noor")
TEAMS = ("desk", "shelter")
CONSENTS = (UUID(int=1), UUID(int=2))  # what one person agreed to, and another
EXPIRES = LATER + timedelta(days=1)  # of every packet
RUNS, STEPS = examples(3), 16


@dataclass
class World:
    """What stands before the first step, the same for every run."""

    people: dict[str, Person]
    admins: dict[str, Person]
    operator: Person
    offices: dict[str, Organisation]
    codes: dict[str, dict[int, str]]
    ledger: Path  # that knows their keys

    def copies_of_people(self) -> dict[str, Person]:
        """Return the people as the database has them now, for one run."""
        copies = {}
        for name, person in self.people.items():
            person.user.refresh_from_db()
            copies[name] = Person(person.user, person.secret, person.version)
        return copies


@dataclass
class Kept:
    """A record or packet, and what it says."""

    row: Any
    number: int
    is_withdrawn: bool = False
    consent: UUID | None = None  # of a packet


@dataclass
class Side:
    """What should be true of a team."""

    team: Team
    waiting: set[str] = field(default_factory=set)
    members: set[str] = field(default_factory=set)
    admitted: set[str] = field(default_factory=set)  # to their place, also before they forgot all
    records: list[Kept] = field(default_factory=list)
    taken: list[tuple[TeamSecret, int]] = field(default_factory=list)  # by those who went


def unwrap(row: DekWrap, secret: TeamSecret) -> None:
    """Open a wrap with a team's secret. Errors: Damaged."""
    bound = wrap_context(row.record, row.version, row.team_id, row.team_version)
    wraps.unwrap_dek(bytes(row.wrap), secret, bound)


def packet_for(key: TeamKey, number: int, consent: UUID) -> Packet:
    """Return what one team tells another about somebody who agreed to it."""
    return Packet(
        fields={"n": number},
        consent=consent,
        scope=frozenset({"contact"}),
        expires=EXPIRES,
        to_team=key.team_id,
        to_version=key.version,
    )


def try_packet(kept: Kept, side: Side, name: str, person: Person) -> None:
    """Open a packet as somebody; fail where what they meet is not what they should meet."""
    manifest = Manifest.objects.get(pk=kept.row.pk)
    given = person.unlocked()
    if kept.is_withdrawn:
        with pytest.raises(RecordGone), transaction.atomic():
            packets.open_packet(given, manifest, side.team, at=AT)
    elif name in side.members:
        opened = packets.open_packet(given, manifest, side.team, at=AT)
        assert opened == {"n": kept.number}
    else:
        with pytest.raises(KeyNotReady), transaction.atomic():
            packets.open_packet(given, manifest, side.team, at=AT)


def must_be_over(kept: Kept, side: Side, person: Person) -> None:
    """Nobody opens a packet when the time of its consent has come."""
    with pytest.raises(RecordGone), transaction.atomic():
        packets.open_packet(person.unlocked(), kept.row, side.team, at=EXPIRES)


def must_be_told(kept: Kept, sides: list[Side]) -> None:
    """Both organisations read in the audit under which consent a packet went, and that it ended."""
    told = Entry.objects.of_target(f"packet:{kept.row.packet_id}").order_by()
    assert set(told.values_list("consent", flat=True)) == {kept.consent}
    assert told.filter(action="vault.send").count() == 1
    ended = told.filter(action__in=("vault.withdraw", "vault.withdrawn"))
    organisations = {each.team.organisation_id for each in sides} if kept.is_withdrawn else set()
    assert set(ended.values_list("organisation", flat=True)) == organisations


def make_world() -> World:
    offices = {"desk": make_organisation("Demo office"), "shelter": make_organisation("Demo two")}
    admins = {code: make_person(f"admin-{code}") for code in TEAMS}
    codes = {}
    for code in TEAMS:
        serve(admins[code], offices[code], "organisation_admin")
        codes[code] = appoint_officers(admins[code].scope, offices[code])
    operator = make_person("operator")
    serve(operator, offices["desk"], "operator")
    people = {name: make_person(name) for name in NAMES}
    return World(people, admins, operator, offices, codes, settings.LEDGER)


def use_copy_of_ledger(world: World) -> None:
    """Go on with what the world wrote: a run rolls the database back, and no ledger."""
    settings.LEDGER = world.ledger.with_name(f"{uuid4()}.jsonl")
    shutil.copy(world.ledger, settings.LEDGER)
