"""Filters of the coverage pages. Their values are part of the URL, so that a reload keeps them."""

from collections.abc import Iterable, Mapping
from datetime import date

from django import forms
from django.http import Http404
from django.utils.translation import gettext as _

from protect.directory.facts import sentences
from protect.directory.services.forms import choose
from protect.matching.coverage import SliceKey, wording
from protect.matching.coverage.atlas import atlas, candidates, persons
from protect.reference import vocabulary
from protect.ui import moments

type Choices = list[tuple[str, object]]
ANY_WORD = "any"  # in an address, where "" means that nothing is left out


class CoverageFilter(forms.Form):
    """The filter over a page of the atlas. An unknown code leads to a 404."""

    country = forms.ChoiceField()

    def __init__(self, data: Mapping[str, str], home: str | None) -> None:
        countries = sentences.countries_by_name(vocabulary.countries())
        chosen = {name: data.get(name, "") for name in self.base_fields}
        first = home if home in vocabulary.countries() else countries[0][0]
        super().__init__({**chosen, "country": chosen["country"] or first})
        choose(self, "country", countries)

    @property
    def chosen(self) -> dict[str, str]:
        """What is looked for, by field. Errors: Http404."""
        if not self.is_valid():
            raise Http404
        return self.cleaned_data


class SliceFilter(CoverageFilter):
    """One slice: everything is chosen, somehow."""

    need = forms.ChoiceField()
    language = forms.ChoiceField(required=False)
    person = forms.ChoiceField()

    def __init__(self, data: Mapping[str, str], home: str | None) -> None:
        first = {"need": atlas.needs_offered()[0], "person": next(iter(persons.types()))}
        given = {name: value for name, value in data.items() if value}
        super().__init__({**first, **given}, home)
        choose(self, "need", _all_needs())
        choose(self, "language", _languages(candidates.ANY, vocabulary.languages()))
        choose(self, "person", _persons())

    def slice_key(self) -> SliceKey:
        """Return the slice. Errors: Http404."""
        return SliceKey(**self.chosen)


class GapFilter(CoverageFilter):
    """The report of a country, perhaps narrowed."""

    need = forms.ChoiceField(required=False)
    language = forms.ChoiceField(required=False)
    person = forms.ChoiceField(required=False)

    def __init__(self, data: Mapping[str, str], home: str | None) -> None:
        super().__init__(data, home)
        # Translators: in a filter: nothing is left out.
        everything: Choices = [("", _("All"))]
        tags = [tag for tag in atlas.report_languages() if tag != candidates.ANY]
        choose(self, "need", [*everything, *_needs(atlas.needs_offered())])
        choose(self, "language", [*everything, *_languages(ANY_WORD, tags)])
        choose(self, "person", [*everything, *_persons()])


class DaysFilter(CoverageFilter):
    """Two days on which a country's state was kept: the two newest, if none is chosen."""

    before = forms.ChoiceField()
    after = forms.ChoiceField()

    def choose_days(self, days: list[date]) -> None:
        """Offer the days that there are, the newest first; at least two."""
        words: Choices = [(day.isoformat(), moments.exact(day)) for day in days]
        chosen = {
            "before": self.data["before"] or days[1].isoformat(),
            "after": self.data["after"] or days[0].isoformat(),
        }
        self.data = {**self.data, **chosen}
        choose(self, "before", words)
        choose(self, "after", words)


def _all_needs() -> Choices:
    kinds = [
        need.code
        for need in vocabulary.needs().values()
        if need.categories and not need.public and need.code in vocabulary.categories()
    ]
    return [
        # Translators: in a filter, over what people ask for.
        (_("Public needs"), _needs(atlas.needs_offered())),
        # Translators: in a filter, over the kinds of services.
        (
            _("Kinds of service"),
            sentences.by_name((code, str(wording.need_name(code))) for code in kinds),
        ),
    ]


def _needs(codes: Iterable[str]) -> Choices:
    return [(code, wording.need_name(code)) for code in codes]


def _languages(whichever: str, tags: Iterable[str]) -> Choices:
    """Return languages behind the choice of whichever."""
    named = ((tag, wording.language_name(tag)) for tag in tags)
    return [(whichever, wording.language_name(candidates.ANY)), *sentences.by_name(named)]


def _persons() -> Choices:
    return [(code, wording.person_name(code)) for code in persons.types()]
