"""Base of every form of the desk: shows a refusal at the field that can correct it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, ClassVar

from django import forms

from protect.kernel import errors, refusals

KEPT_DRAFT = "kept_draft"  # the field by which a form says from which draft it was filled
# The field by which a draft asks for its form, filled in and not sent.
GO_ON_WRITING = "go_on_writing"


class DeskForm(forms.Form):
    """Shape and wording of what a person types. Rules stand elsewhere."""

    # By code of a refusal: the field to look at. What is not named concerns the whole form.
    mended_at: ClassVar[Mapping[str, str]] = {}
    # Whether what was typed is work that must not be lost: then every refusal is shown in the form.
    keeps_work: ClassVar[bool] = False
    use_required_attribute = False  # our own words, in the person's language, say what is missing

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        self._typed = data if data and GO_ON_WRITING in data else {}
        super().__init__(None if self._typed else data, *args, **kwargs)
        self._status = HTTPStatus.UNPROCESSABLE_ENTITY

    @property
    def status(self) -> HTTPStatus:
        return self._status if self.errors else HTTPStatus.OK

    @property
    def kept_draft(self) -> str:
        """Return the id of the draft of this form, "" for none. It goes when the form is saved."""
        return str((self._typed or self.data).get(KEPT_DRAFT, ""))

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        """Return the draft's value of a field when the user resumes a draft, else as Django."""
        name = self.add_prefix(field_name)
        if self._typed and not field.widget.value_omitted_from_data(self._typed, {}, name):
            return field.widget.value_from_datadict(self._typed, {}, name)
        return super().get_initial_for_field(field, field_name)

    @contextmanager
    def mending(self) -> Iterator[None]:
        """Show a refusal of the block in the form, unless no form can mend it."""
        try:
            yield
        except errors.ProtectError as error:
            is_elsewhere = error.has_own_page and not self.keeps_work
            if error.is_fault or is_elsewhere or error.status == HTTPStatus.GONE:
                raise
            refusals.tell(error)
            field = self.field_of(error)
            self._status = error.status
            self.add_error(field if field in self.fields else None, self.text_of(error))

    def field_of(self, error: errors.ProtectError) -> str | None:
        """Return the field in which a refusal can be mended, None for the whole form."""
        return self.mended_at.get(error.code)

    def text_of(self, error: errors.ProtectError) -> str:
        return error.text()


class LongBoxes(forms.CheckboxSelectMultiple):
    """Checkboxes, ticked ones on top; js/choosing.js, from ui/_choosing.html, filters them."""

    template_name = "ui/long_boxes.html"

    def optgroups(
        self, name: str, value: list[Any], attrs: dict[str, Any] | None = None
    ) -> list[tuple[str | None, list[dict[str, Any]], int | None]]:
        groups = super().optgroups(name, value, attrs)
        return sorted(groups, key=lambda group: not any(each["selected"] for each in group[1]))
