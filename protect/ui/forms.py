"""Base class of forms, also on public pages: shows a refusal at the field that can correct it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, ClassVar

from django import forms

from protect.kernel import errors, refusals

KEPT_DRAFT_FIELD = "kept_draft"  # hidden field with the id of the draft that filled the form
# A POST with this field comes from a resumed draft: it fills in the form without submitting it.
RESUME_DRAFT_FIELD = "go_on_writing"


class DeskForm(forms.Form):
    """Base of forms for staff and of open pages: fields and texts only; rules are in actions."""

    # The field to correct, by refusal code. Other refusals concern the whole form.
    mended_at: ClassVar[Mapping[str, str]] = {}
    # Whether the form holds long work that must not be lost: then it shows every refusal itself.
    keeps_work: ClassVar[bool] = False
    use_required_attribute = False  # our own translated messages report what is missing

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        self._typed = data if data and RESUME_DRAFT_FIELD in data else {}
        super().__init__(None if self._typed else data, *args, **kwargs)
        self._status = HTTPStatus.UNPROCESSABLE_ENTITY

    @property
    def status(self) -> HTTPStatus:
        """Return the HTTP status of a page with this form: 200 unless the form has errors."""
        return self._status if self.errors else HTTPStatus.OK

    @property
    def kept_draft(self) -> str:
        """Return the id of this form's draft, "" for none. Saving the form deletes the draft."""
        return str((self._typed or self.data).get(KEPT_DRAFT_FIELD, ""))

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        """Return a field's value from the resumed draft, else Django's initial value."""
        name = self.add_prefix(field_name)
        if self._typed and not field.widget.value_omitted_from_data(self._typed, {}, name):
            return field.widget.value_from_datadict(self._typed, {}, name)
        return super().get_initial_for_field(field, field_name)

    @contextmanager
    def showing_refusals(self) -> Iterator[None]:
        """Show a refusal of this block as a form error. Faults and full-page refusals pass."""
        try:
            yield
        except errors.ProtectError as error:
            is_shown_elsewhere = error.has_own_page and not self.keeps_work
            if error.is_fault or is_shown_elsewhere or error.status == HTTPStatus.GONE:
                raise
            refusals.report_refusal(error)
            field = self.field_of(error)
            self._status = error.status
            self.add_error(field if field in self.fields else None, self.text_of(error))

    def field_of(self, error: errors.ProtectError) -> str | None:
        """Return the field that can correct a refusal, None for the whole form."""
        return self.mended_at.get(error.code)

    def text_of(self, error: errors.ProtectError) -> str:
        return error.text()


class LongCheckboxList(forms.CheckboxSelectMultiple):
    """A long list of checkboxes, ticked ones on top; js/choosing.js adds a search field."""

    template_name = "ui/long_boxes.html"

    def optgroups(
        self, name: str, value: list[Any], attrs: dict[str, Any] | None = None
    ) -> list[tuple[str | None, list[dict[str, Any]], int | None]]:
        groups = super().optgroups(name, value, attrs)
        return sorted(groups, key=lambda group: not any(option["selected"] for option in group[1]))
