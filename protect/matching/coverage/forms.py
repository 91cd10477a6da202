"""Filters of the coverage pages. Their values are in the URL, so that a reload keeps them."""

from collections.abc import Iterable, Mapping
from datetime import date

from django import forms
from django.http import Http404
from django.utils.translation import gettext as _

from protect.directory.facts import sentences
from protect.directory.services.forms import set_choices
from protect.matching.coverage import SliceKey, wording
from protect.matching.coverage.atlas import atlas, candidates, persons
from protect.reference import vocabulary
from protect.ui import moments

type Choices = list[tuple[str, object]]
ANY_LANGUAGE_VALUE = "any"  # in the URL: slices for any language; "" there: the filter is off


class CoverageFilter(forms.Form):
    """The filter of a coverage page; by default for `default_country`, else the first by name."""

    country = forms.ChoiceField()

    def __init__(self, data: Mapping[str, str], default_country: str | None) -> None:
        countries = sentences.countries_by_name(vocabulary.countries())
        chosen = {name: data.get(name, "") for name in self.base_fields}
        default = default_country if default_country in vocabulary.countries() else countries[0][0]
        super().__init__({**chosen, "country": chosen["country"] or default})
        set_choices(self, "country", countries)

    @property
    def chosen_values(self) -> dict[str, str]:
        """Return the chosen values by field. Errors: Http404 for an unknown code."""
        if not self.is_valid():
            raise Http404
        return self.cleaned_data


class SliceFilter(CoverageFilter):
    """The filter of one slice: by default the first need, any language, first person type."""

    need = forms.ChoiceField()
    language = forms.ChoiceField(required=False)
    person = forms.ChoiceField()

    def __init__(self, data: Mapping[str, str], default_country: str | None) -> None:
        defaults = {"need": atlas.report_needs()[0], "person": next(iter(persons.person_types()))}
        given = {name: value for name, value in data.items() if value}
        super().__init__({**defaults, **given}, default_country)
        set_choices(self, "need", _need_and_service_kind_choices())
        languages = _language_choices(candidates.ANY_LANGUAGE, vocabulary.languages())
        set_choices(self, "language", languages)
        set_choices(self, "person", _person_choices())

    def slice_key(self) -> SliceKey:
        """Return the key of the chosen slice. Errors: Http404 for an unknown code."""
        return SliceKey(**self.chosen_values)


class GapFilter(CoverageFilter):
    """The filter of a country's report of gaps; an empty field leaves nothing out."""

    need = forms.ChoiceField(required=False)
    language = forms.ChoiceField(required=False)
    person = forms.ChoiceField(required=False)

    def __init__(self, data: Mapping[str, str], default_country: str | None) -> None:
        super().__init__(data, default_country)
        everything: Choices = [("", _("All"))]  # For translators: in a filter: nothing is left out
        tags = [tag for tag in atlas.report_languages() if tag != candidates.ANY_LANGUAGE]
        set_choices(self, "need", [*everything, *_need_choices(atlas.report_needs())])
        set_choices(self, "language", [*everything, *_language_choices(ANY_LANGUAGE_VALUE, tags)])
        set_choices(self, "person", [*everything, *_person_choices()])


class DaysFilter(CoverageFilter):
    """The choice of two days with stored figures; by default the second newest and the newest."""

    before = forms.ChoiceField()
    after = forms.ChoiceField()

    def offer_days(self, days: list[date]) -> None:
        """Offer `days` (newest first, at least two); by default the newest two are chosen."""
        choices: Choices = [(day.isoformat(), moments.exact_text(day)) for day in days]
        chosen = {
            "before": self.data["before"] or days[1].isoformat(),
            "after": self.data["after"] or days[0].isoformat(),
        }
        self.data = {**self.data, **chosen}
        set_choices(self, "before", choices)
        set_choices(self, "after", choices)


def _need_and_service_kind_choices() -> Choices:
    kinds = [
        need.code
        for need in vocabulary.needs().values()
        if need.categories and not need.public and need.code in vocabulary.categories()
    ]
    names = sentences.sort_by_name((code, str(wording.need_name(code))) for code in kinds)
    return [
        # Translators: in a filter, over what people ask for.
        (_("Needs on the public site"), _need_choices(atlas.report_needs())),
        (_("Kinds of service"), names),  # For translators: in a filter, over the kinds of services
    ]


def _need_choices(codes: Iterable[str]) -> Choices:
    return [(code, wording.need_name(code)) for code in codes]


def _language_choices(any_value: str, tags: Iterable[str]) -> Choices:
    """Return the languages as choices, after the choice of any language."""
    any_language = wording.language_name(candidates.ANY_LANGUAGE)
    names = sentences.sort_by_name((tag, wording.language_name(tag)) for tag in tags)
    return [(any_value, any_language), *names]


def _person_choices() -> Choices:
    return [(code, wording.person_name(code)) for code in persons.person_types()]
