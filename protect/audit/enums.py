"""Faults that a check of an audit chain can find."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Fault(models.TextChoices):
    """How a stored chain differs from the chain that was written.
    Only the first fault found is reported."""

    # Translators, of each below: what a check of the audit record found wrong at one entry.
    GAP = "gap", _("the entry before it is missing")
    LINK = "link", _("it does not continue the entry before it")
    CONTENT = "content", _("its fields were changed")
    END = "end", _("the chain does not end where its head says")  # at its last entry
    ANCHOR = "anchor", _("earlier entries were removed without a checkpoint")  # old months
    EARLY = "early", _("entries were removed before their time")  # months
    # Translators, of each below: a head is the last entry as it was noted at an earlier day.
    SHORT = "short", _("an earlier head names an entry that is gone")
    FORKED = "forked", _("an earlier head names another entry at this number")
