"""The version of the directory: a number that grows with every change."""

from __future__ import annotations

from protect.directory.models import DirectoryVersion


def touch() -> int:
    """Lock the directory's version, raise it and return it.

    Call it inside the transaction that changes the directory: readers then see changes in the
    order in which they were committed.
    Errors: TransactionManagementError outside a transaction.
    """
    version, _ = DirectoryVersion.objects.select_for_update().get_or_create(pk=1)
    version.number += 1
    version.save(update_fields=["number"])
    return version.number
