"""A form that books. Its own page alone shows conflicts with names."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError
from protect.trainings.base.fields import REASON_LENGTH
from protect.trainings.scheduling import labels
from protect.trainings.scheduling.errors import Clashing
from protect.trainings.scheduling.models import Resource
from protect.ui.forms import DeskForm


class ClashForm(DeskForm):
    """A form that books a resource; a warning makes it require a reason."""

    mended_at = {"trainings_clash_needs_reason": "reason"}
    reason = forms.CharField(
        # Translators: why something is booked although something speaks against it.
        label=_("Why all the same"),
        help_text=_("Only if something speaks against it."),
        required=False,
        max_length=REASON_LENGTH,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )

    def text_of(self, error: ProtectError) -> str:
        if not isinstance(error, Clashing):
            return super().text_of(error)
        rows = Resource.objects.filter(pk__in={about for _code, about in error.conflicts})
        names = dict(rows.order_by("pk").values_list("pk", "name"))
        return error.saying(labels.findings(error.conflicts, names))
