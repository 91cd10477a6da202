"""What one team sends another, or a link: kept apart, so that the core is read without it.
This is the door: other packages import these names, and nothing below this folder imports from it.
Pages compare partners' keys through `partners` and `pins`."""

from __future__ import annotations

from protect.vault.packets.exchange import (
    MISSES,
    Packet,
    Sent,
    open_link,
    open_packet,
    seal_packet,
    withdraw,
)

__all__ = ["MISSES", "Packet", "Sent", "open_link", "open_packet", "seal_packet", "withdraw"]
