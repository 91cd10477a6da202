from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy as _

from protect.directory.services.forms import set_choices
from protect.findhelp.access import public_needs
from protect.findhelp.posters.papers import printable_languages
from protect.reference import formats, vocabulary, wording
from protect.reference.lookup import store
from protect.ui.forms import DeskForm
from protect.vault.sign_in.posted import DraftPage

type Choices = list[tuple[str, str]]


class PlaceForm(DeskForm):
    country = forms.ChoiceField(label=_("Country"))
    place = forms.CharField(
        label=_("Town or region"),  # For translators: a field: the name of a town or a region
        help_text=_("Leave it empty for the whole country."),
        max_length=120,
        required=False,
    )
    need = forms.ChoiceField(
        label=_("Help needed")  # For translators: a field: what help a visitor looks for
    )

    def __init__(self, *args: Any, countries: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "country", countries_by_name(countries))
        names, needs = wording.NEED_NAMES, printable_needs()
        choices = [(need.short, str(wording.display_name(names, need))) for need in needs]
        set_choices(self, "need", choices)


class LanguagesForm(DeskForm):
    languages = forms.MultipleChoiceField(
        label=_("Languages"),  # For translators: a field: the languages in which a paper is printed
        help_text=_("The languages that most services there speak are already selected."),
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
        set_choices(self, "languages", languages_by_name())


class AreaForm(DeskForm):
    field_by_error_code = {
        "findhelp_book_too_large": "area",
        "findhelp_file_too_large": "area",
        "findhelp_no_pages": "language",
    }
    area = forms.ChoiceField(
        label=_("Country or region")  # For translators: a field: a country, or a region of it
    )
    language = forms.ChoiceField(label=_("Language"))

    def __init__(self, *args: Any, countries: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "area", [*_country_and_region_choices(countries_by_name(countries))])
        set_choices(self, "language", languages_by_name())


class DirectoryForm(AreaForm):
    members = forms.BooleanField(
        # Translators: a box to tick, for a paper that only members may have.
        label=_("Include what only professionals may see"),
        help_text=_(
            "Every page is marked “For professionals only”. Give it to members of the "
            "platform only."
        ),
        required=False,
    )


def printable_needs() -> list[vocabulary.Need]:
    """Return the needs of the public site that have a category of services."""
    return [need for need in public_needs() if need.categories]


def countries_by_name(codes: Iterable[str]) -> Choices:
    tag = get_language() or "en"
    return sorted(((code, formats.country_name(code, tag)) for code in codes), key=lambda x: x[1])


def languages_by_name() -> Choices:
    """Return the printable languages: each by its own name and in the language of the page."""
    choices = []
    for tag in printable_languages():
        own = vocabulary.languages()[tag].endonym
        name = formats.language_name(tag, get_language() or "en")
        choices.append((tag, own if own == name else f"{own} · {name}"))
    return choices


def _country_and_region_choices(countries: Choices) -> Iterable[tuple[str, str]]:
    for code, name in countries:
        yield code, name
        for area in store.areas().values():
            if area.country_id == code and area.parent_id is None:
                yield area.code, f"{name} – {area.name}"


PAGES: dict[str, DraftPage] = {  # by URL name, for `vault.sign_in.posted`
    "findhelp:desk_posters": DraftPage(_("Posters"), PlaceForm),
    "findhelp:desk_poster": DraftPage(_("Poster"), LanguagesForm),
    "findhelp:desk_printable": DraftPage(_("Print a directory"), DirectoryForm),
    "findhelp:desk_offline": DraftPage(_("For people without internet"), AreaForm),
}
