"""A server that lost its ledger, and an operator who compared nothing."""

from django.conf import settings

from protect.vault.integrity import ledger_rebuild
from tests.vault.cast import AT


def rebuild_uncompared() -> None:
    """Lose the ledger and write down whatever keys the database has now.

    What the ledger alone knows is believed from then on: pins and signatures must do.
    """
    settings.LEDGER.unlink(missing_ok=True)
    ledger_rebuild.rebuild_ledger(ledger_rebuild.find_unregistered_rows(), at=AT)
