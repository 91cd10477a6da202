"""What waits at the desk's home for moderators and editors: reports, and pairs of entries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from protect.directory import access, report_labels
from protect.directory.enums import PairState
from protect.directory.models import Correction, DuplicatePair
from protect.orgs.scope import Scope

SHOWN = 5  # rows of a panel


def panels(scope: Scope) -> Iterator[dict[str, Any]]:
    """Yield reports that nobody has judged, and pairs about which nobody has decided."""
    reports = access.corrections_of(scope).new()
    first = list(reports.new_first().select_related("service")[:SHOWN])
    if first:
        yield {
            # Translators: heading: what people say is wrong about services.
            "title": _("Reports to judge"),
            "rows": [_report(each) for each in first],
            "count": reports.count(),
            "more": reverse("directory:correction_list"),
        }
    pairs = access.pairs_of(scope).filter(state=PairState.PROPOSED)
    likeliest = list(pairs.select_related("first", "second").order_by("-score", "pk")[:SHOWN])
    if likeliest:
        yield {
            # Translators: heading: entries of the directory that may be the same service.
            "title": _("Perhaps one service"),
            "rows": [_pair(each) for each in likeliest],
            "count": pairs.count(),
            "more": reverse("directory:pair_list"),
        }


def _report(each: Correction) -> dict[str, Any]:
    return {
        "text": each.service.name,
        "detail": " · ".join(report_labels.what_of(each.facts)),
        "url": reverse("directory:correction", args=[each.pk]),
        # Translators: a button: look at a report and say whether it is right.
        "verb": _("Judge"),
        "group": "soon",
    }


def _pair(each: DuplicatePair) -> dict[str, Any]:
    return {
        "text": each.first.name,
        "detail": each.second.name,
        "url": reverse("directory:pair", args=[each.pk]),
        # Translators: a button: look at two entries.
        "verb": _("Look"),
        "group": "soon",
    }
