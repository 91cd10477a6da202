"""Forms of printed papers at the desk: place, need, languages."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy as _

from protect.directory.services.forms import choose
from protect.findhelp.access import public_needs
from protect.findhelp.posters.papers import printable
from protect.reference import formats, vocabulary, wording
from protect.reference.lookup import store
from protect.ui.forms import DeskForm
from protect.vault.sign_in.posted import Page

type Choices = list[tuple[str, str]]


class PlaceForm(DeskForm):
    country = forms.ChoiceField(label=_("Country"))
    place = forms.CharField(
        # Translators: a field: the name of a town or a region.
        label=_("Town or region"),
        help_text=_("Leave it empty for the whole country."),
        max_length=120,
        required=False,
    )
    need = forms.ChoiceField(
        # Translators: a field: what help a visitor looks for.
        label=_("Help needed")
    )

    def __init__(self, *args: Any, countries: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "country", countries_by_name(countries))
        names = wording.NEED_NAMES
        choose(self, "need", [(need.short, str(wording.name_of(names, need))) for need in needs()])


class LanguagesForm(DeskForm):
    languages = forms.MultipleChoiceField(
        # Translators: a field: the languages in which a paper is printed.
        label=_("Languages"),
        help_text=_("The languages that most services there speak are ticked."),
        widget=forms.CheckboxSelectMultiple,
    )
    cards = forms.BooleanField(
        # Translators: a box to tick: small cards, one for each service of a poster.
        label=_("Also a card for each service, in each language"),
        help_text=_("The size of a bank card, for a pocket."),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "languages", languages_by_name())


class DirectoryForm(DeskForm):
    mended_at = {"findhelp_book_too_large": "area"}
    area = forms.ChoiceField(
        # Translators: a field: a country, or a region of it.
        label=_("Country or region")
    )
    language = forms.ChoiceField(label=_("Language"))
    members = forms.BooleanField(
        # Translators: a box to tick, for a paper that only members may have.
        label=_("Include what only professionals may see"),
        help_text=_("Every page says so. Give it to members only."),
        required=False,
    )

    def __init__(self, *args: Any, countries: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "area", [*_areas(countries_by_name(countries))])
        choose(self, "language", languages_by_name())


def needs() -> list[vocabulary.Need]:
    """Return the needs that a service can answer."""
    return [need for need in public_needs() if need.categories]


def countries_by_name(codes: Iterable[str]) -> Choices:
    tag = get_language() or "en"
    return sorted(((code, formats.country_name(code, tag)) for code in codes), key=lambda x: x[1])


def languages_by_name() -> Choices:
    """Return what can be printed: each language by its own name, and in that of the page."""
    languages, locale = vocabulary.languages(), formats.locale_of(get_language() or "en")
    choices = []
    for tag in printable():
        own = languages[tag].endonym
        name = str(locale.languages.get(tag, languages[tag].english))
        choices.append((tag, own if own == name else f"{own} · {name}"))
    return choices


def _areas(countries: Choices) -> Iterable[tuple[str, str]]:
    for code, name in countries:
        yield code, name
        for area in store.areas().values():
            if area.country_id == code and area.parent_id is None:
                yield area.code, f"{name} – {area.name}"


# By name of an address, as in `vault.sign_in.posted`.
PAGES: dict[str, Page] = {
    "findhelp:desk_posters": Page(_("Posters"), PlaceForm),
    "findhelp:desk_poster": Page(_("Poster"), LanguagesForm),
    "findhelp:desk_printable": Page(_("Print a directory"), DirectoryForm),
}
