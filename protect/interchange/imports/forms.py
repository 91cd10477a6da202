"""What people send and choose when services are imported, step by step."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_lazy as _, ngettext

from protect.directory.protection.erasure import SPOT_COLUMNS
from protect.directory.services.forms import choose
from protect.interchange.imports.files.columns import NEEDED
from protect.interchange.imports.files.reader import Table
from protect.interchange.imports.labels import LABELS, meaning
from protect.interchange.imports.proposal import Columns
from protect.interchange.imports.row import Row
from protect.interchange.imports.staging import ID_COLUMNS
from protect.interchange.imports.values import code_words
from protect.kernel.text import isolated, plain_name
from protect.ui.forms import DeskForm

AS_TYPED = {"autocomplete": "off", "spellcheck": "false", "dir": "auto"}
LONG = frozenset({"description", "how_to_access", "restrictions", "notes"})
IDS = tuple(each for each in LABELS if each not in {"source_id", *SPOT_COLUMNS[1:]})
SAMPLE = 40  # characters of a cell that a choice shows
CELLS = 6  # of a row that a choice shows
LONGEST = 24  # characters of such a cell
MOST_WORDS = 25  # of one page
MOST_CELL = 4000  # characters


class UploadForm(DeskForm):
    mended_at: ClassVar = {
        "file_too_large": "file",
        "file_not_readable": "file",
        "feed_changed": "file",
        "upload_refused": "file",
        "parsers_busy": "file",
        "interchange_import_source_reserved": "source",
    }
    organisation = forms.ChoiceField(
        label=_("For which organisation?"), help_text=_("Only services of its country are taken.")
    )
    source = forms.RegexField(
        # Translators: of a file: the name of the list that it is from.
        label=_("Where is it from?"),
        help_text=_(
            "A short name for the list, such as red-cross-2026. Always use the same one for the "
            "same list: by it and the ids in the file a service is known again."
        ),
        regex=r"^[a-z0-9][a-z0-9-]{1,59}$",
        error_messages={"invalid": _("Use small letters, digits and hyphens, 2 to 60 of them.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "CSV, XLSX, or HSDS as JSON or ZIP; up to 20 MB and 100,000 rows. It is sealed so that "
            "only you can open it, and deleted once you have said what its columns mean."
        ),
        allow_empty_file=True,  # refused with a reason by the reader
        error_messages={"required": _("Choose a file first.")},
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,.json,.ndjson,.jsonl,.zip"}),
    )

    def __init__(
        self, *args: Any, organisations: Sequence[tuple[str, str]] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "organisation", organisations)
        if len(organisations) == 1:
            self.fields["organisation"].widget = forms.HiddenInput()
            self.fields["organisation"].initial = organisations[0][0]


class EncodingForm(DeskForm):
    mended_at: ClassVar = {"file_not_readable": "encoding", "file_too_large": "encoding"}
    encoding = forms.ChoiceField(
        label=_("Which of these can be read?"),
        help_text=_("Look at the letters with accents, and at letters of other scripts."),
        widget=forms.RadioSelect,
    )

    def __init__(
        self, *args: Any, encodings: Sequence[tuple[str, Any]] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "encoding", encodings)


class SheetForm(DeskForm):
    mended_at: ClassVar = {"file_not_readable": "sheet", "file_too_large": "sheet"}
    sheet = forms.TypedChoiceField(
        # Translators: of a spreadsheet file with several sheets.
        label=_("Which sheet holds the services?"),
        help_text=_("Upload the file again for another sheet, under another name."),
        coerce=int,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, sheets: Sequence[tuple[str, int]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = []
        for number, (name, count) in enumerate(sheets, 1):
            rows = ngettext("{count} row", "{count} rows", count).format(count=count)
            offered.append((number, _choice_label(isolated(name), rows)))
        choose(self, "sheet", offered)


class HeadingForm(DeskForm):
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
        offered = []
        for number, cells in table.top:
            filled = [cell.strip() for cell in cells if cell.strip()]
            shown = " · ".join(_short(cell, LONGEST) for cell in filled[:CELLS])
            # Translators: a row of a table, by its number.
            name = gettext("Row {number}").format(number=number)
            offered.append((number, _choice_label(name, isolated(shown))))
        choose(self, "heading", offered)
        self.fields["heading"].initial = table.heading


class ColumnsForm(DeskForm):
    places = forms.MultipleChoiceField(
        # Translators: of a file of services: columns with addresses, beside those chosen above.
        label=_("Which other columns say where a service is?"),
        help_text=_(
            "They are not kept. Of shelters what stands in them is taken out of all other cells as "
            "well. Chosen is what looks like addresses."
        ),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    ids = forms.MultipleChoiceField(
        label=_("What makes an id where a row has none?"),
        help_text=_(
            "As long as these stay the same, the row is known again. Street, postcode and point "
            "are never part of it."
        ),
        choices=[(each, LABELS[each]) for each in IDS],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self,
        *args: Any,
        columns: Sequence[str] = (),
        lines: Sequence[Row] = (),
        proposed: Columns | None = None,
        places: Collection[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        chosen = proposed or {}
        self.heading_by_key = {_key(name): name for name in columns}
        # Translators: no column of the file stands for one of ours.
        offered = [("", _("none")), *((_key(name), _sample(name, lines)) for name in columns)]
        last = {name: self.fields.pop(name) for name in ("places", "ids")}
        for ours, label in LABELS.items():
            proposed_name = chosen.get(ours)
            self.fields[ours] = forms.ChoiceField(
                label=str(label),
                choices=offered,
                required=False,
                initial=_key(proposed_name) if proposed_name else "",
            )
            if ours in NEEDED and ours != "country":
                self.fields[ours].required = True
        self.fields["country"].help_text = _("Without one, all are where your organisation is.")
        self.fields |= last
        self.fields["ids"].initial = list(ID_COLUMNS)
        choose(self, "places", offered[1:])
        self.fields["places"].initial = [_key(name) for name in columns if name in places]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        taken: dict[str, str] = {}
        for ours in LABELS:
            column = cleaned.get(ours)
            if column and column in taken:
                self.add_error(ours, _("This column stands for something else already."))
            elif column:
                taken[column] = ours
        if taken.keys() & set(cleaned.get("places", ())):
            self.add_error("places", _("A column that is ticked here stands for something above."))
        return cleaned

    def chosen(self) -> dict[str, str]:
        keys = {ours: self.cleaned_data.get(ours) for ours in LABELS}
        return {ours: self.heading_by_key[key] for ours, key in keys.items() if key}

    def places_chosen(self) -> list[str]:
        return [self.heading_by_key[each] for each in self.cleaned_data["places"]]


class WordsForm(DeskForm):
    """For each word that is no code of ours the code that is meant, or none."""

    def __init__(
        self, *args: Any, strange: Sequence[code_words.UnknownWord] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.words_by_key = {
            _key(f"{each.column} {each.word}"): each for each in strange[:MOST_WORDS]
        }
        for key, each in self.words_by_key.items():
            near = code_words.nearest(each.column, each.word)
            others = [code for code in code_words.codes(each.column) if code not in near]
            offered = [
                (code, f"{meaning(each.column, code)} – {plain_name(code)}")
                for code in (*near, *others)
            ]
            self.fields[key] = forms.ChoiceField(
                label=f"{LABELS[each.column]}: {each.word}",
                help_text=ngettext(
                    "{count} row has this word.", "{count} rows have this word.", each.rows
                ).format(count=each.rows),
                # Translators: a word of a file stays as it is: its rows are mistakes until mended.
                choices=[("", _("leave it: these rows wait to be mended")), *offered],
                required=False,
            )

    def chosen(self) -> dict[str, dict[str, str]]:
        codes: dict[str, dict[str, str]] = {}
        for key, each in self.words_by_key.items():
            if code := self.cleaned_data.get(key):
                codes.setdefault(each.column, {})[each.word] = code
        return codes


class RowForm(DeskForm):
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        cells: Mapping[str, str] | None = None,
        hidden: Collection[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for ours, label in LABELS.items():
            if ours in hidden:
                continue
            widget = forms.Textarea if ours in LONG else forms.TextInput
            self.fields[ours] = forms.CharField(
                label=str(label),
                required=False,
                max_length=MOST_CELL,
                widget=widget(attrs=AS_TYPED),
                initial=(cells or {}).get(ours, ""),
            )

    def typed(self) -> dict[str, str]:
        return {ours: self.cleaned_data[ours] for ours in LABELS if ours in self.cleaned_data}


def _key(text: str) -> str:
    """Return a form key for a name, because a name may hold any characters."""
    return f"k{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def _sample(name: str, lines: Sequence[Row]) -> str:
    short = _short(next((text for row in lines if (text := row[name])), ""), SAMPLE)
    return f"{name}: {short}" if short else name


def _choice_label(name: object, detail: object) -> str:
    """Return a choice as one text, as its label has room for one."""
    return format_html("<span>{} <span class='hint'>{}</span></span>", name, detail)


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[:longest]}…"
