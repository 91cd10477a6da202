"""Two halves of a team's secret, for two recovery officers. Each alone is random bytes."""

from __future__ import annotations

from protect.vault.formats.errors import Forged
from protect.vault.formats.secrets import Half, TeamPublic, TeamSecret


def split(team: TeamSecret) -> tuple[Half, Half]:
    """Return two halves. Split anew for each pair of officers."""
    first = Half.make()
    return first, Half(_xor(first.reveal(), team.reveal()))


def join(first: Half, second: Half, public: TeamPublic) -> TeamSecret:
    """Return the team's secret. Errors: Forged, when the halves do not belong to this key."""
    team = TeamSecret(_xor(first.reveal(), second.reveal()))
    if team.public() != public:
        raise Forged("halves of another key")
    return team


def _xor(one: bytes, two: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, two, strict=True))
