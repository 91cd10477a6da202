"""What can be wrong with a chain."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Fault(models.TextChoices):
    """How a chain differs from what was written. Only the first fault found is reported."""

    # Translators: what a check of the audit record found wrong at one entry.
    GAP = "gap", _("the entry before it is missing")
    # Translators: what a check of the audit record found wrong at one entry.
    LINK = "link", _("it does not continue the entry before it")
    # Translators: what a check of the audit record found wrong at one entry.
    CONTENT = "content", _("its fields were changed")
    # Translators: what a check of the audit record found wrong at its last entry.
    END = "end", _("the record does not end where its head says")
    # Translators: what a check of the audit record found: old months were removed by somebody else.
    ANCHOR = "anchor", _("earlier entries were removed without a checkpoint")
    # Translators: what a check of the audit record found: months were removed before their time.
    EARLY = "early", _("entries were removed before their time")
    # Translators: a head is the last entry as it was noted at an earlier day.
    SHORT = "short", _("an earlier head names an entry that is gone")
    # Translators: a head is the last entry as it was noted at an earlier day.
    FORKED = "forked", _("an earlier head names another entry at this number")
