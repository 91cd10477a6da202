import hashlib
from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_lazy as _, ngettext

from protect.directory.protection.erasure import PLACE_COLUMNS
from protect.directory.services.forms import set_choices
from protect.interchange.imports.files.columns import REQUIRED_COLUMNS
from protect.interchange.imports.files.reader import Table
from protect.interchange.imports.labels import COLUMN_LABELS, code_meaning
from protect.interchange.imports.proposal import Columns
from protect.interchange.imports.row import Row
from protect.interchange.imports.staging import ID_COLUMNS
from protect.interchange.imports.values import code_words
from protect.kernel.text import isolate_direction, plain_isolated_name
from protect.ui.forms import DeskForm

PLAIN_INPUT = {"autocomplete": "off", "spellcheck": "false", "dir": "auto"}
LONG_COLUMNS = frozenset({"description", "how_to_access", "restrictions", "notes"})
NO_ID_COLUMNS = {"source_id", *PLACE_COLUMNS[1:]}  # an id is never generated from these
SAMPLE_LENGTH = 40  # characters of a sample cell in a choice
CELLS_SHOWN = 6  # cells of each row in the choice of the row of headings
SHOWN_CELL_LENGTH = 24  # characters of each cell in the choice of the row of headings
WORDS_PER_PAGE = 25
MAX_CELL_LENGTH = 4000  # characters

type Choices = Sequence[tuple[str, Any]]


class UploadForm(DeskForm):
    field_by_error_code: ClassVar = {
        **dict.fromkeys(("file_too_large", "file_not_readable", "feed_changed"), "file"),
        **dict.fromkeys(("upload_refused", "parsers_busy"), "file"),
        "interchange_import_source_reserved": "source",
    }
    organisation = forms.ChoiceField(
        label=_("Organisation that you import for"),
        help_text=_("Only services in its country are imported."),
    )
    source = forms.RegexField(
        label=_("Source of the file"),  # For translators: the name of the list that a file is from
        help_text=_(
            "A short name for the list, such as red-cross-2026. Always use the same name for the "
            "same list: services are recognised by this name and their ids in the file."
        ),
        regex=r"^[a-z0-9][a-z0-9-]{1,59}$",
        error_messages={
            "invalid": _("Use 2 to 60 characters: lower-case letters, digits and hyphens.")
        },
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "CSV, XLSX, or HSDS as JSON or ZIP, up to 20 MB and 100,000 rows. It is sealed so that "
            "only you can open it, and deleted once its columns are mapped and its rows are read."
        ),
        allow_empty_file=True,  # the reader refuses it, with a reason
        error_messages={"required": _("Choose a file first.")},
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,.json,.ndjson,.jsonl,.zip"}),
    )

    def __init__(self, *args: Any, organisations: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "organisation", organisations)
        if len(organisations) == 1:
            self.fields["organisation"].widget = forms.HiddenInput()
            self.fields["organisation"].initial = organisations[0][0]


class EncodingForm(DeskForm):
    field_by_error_code: ClassVar = {"file_not_readable": "encoding", "file_too_large": "encoding"}
    encoding = forms.ChoiceField(
        label=_("Which of these lines are readable?"),
        help_text=_("Look at letters with accents and letters of other scripts."),
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, encodings: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "encoding", encodings)


class SheetForm(DeskForm):
    field_by_error_code: ClassVar = {"file_not_readable": "sheet", "file_too_large": "sheet"}
    sheet = forms.TypedChoiceField(
        label=_("Which sheet contains the services?"),  # For translators: of a spreadsheet file
        help_text=_(
            "To import another sheet, upload the file again with another “Source of the file”."
        ),
        coerce=int,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, sheets: Sequence[tuple[str, int]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = []
        for number, (name, count) in enumerate(sheets, 1):
            rows = ngettext("{count} row", "{count} rows", count).format(count=count)
            choices.append((number, _choice_label(isolate_direction(name), rows)))
        set_choices(self, "sheet", choices)


class HeadingForm(DeskForm):
    field_by_error_code: ClassVar = {"file_not_readable": "heading"}
    heading = forms.TypedChoiceField(
        label=_("Which row contains the headings?"),  # For translators: of a table: column names
        help_text=_("Rows above it are not read."),
        coerce=int,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, table: Table, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = []
        for number, cells in table.first_rows:
            filled = [cell.strip() for cell in cells if cell.strip()]
            sample = " · ".join(_shorten(cell, SHOWN_CELL_LENGTH) for cell in filled[:CELLS_SHOWN])
            name = gettext("Row {number}").format(number=number)  # For translators: of a table
            choices.append((number, _choice_label(name, isolate_direction(sample))))
        set_choices(self, "heading", choices)
        self.fields["heading"].initial = table.heading_row


class ColumnsForm(DeskForm):
    places = forms.MultipleChoiceField(
        label=_("Other columns with addresses"),  # For translators: of a file, beside those chosen
        help_text=_(
            "These columns are not stored. For shelters, their text is also removed from all other "
            "cells. Columns that seem to contain addresses are already ticked."
        ),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    ids = forms.MultipleChoiceField(
        label=_("Columns that identify a row without an id"),
        help_text=_(
            "The row is recognised again as long as these columns do not change. "
            "Street, postcode and coordinates are never used for this."
        ),
        choices=[pair for pair in COLUMN_LABELS.items() if pair[0] not in NO_ID_COLUMNS],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self,
        *args: Any,
        columns: Sequence[str] = (),
        rows: Sequence[Row] = (),
        proposed: Columns | None = None,
        address_headings: Collection[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        chosen = proposed or {}
        self.heading_by_key = {_form_key(name): name for name in columns}
        column_choices = [(_form_key(name), _column_label(name, rows)) for name in columns]
        choices = [("", _("none")), *column_choices]  # For translators: no column of the file fits
        last_fields = {name: self.fields.pop(name) for name in ("places", "ids")}
        for column, label in COLUMN_LABELS.items():
            proposed_name = chosen.get(column)
            self.fields[column] = forms.ChoiceField(
                label=str(label),
                choices=choices,
                required=False,
                initial=_form_key(proposed_name) if proposed_name else "",
            )
            if column in REQUIRED_COLUMNS and column != "country":
                self.fields[column].required = True
        self.fields["country"].help_text = _(
            "If no column is chosen, all services are in the country of the "
            "organisation that you import for."
        )
        self.fields |= last_fields
        self.fields["ids"].initial = list(ID_COLUMNS)
        set_choices(self, "places", column_choices)
        self.fields["places"].initial = [
            _form_key(name) for name in columns if name in address_headings
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        column_by_heading: dict[str, str] = {}
        for ours in COLUMN_LABELS:
            column = cleaned.get(ours)
            if column and column in column_by_heading:
                self.add_error(ours, _("This column is already mapped. Choose another one."))
            elif column:
                column_by_heading[column] = ours
        if column_by_heading.keys() & set(cleaned.get("places", ())):
            problem = _(
                "A column that you ticked is already mapped above. Untick it, or choose “none” "
                "above."
            )
            self.add_error("places", problem)
        return cleaned

    def chosen_columns(self) -> dict[str, str]:
        """Return the chosen heading of the file for each of our columns that has one."""
        keys = {column: self.cleaned_data.get(column) for column in COLUMN_LABELS}
        return {column: self.heading_by_key[key] for column, key in keys.items() if key}

    def chosen_address_columns(self) -> list[str]:
        return [self.heading_by_key[key] for key in self.cleaned_data["places"]]


class WordsForm(DeskForm):
    """The code for each of the first 25 unknown words of the file; blank leaves the word."""

    def __init__(
        self, *args: Any, unknown_words: Sequence[code_words.UnknownWord] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        words = unknown_words[:WORDS_PER_PAGE]
        self.words_by_key = {_form_key(f"{word.column} {word.word}"): word for word in words}
        for key, (column, word, count) in self.words_by_key.items():
            nearest_codes = code_words.nearest_codes(column, word)
            codes = dict.fromkeys((*nearest_codes, *code_words.column_codes(column)))
            names = (
                f"{code_meaning(column, code)} – {plain_isolated_name(code)}" for code in codes
            )
            choices = zip(codes, names, strict=True)
            rows = ngettext("{count} row has this word.", "{count} rows have this word.", count)
            self.fields[key] = forms.ChoiceField(
                label=f"{COLUMN_LABELS[column]}: {word}",
                help_text=rows.format(count=count),
                # Translators: a word of a file stays as it is: its rows are mistakes until mended.
                choices=[("", _("leave it: correct these rows later")), *choices],
                required=False,
            )

    def chosen_codes(self) -> dict[str, dict[str, str]]:
        """Return our column → word of the file → the code that was chosen for it."""
        codes: dict[str, dict[str, str]] = {}
        for key, unknown_word in self.words_by_key.items():
            if code := self.cleaned_data.get(key):
                codes.setdefault(unknown_word.column, {})[unknown_word.word] = code
        return codes


class RowForm(DeskForm):
    seen = forms.CharField(required=False, widget=forms.HiddenInput)  # a `cells_fingerprint`

    def __init__(
        self,
        *args: Any,
        cells: Mapping[str, str] | None = None,
        hidden_columns: Collection[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for column, label in COLUMN_LABELS.items():
            if column in hidden_columns:
                continue
            widget = forms.Textarea if column in LONG_COLUMNS else forms.TextInput
            self.fields[column] = forms.CharField(
                label=str(label),
                required=False,
                max_length=MAX_CELL_LENGTH,
                widget=widget(attrs=PLAIN_INPUT),
                initial=(cells or {}).get(column, ""),
            )

    def submitted_cells(self) -> dict[str, str]:
        values = self.cleaned_data
        return {column: values[column] for column in COLUMN_LABELS if column in values}


def _form_key(text: str) -> str:
    """Return the name of a form field for a text, which may contain any characters."""
    return f"k{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def _column_label(name: str, rows: Sequence[Row]) -> str:
    sample = _shorten(next((text for row in rows if (text := row[name])), ""), SAMPLE_LENGTH)
    return f"{name}: {sample}" if sample else name


def _choice_label(name: object, detail: object) -> str:
    """Return the label of a choice: a name with a detail beside it."""
    return format_html("<span>{} <span class='hint'>{}</span></span>", name, detail)


def _shorten(text: str, max_length: int) -> str:
    return text if len(text) <= max_length else f"{text[:max_length]}…"
