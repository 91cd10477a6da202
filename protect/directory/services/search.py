"""The service list: its filter, whose values are part of the URL, and the services it finds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from protect.directory import access, enums, models, service_models
from protect.directory.extension import extensions
from protect.directory.facts import sentences
from protect.directory.services import name_search
from protect.directory.services.forms import choose, kinds
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.reference import vocabulary

MINE = "mine"
SORTS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "pk"),
    "-name": ("-name", "-pk"),
    "country": ("country", "name", "pk"),
    "-country": ("-country", "name", "pk"),
    "status": ("status", "name", "pk"),
    "-status": ("-status", "name", "pk"),
    "changed": ("last_modified", "pk"),
    "-changed": ("-last_modified", "-pk"),
}


@dataclass(frozen=True, slots=True)
class SearchResult:
    rows: QuerySet[models.Service]
    is_cut: bool  # more hold the words than are shown


def search(scope: Scope, chosen: Mapping[str, str], sort: str) -> SearchResult:
    """Return the services that match `chosen` (ServiceFilter.chosen). `sort`: a key of SORTS.
    A fixed number of queries, however many services there are."""
    rows = access.services_of(scope)
    is_cut = False
    if typed := chosen.get("q"):
        keys = name_search.find(typed)
        is_cut = len(keys) >= name_search.MOST
        rows = rows.filter(pk__in=keys)
    for name, value in chosen.items():
        if name in PLAIN:
            rows = rows.filter(**{PLAIN[name]: value})
    if chosen.get("language"):
        spoken = models.LanguageOffered.objects.filter(language=chosen["language"])
        rows = rows.filter(pk__in=spoken.values("service"))  # a join would show it twice
    if chosen.get("state"):
        reasons = (each.services_with_reason(chosen["state"]) for each in extensions())
        rows = rows.filter(next((each for each in reasons if each is not None), Q(pk__in=())))
    if chosen.get("waits"):
        rows = _mine(scope, rows)
    return SearchResult(rows.order_by(*SORTS.get(sort, SORTS["name"])), is_cut)


PLAIN = {"country": "country", "status": "status", "kind": "categories"}


def _mine(scope: Scope, rows: service_models.ServiceQuerySet) -> service_models.ServiceQuerySet:
    """Keep what waits for people like this one: drafts, reviews, and what they hold."""
    edits = access.countries_where(scope, Permission.EDIT_DIRECTORY)
    releases = access.countries_where(scope, Permission.RELEASE_DIRECTORY)
    mine = Q(status=enums.Status.DRAFT, country__in=edits) | Q(
        status=enums.Status.REVIEW, country__in=releases
    )
    for extension in extensions():
        if (held := extension.services_held_by(scope)) is not None:
            mine |= held
    return rows.filter(mine)


class ServiceFilter(forms.Form):
    """The bar over the list. What cannot be read is not looked for."""

    q = forms.CharField(
        required=False,
        max_length=120,
        widget=forms.TextInput(
            {"type": "search", "dir": "auto", "autocomplete": "off"}
            | {"spellcheck": "false", "data-search": ""}
        ),
    )
    country = forms.ChoiceField(required=False)
    status = forms.ChoiceField(required=False)
    kind = forms.ChoiceField(required=False)
    language = forms.ChoiceField(required=False)
    state = forms.ChoiceField(required=False)
    waits = forms.ChoiceField(required=False)

    def __init__(self, data: Mapping[str, str]) -> None:
        super().__init__({name: data.get(name, "") for name in self.base_fields})
        # Translators: in a filter: nothing is left out.
        everything = ("", _("All"))
        offered: dict[str, Sequence[tuple[str, object]]] = {
            "country": sentences.countries_by_name(vocabulary.countries()),
            "status": enums.Status.choices,
            "kind": kinds(),
            "language": sentences.languages_by_name(),
            "state": [pair for each in extensions() for pair in each.filter_reasons().items()],
            # Translators: in a filter: services that need something from the person at the desk.
            "waits": [(MINE, _("Waits for me"))],
        }
        for name, choices in offered.items():
            choose(self, name, [everything, *choices])

    def chosen(self) -> dict[str, str]:
        """Return the chosen values by field, without unknown codes."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
