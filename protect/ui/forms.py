"""Base class of forms, also on public pages: shows a refusal at the field that can correct it."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from http import HTTPStatus
from typing import Any, ClassVar

from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe

from protect.kernel import errors, refusals

KEPT_DRAFT_FIELD = "kept_draft"  # hidden field with the id of the draft that filled the form
# A POST with this field comes from a resumed draft: it fills in the form without submitting it.
RESUME_DRAFT_FIELD = "go_on_writing"
BLANK_LINES = re.compile(r"\n\s*")  # between options: a page of answers has 240 of them
# Django's templates that only write an input.
INPUT_TEMPLATES = {
    f"django/forms/widgets/{name}.html"
    for name in ("text", "number", "checkbox", "checkbox_option", "radio_option")
}


class DeskForm(forms.Form):
    """Base of forms for staff and of open pages: fields and texts only; rules are in actions."""

    # The field that can correct a refusal, by its code. Other refusals concern the whole form.
    field_by_error_code: ClassVar[Mapping[str, str]] = {}
    # Whether the form holds a long text that must not be lost: then it shows every refusal itself.
    keeps_long_text: ClassVar[bool] = False
    # How the names of fields begin that a page adds for each of its rows and that hold no typed
    # text. A draft is shown without these rows: it does not list them.
    untyped_prefixes: ClassVar[tuple[str, ...]] = ()
    use_required_attribute = False  # our own translated messages report what is missing

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        self._draft_data = data if data and RESUME_DRAFT_FIELD in data else {}
        super().__init__(None if self._draft_data else data, *args, **kwargs)
        self._status = HTTPStatus.UNPROCESSABLE_ENTITY

    @property
    def status(self) -> HTTPStatus:
        """Return the HTTP status of a page with this form: 200 unless the form has errors."""
        return self._status if self.errors else HTTPStatus.OK

    @property
    def kept_draft(self) -> str:
        """Return the id of this form's draft, "" for none. Saving the form deletes the draft."""
        return str((self._draft_data or self.data).get(KEPT_DRAFT_FIELD, ""))

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        """Return a field's value from the resumed draft, else Django's initial value."""
        name = self.add_prefix(field_name)
        if self._draft_data and not field.widget.value_omitted_from_data(
            self._draft_data, {}, name
        ):
            return field.widget.value_from_datadict(self._draft_data, {}, name)
        return super().get_initial_for_field(field, field_name)

    @contextmanager
    def showing_refusals(self) -> Iterator[None]:
        """Show a refusal of this block as a form error. Faults and full-page refusals pass."""
        try:
            yield
        except errors.ProtectError as error:
            is_shown_elsewhere = error.has_own_page and not self.keeps_long_text
            if error.is_fault or is_shown_elsewhere or error.status == HTTPStatus.GONE:
                raise
            refusals.report_refusal(error)
            field = self.field_of(error)
            self._status = error.status
            self.add_error(field if field in self.fields else None, self.text_of(error))

    def field_of(self, error: errors.ProtectError) -> str | None:
        """Return the field that can correct a refusal, None for the whole form."""
        return self.field_by_error_code.get(error.code)

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


class QuickRenderer(DjangoTemplates):
    """Renders inputs as Django does, without its templates: they took a fifth of a page's time."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        if template_name in INPUT_TEMPLATES and not context["widget"].get("wrap_label"):
            return _render_input(context["widget"])
        return super().render(template_name, context, request)


class QuickSelect(forms.Select):
    """A list of choices, without groups, whose options are rendered once for each language."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        frame = forms.Select(self.attrs).render(name, [], attrs, renderer)
        options = _render_options(tuple((str(code), str(label)) for code, label in self.choices))
        for selected in map(escape, self.format_value(value)):
            tag = f'<option value="{selected}"'
            options = options.replace(f"{tag}>", f"{tag} selected>", 1)
        return mark_safe(frame.replace("\n</select>", f"{options}</select>"))  # noqa: S308 - Django rendered both; `selected` is escaped


def _render_input(widget: Mapping[str, Any]) -> str:
    value = {} if widget["value"] is None else {"value": widget["value"]}
    attributes = {"type": widget["type"], "name": widget["name"], **value, **widget["attrs"]}
    parts = (
        name if value is True else f'{name}="{conditional_escape(value)}"'
        for name, value in attributes.items()
        if value is not False
    )
    return f"<input {' '.join(parts)}>"


@lru_cache(maxsize=256)
def _render_options(choices: tuple[tuple[str, str], ...]) -> str:
    """Return the options of a list as HTML, none selected. It depends on the choices alone."""
    options = forms.Select(choices=choices).render("", []).partition(">")[2]
    return BLANK_LINES.sub("\n", options.removesuffix("</select>"))
