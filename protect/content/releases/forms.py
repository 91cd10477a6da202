from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from protect.kernel import errors
from protect.ui.forms import DeskForm


class ReleaseForm(DeskForm):
    """The confirmation of a release after a look at its changes."""

    seen = forms.CharField(widget=forms.HiddenInput)  # digest of the previews
    # Translators: a box to tick before pages or sentences are taken off the public site.
    accepts_loss = forms.BooleanField(label=_("I have read what is taken off, and it shall be so"))

    def __init__(self, *args: Any, takes_off: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not takes_off:
            del self.fields["accepts_loss"]

    def field_of(self, error: errors.ProtectError) -> str | None:
        if error.code == "content_release_changed":  # the page shows the changes of now
            self.data = {"seen": self.initial["seen"]}
        return super().field_of(error)
