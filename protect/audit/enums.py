from django.db import models
from django.utils.translation import gettext_lazy as _


class Fault(models.TextChoices):
    """A way in which a stored audit chain differs from the one written; checks report the first."""

    # Translators, of each below: what a check of the audit record found wrong at one entry.
    GAP = "gap", _("the entry before it is missing")
    LINK = "link", _("it does not continue the entry before it")
    CONTENT = "content", _("its fields were changed")
    END = "end", _("the record does not end with the entry that was noted as its last")  # the end
    ANCHOR = "anchor", _("earlier entries were removed without a checkpoint")  # old months
    EARLY = "early", _("entries were deleted before their retention period ended")  # months
    # Translators, of each below: a head is the last entry as it was noted at an earlier day.
    SHORT = "short", _("an entry that was noted earlier as the last one is missing")
    FORKED = (
        "forked",
        _("an entry that was noted earlier as the last one has been replaced by another"),
    )
