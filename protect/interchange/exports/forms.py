"""The form for an export: filters of services and the file format."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from protect.directory import enums, labels
from protect.directory.facts import sentences
from protect.directory.services.forms import choose
from protect.interchange.exports.store import Wanted
from protect.reference import vocabulary
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
        country = self.data.get("country", "") if self.is_bound else ""
        areas = [each for each in lookup.areas().values() if each.country_id == country]
        kinds = vocabulary.categories().items()
        offered = {
            "country": sentences.countries_by_name(vocabulary.countries()),
            "area": [(each.code, each.name) for each in areas if each.level == REGION],
            "category": [
                (code, str(labels.kind_of(code))) for code, each in kinds if not each.reference_only
            ],
            "language": sentences.languages_by_name(),
        }
        for name, words in offered.items():
            # Translators: first in lists of countries, regions, kinds of help and languages.
            choose(self, name, [("", _("Any")), *sentences.by_name(words)])

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
