from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from protect.directory import enums, labels
from protect.directory.facts import sentences
from protect.directory.services.forms import set_choices
from protect.interchange.exports.store import ExportRequest
from protect.reference import vocabulary
from protect.reference.lookup import store as lookup
from protect.ui.forms import DeskForm

FORMAT_CHOICES = [
    # Translators, of each below: a kind of file. It begins with its name.
    ("csv", _("CSV: a table for spreadsheets, which you can import here again")),
    # Translators: a kind of file. HSDS is the name of a standard for directories.
    ("hsds", _("HSDS: one document for each service, for other directories")),
    # Translators: a kind of file. HSDS is the name of a standard for directories.
    ("hsds-tables", _("HSDS tables: the same data as CSV tables in one ZIP file")),
    ("geojson", _("GeoJSON: public locations, for maps")),
    # Translators: a kind of file. JSON-LD and schema.org are names.
    ("json-ld", _("JSON-LD: data with the terms of schema.org, for search engines")),
    ("ical", _("iCalendar: opening hours, for calendars")),
    ("vcard", _("vCard: one card for each service, for address books")),
]
REGION_LEVEL = 1  # level of areas that the form offers


class ExportForm(DeskForm):
    format = forms.ChoiceField(
        label=_("File format"),  # For translators: a label: CSV, GeoJSON and so on
        choices=FORMAT_CHOICES,
        widget=forms.RadioSelect,
    )
    country = forms.ChoiceField(label=_("Country"), required=False)
    area = forms.ChoiceField(
        label=_("Region"),  # For translators: a label: a part of a country
        help_text=_("Choose a country and select “Count” to see its regions."),
        required=False,
    )
    # Translators: a label: shelter, legal help and so on.
    category = forms.ChoiceField(label=_("Kind of help"), required=False)
    # Translators: a label: a language that a service speaks.
    language = forms.ChoiceField(label=_("Language spoken"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        country = self.data.get("country", "") if self.is_bound else ""
        areas = [area for area in lookup.areas().values() if area.country_id == country]
        choices_by_field = {
            "country": sentences.countries_by_name(vocabulary.countries()),
            "area": [(area.code, area.name) for area in areas if area.level == REGION_LEVEL],
            "category": [
                (code, str(labels.category_label(code)))
                for code, category in vocabulary.categories().items()
                if category.is_choosable
            ],
            "language": sentences.languages_by_name(),
        }
        for name, choices in choices_by_field.items():
            # Translators: first in lists of countries, regions, kinds of help and languages.
            set_choices(self, name, [("", _("Any")), *sentences.sort_by_name(choices)])

    def clean(self) -> dict[str, Any]:
        """Drop a region of another country: its choice was made before the country changed."""
        cleaned = super().clean() or self.cleaned_data
        if "area" in self.errors:
            del self.errors["area"]
            cleaned["area"] = ""
        return cleaned

    @property
    def export_request(self) -> ExportRequest:
        """Return the request of a valid form, for everything that members may receive."""
        chosen = self.cleaned_data
        countries = (chosen["country"],) if chosen["country"] else ()
        filters = (chosen[name] for name in ("area", "category", "language"))
        return ExportRequest(enums.Readers.MEMBERS, countries, *filters)
