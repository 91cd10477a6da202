"""Whether a certificate counts, by the keys and lists of this installation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from protect.trainings.badges import Verdict, verify
from protect.trainings.badges.verifying import issuer_of
from protect.trainings.models import StatusList
from protect.vault.badges import is_name_here, keys_under


def judged(document: Mapping[str, Any], *, at: datetime) -> Verdict:
    """Return the verdict on a document that somebody brings. Errors: ContextChanged."""
    controller = issuer_of(document)
    lists = StatusList.objects.filter(document__issuer=controller).order_by("pk")
    documents = list(lists.values_list("document", flat=True))
    return verify(document, documents, keys_under(controller), at=at, is_here=is_name_here)
