"""Whether a certificate counts, by the keys and lists of this installation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from protect.trainings.badges import Verdict, verify
from protect.trainings.badges.verdicts import Reason
from protect.trainings.badges.verifying import issuer_of
from protect.trainings.models import StatusList
from protect.vault.badges import has_unconfirmed_key, is_name_here, keys_under


def judged(document: Mapping[str, Any], *, at: datetime) -> Verdict:
    """Return the verdict on a document that somebody brings. Errors: ContextChanged.

    A certificate whose key the ledger does not know is not called forged: it cannot be checked.
    """
    controller = issuer_of(document)
    lists = StatusList.objects.filter(document__issuer=controller).order_by("pk")
    documents = list(lists.values_list("document", flat=True))
    verdict = verify(document, documents, keys_under(controller), at=at, is_here=is_name_here)
    lacks_key = not {Reason.ISSUER, Reason.KEY}.isdisjoint(verdict.reasons)
    if lacks_key and has_unconfirmed_key(controller):
        return Verdict(verdict.state, (Reason.UNCHECKED,))
    return verdict
