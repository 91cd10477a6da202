"""Forms for the sheet of a workbook and its row of headings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from protect.interchange.imports.files.reader import Table
from protect.interchange.imports.files.sheets import Sheet
from protect.kernel.text import isolated
from protect.ui.forms import DeskForm

CELLS = 6  # of a row that a choice shows
LONGEST = 24  # characters of a cell


class SheetForm(DeskForm):
    """One of the sheets of a workbook."""

    mended_at: ClassVar = {"file_not_readable": "sheet", "file_too_large": "sheet"}
    sheet = forms.TypedChoiceField(
        # Translators: of a spreadsheet file with several sheets.
        label=_("Which sheet holds the services?"),
        help_text=_("Bring the file once more for another sheet, under another name."),
        coerce=int,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, sheets: Sequence[Sheet] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["sheet"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(number, _sheet(each)) for number, each in enumerate(sheets, 1)]


class HeadingForm(DeskForm):
    """One of the first rows of a table."""

    mended_at: ClassVar = {"file_not_readable": "heading"}
    heading = forms.TypedChoiceField(
        # Translators: of a table: the row in which its columns are named.
        label=_("In which row do the headings stand?"),
        help_text=_("What stands above that row is not read."),
        coerce=int,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, table: Table, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["heading"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(number, _row(number, cells)) for number, cells in table.top]
            field.initial = table.heading


def _sheet(sheet: Sheet) -> str:
    rows = ngettext("{count} row", "{count} rows", sheet.rows).format(count=sheet.rows)
    return _choice_label(isolated(sheet.name), rows)


def _row(number: int, cells: Sequence[str]) -> str:
    """Return a row by its number and its first filled cells."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    shown = " · ".join(
        cell if len(cell) <= LONGEST else f"{cell[:LONGEST]}…" for cell in filled[:CELLS]
    )
    # Translators: a row of a table, by its number.
    name = gettext("Row {number}").format(number=number)
    return _choice_label(name, isolated(shown))


def _choice_label(name: object, detail: object) -> str:
    """Return a choice as one text, as its label has room for one."""
    return format_html("<span>{} <span class='hint'>{}</span></span>", name, detail)
