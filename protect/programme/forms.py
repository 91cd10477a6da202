"""The form of an enquiry. Its words, also of its errors, are released texts of the site."""

from typing import Any

from django import forms

from protect.programme.actions import SentForm
from protect.programme.enums import EnquiryKind
from protect.reference import formats, vocabulary

MIN_MESSAGE, MAX_MESSAGE = 10, 2000  # characters
FORM_ERROR = "form"  # key of the error of a form that is too old or that this site did not make


class EnquiryForm(forms.Form):
    sent_key = forms.UUIDField()
    country = forms.ChoiceField()
    organisation = forms.CharField(max_length=160)
    reply_to = forms.EmailField(max_length=254)
    message = forms.CharField(min_length=MIN_MESSAGE, max_length=MAX_MESSAGE)
    website = forms.CharField(required=False)  # hidden by the style: only programs fill it in

    def __init__(self, data: Any, *, tag: str, is_stamped: bool = True, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self._is_stamped = is_stamped
        codes = vocabulary.countries()
        names = sorted(((code, formats.country_name(code, tag)) for code in codes), key=_name_of)
        self.fields["country"].choices = names  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any] | None:
        if not self._is_stamped:
            self.add_error(None, FORM_ERROR)
        return super().clean()

    @property
    def is_from_program(self) -> bool:
        """Return whether the field that people do not see was filled in."""
        return bool(self.cleaned_data.get("website"))

    @property
    def wrong_fields(self) -> list[str]:
        """Return the names of the fields to correct, FORM_ERROR for the form itself."""
        is_whole_wrong = {"__all__", "sent_key"} & set(self.errors)
        names = [name for name in self.fields if name in self.errors and name != "sent_key"]
        return [*([FORM_ERROR] if is_whole_wrong else []), *names]

    def to_enquiry(self, kind: EnquiryKind, tag: str) -> SentForm:
        data = self.cleaned_data
        return SentForm(
            kind, data["country"], tag, data["organisation"], data["reply_to"], data["message"]
        )


def _name_of(pair: tuple[str, str]) -> str:
    return pair[1]
