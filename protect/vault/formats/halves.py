"""Two halves of a team's secret, for two recovery officers. Each alone is random bytes."""

from __future__ import annotations

from protect.vault.formats.secrets import Half, TeamSecret


def split(team: TeamSecret) -> tuple[Half, Half]:
    """Return two halves. Split anew for each pair of officers."""
    first = Half.make()
    return first, Half(_xor(first.reveal(), team.reveal()))


def join(first: Half, second: Half) -> TeamSecret:
    """Return the secret that two halves make: of the team only if its key says so."""
    return TeamSecret(_xor(first.reveal(), second.reveal()))


def _xor(one: bytes, two: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, two, strict=True))
