"""Filter and search of the service list. The values of the filter are part of the URL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from protect.directory import access, enums, models, service_models
from protect.directory.extension import extensions
from protect.directory.facts import sentences
from protect.directory.services import name_search
from protect.directory.services.forms import category_choices, set_choices
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.reference import vocabulary

WAITING_FOR_USER = "mine"  # value of the field `waits` of the filter
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
    is_truncated: bool  # too many services have the typed words: some may be missing


def search(scope: Scope, chosen: Mapping[str, str], sort: str) -> SearchResult:
    """Return the visible services that match `chosen` (see ServiceFilter.chosen), sorted by
    `sort`, a key of SORTS, else by name. The number of queries is fixed."""
    rows = access.visible_services(scope)
    is_cut = False
    if typed := chosen.get("q"):
        keys = name_search.find(typed)
        is_cut = len(keys) >= name_search.MAXIMUM_RESULTS
        rows = rows.filter(pk__in=keys)
    for name, value in chosen.items():
        if name in FILTER_COLUMNS:
            rows = rows.filter(**{FILTER_COLUMNS[name]: value})
    if chosen.get("language"):
        spoken = models.LanguageOffered.objects.filter(language=chosen["language"])
        rows = rows.filter(pk__in=spoken.values("service"))  # a join would list a service twice
    if chosen.get("state"):
        conditions = (extension.services_with_reason(chosen["state"]) for extension in extensions())
        rows = rows.filter(
            next((condition for condition in conditions if condition is not None), Q(pk__in=()))
        )
    if chosen.get("waits"):
        rows = _keep_waiting(scope, rows)
    return SearchResult(rows.order_by(*SORTS.get(sort, SORTS["name"])), is_cut)


FILTER_COLUMNS = {"country": "country", "status": "status", "kind": "categories"}


def _keep_waiting(
    scope: Scope, rows: service_models.ServiceQuerySet
) -> service_models.ServiceQuerySet:
    """Keep drafts the user may edit, reviews to publish, and services assigned to the user."""
    edits = access.countries_with_permission(scope, Permission.EDIT_DIRECTORY)
    releases = access.countries_with_permission(scope, Permission.RELEASE_DIRECTORY)
    drafts = Q(status=enums.Status.DRAFT, country__in=edits)
    mine = drafts | Q(status=enums.Status.REVIEW, country__in=releases)
    for extension in extensions():
        mine |= extension.services_assigned_to(scope)
    return rows.filter(mine)


class ServiceFilter(forms.Form):
    """The filter form above the service list. Invalid values are ignored."""

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
        everything = ("", _("All"))  # For translators: in a filter: nothing is left out
        offered: dict[str, Sequence[tuple[str, object]]] = {
            "country": sentences.countries_by_name(vocabulary.countries()),
            "status": enums.Status.choices,
            "kind": category_choices(),
            "language": sentences.languages_by_name(),
            "state": [
                pair for extension in extensions() for pair in extension.filter_reasons().items()
            ],
            "waits": [(WAITING_FOR_USER, _("Waiting for me"))],  # For translators: in a filter
        }
        for name, choices in offered.items():
            set_choices(self, name, [everything, *choices])

    def chosen(self) -> dict[str, str]:
        """Return the valid, non-empty values by field name."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
