"""The form for an export: filters of services and the file format."""

from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy as _

from protect.directory import enums, labels
from protect.directory.facts.sentences import language_name
from protect.interchange.exports.store import Wanted
from protect.reference import formats, vocabulary
from protect.reference.lookup import store as lookup
from protect.ui.forms import DeskForm

KINDS = [
    # Translators, of each below: a kind of file. It begins with its name.
    ("csv", _("CSV: a table for spreadsheets, which an import here reads again")),
    # Translators: a kind of file. HSDS is the name of a standard for directories.
    ("hsds", _("HSDS: a document for each service, for other directories")),
    # Translators: a kind of file. HSDS is the name of a standard for directories.
    ("hsds-tables", _("HSDS tables: the same as CSV tables in one archive")),
    ("geojson", _("GeoJSON: public places, for maps")),
    # Translators: a kind of file. JSON-LD and schema.org are names.
    ("json-ld", _("JSON-LD: the terms of schema.org, for search engines")),
    ("ical", _("iCalendar: opening hours, for calendars")),
    ("vcard", _("vCard: a card for each service, for address books")),
]
REGION = 1  # level of an area


class ExportForm(DeskForm):
    format = forms.ChoiceField(
        # Translators: a label: CSV, GeoJSON and so on.
        label=_("File format"),
        choices=KINDS,
        widget=forms.RadioSelect,
    )
    country = forms.ChoiceField(label=_("Country"), required=False)
    area = forms.ChoiceField(
        # Translators: a label: a part of a country.
        label=_("Region"),
        help_text=_("Choose a country and press “Count” to see its regions."),
        required=False,
    )
    category = forms.ChoiceField(
        # Translators: a label: shelter, legal help and so on.
        label=_("Kind of help"),
        required=False,
    )
    language = forms.ChoiceField(
        # Translators: a label: a language that a service speaks.
        label=_("Language spoken"),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tag = get_language() or "en"
        country = self.data.get("country", "") if self.is_bound else ""
        self._offer(
            "country", {code: formats.country_name(code, tag) for code in vocabulary.countries()}
        )
        areas = [area for area in lookup.areas().values() if area.country_id == country]
        self._offer("area", {each.code: each.name for each in areas if each.level == REGION})
        kinds = vocabulary.categories().items()
        offered = [code for code, each in kinds if not each.reference_only]
        self._offer("category", {code: labels.kind_of(code) for code in offered})
        self._offer("language", {code: language_name(code) for code in vocabulary.languages()})

    def clean(self) -> dict[str, Any]:
        """Drop a region of another country: its list was of the country chosen before."""
        cleaned = super().clean() or self.cleaned_data
        if "area" in self.errors:
            del self.errors["area"]
            cleaned["area"] = ""
        return cleaned

    @property
    def wanted(self) -> Wanted:
        """Return the export request. Members receive everything that members may read."""
        chosen = self.cleaned_data
        countries = (chosen["country"],) if chosen["country"] else ()
        return Wanted(
            enums.Readers.MEMBERS, countries, chosen["area"], chosen["category"], chosen["language"]
        )

    def _offer(self, name: str, words: dict[str, Any]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            ordered = sorted(words.items(), key=lambda pair: str(pair[1]).casefold())
            # Translators: first in lists of countries, regions, kinds of help and languages.
            field.choices = [("", _("Any")), *ordered]
