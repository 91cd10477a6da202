"""Packets on their way between the teams of the cast."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from protect.orgs.models import Team
from protect.referrals import packets
from protect.referrals.packets import Packet
from protect.vault.formats import fingerprint
from protect.vault.formats.secrets import TeamPublicKey
from protect.vault.models import DekWrap
from protect.vault.sessions.unlocked import active_key
from protect.vault.team_keys import pins, rotation
from tests.vault.cast import (
    AT,
    LATER,
    SAID,
)

CAST_IS_KEPT = True
EXPIRES = AT + timedelta(days=30)
CONSENT = uuid4()
REASON = "urgent"


def packet_for(team: Team | None, **changes) -> Packet:
    key = active_key(team.pk) if team else None
    made = Packet(
        fields=SAID,
        consent=CONSENT,
        scope=frozenset({"contact", "needs"}),
        expires=EXPIRES,
        to_team=team.pk if team else None,
        to_version=key.version if key else None,
    )
    return replace(made, **changes)


def send(cast, packet=None, *, reason=REASON, sender=None) -> packets.SentPacket:
    made = packet or packet_for(cast.shelter)
    return packets.seal_packet(
        cast.amal.unlocked(), made, sender or cast.desk, at=AT, uncompared_reason=reason
    )


def compare(cast) -> None:
    key = active_key(cast.shelter.pk)
    words = " ".join(fingerprint.words(TeamPublicKey(bytes(key.public))))
    pins.compare_partner_key(cast.amal.unlocked(), cast.desk, key, words, at=AT)


def read(person, manifest, team, at=LATER):
    return packets.open_packet(person.unlocked(), manifest, team, at=at)


def wrap_of(manifest, team=None) -> DekWrap:
    return DekWrap.objects.get(record=manifest.packet, team=team)


def renew(person, team) -> None:
    rotation.begin_renewal(person.unlocked(), team, at=AT)
    rotation.continue_renewal(person.unlocked(), team, at=AT)
