from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.directory import access as directory_access, desk
from protect.directory.enums import AddressReaders, Fact, Status
from protect.directory.fact_records.checks import FactState, compute_fact_state, service_fact_states
from protect.directory.fact_records.fact_view import FactView, fact_view
from protect.directory.facts import FACT_LABELS
from protect.directory.models import Service
from protect.directory.services import search, service_page
from protect.directory.services.forms import set_choices
from protect.kernel import clock
from protect.kernel.text import plain_isolated_name
from protect.orgs.access import scope_of, uuid_or_404
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.ui import pages, pagination
from protect.ui.forms import DeskForm
from protect.verification import access, enums, labels, models, rules
from protect.verification.duplicates import duplicates, merges
from protect.verification.health import facts as health_facts
from protect.verification.reports.forms import CountryStateFilter

FIRST, SECOND = "first", "second"  # sides of a comparison, as values of form fields
NEVER_CHECKED = datetime.min.replace(tzinfo=UTC)  # in place of the time of a check
# Translators, of each below: one of two entries, shown side by side.
SIDE_LABELS: dict[str, Promise] = {FIRST: gettext_lazy("First"), SECOND: gettext_lazy("Second")}
PAGE_SIZE = 50  # pairs
SUGGESTION_LIMIT = 20  # entries in the search result
MAXIMUM_QUERY_LENGTH = 120  # characters


@dataclass(frozen=True, slots=True)
class FactComparison:
    fact: Fact
    first: FactView
    second: FactView
    fresher: str  # FIRST or SECOND

    @property
    def is_same(self) -> bool:
        return self.first.fingerprint == self.second.fingerprint


@dataclass(frozen=True, slots=True)
class EntryComparison:
    lines: list[FactComparison]
    keep: str  # side that is preselected as the remaining entry
    is_protected: bool  # one address is never stored, so the merged one is not either

    @property
    def differing_facts(self) -> list[FactComparison]:
        return [line for line in self.lines if not line.is_same]

    @property
    def same(self) -> Mapping[Fact, str]:
        """The side with the fresher checks, for each fact with equal values."""
        return {line.fact: line.fresher for line in self.lines if line.is_same}


def compare_facts(first: Service, second: Service, *, at: datetime) -> EntryComparison:
    """Compare two entries by fact, except addresses if one is never stored; preselect a side."""
    one, other = service_fact_states(first, at), service_fact_states(second, at)
    is_protected = AddressReaders.NEVER_STORED in {first.address_audience, second.address_audience}
    lines = []
    for fact in Fact:
        if (fact in one or fact in other) and not (fact == Fact.ADDRESS and is_protected):
            a, b = (states.get(fact) or compute_fact_state(fact, [], at) for states in (one, other))
            views = fact_view(first, a), fact_view(second, b)
            lines.append(FactComparison(fact, *views, fresher=_fresher_side(a, b, *views)))
    return EntryComparison(lines, _side_to_keep(first, second, lines), is_protected)


def _fresher_side(one: FactState, other: FactState, first: FactView, second: FactView) -> str:
    """Return the side with the better fact: known, then by state and date; FIRST if equal."""
    left, right = (
        (
            not view.is_known,
            service_page.FRESHNESS_ORDER.index(state.state),
            NEVER_CHECKED - getattr(state.check, "at", NEVER_CHECKED),
        )
        for state, view in ((one, first), (other, second))
    )
    return FIRST if left <= right else SECOND


def _side_to_keep(first: Service, second: Service, lines: list[FactComparison]) -> str:
    """Return the published side; if both or neither are published, the side with fresher facts."""
    shown = [service.status == Status.PUBLISHED for service in (first, second)]
    if shown[0] != shown[1]:
        return FIRST if shown[0] else SECOND
    better = sum(line.fresher == FIRST for line in lines)
    return FIRST if better * 2 >= len(lines) else SECOND


class MergeForm(DeskForm):
    # Translators: a page: two entries of the directory become one.
    page = gettext_lazy("Merge two entries")
    field_by_error_code = {"verification_merge_hides_published": "keep"}
    keep = forms.ChoiceField(
        # Translators: over a choice between two entries of the directory.
        label=gettext_lazy("Which entry remains?"),
        help_text=gettext_lazy(
            "The entry that remains keeps its name and texts. The page of the other "
            "entry redirects to it."
        ),
        choices=list(SIDE_LABELS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose which entry remains.")},
    )

    def __init__(
        self, *args: Any, facts: Iterable[Fact] = Fact, names: Sequence[str] = (), **kwargs: Any
    ) -> None:
        """`facts`: facts with different values; `names`: names of both entries, in order."""
        super().__init__(*args, **kwargs)
        named = zip(SIDE_LABELS.items(), names, strict=False)
        choices = [(side, f"{words}: {plain_isolated_name(name)}") for (side, words), name in named]
        set_choices(self, "keep", choices or SIDE_LABELS.items())
        self.facts = list(facts)
        for fact in self.facts:
            self.fields[f"is_{fact.value}"] = forms.ChoiceField(
                label=str(FACT_LABELS[fact]),
                choices=list(SIDE_LABELS.items()),
                widget=forms.RadioSelect,
                error_messages={"required": gettext_lazy("Choose which version stays.")},
            )

    def choice(self, pair: models.DuplicatePair, same: Mapping[Fact, str]) -> merges.MergeChoice:
        """Return the choice of the user. `same`: fresher side, for each fact with equal values."""
        data = self.cleaned_data
        keys = {FIRST: pair.first_id, SECOND: pair.second_id}
        sides = {fact: data[f"is_{fact.value}"] for fact in self.facts} | dict(same)
        taken = frozenset(fact for fact, side in sides.items() if side != data["keep"])
        return merges.MergeChoice(keys[data["keep"]], taken)


class PairFilter(CountryStateFilter):
    def __init__(self, data: Mapping[str, str], countries: Iterable[str]) -> None:
        super().__init__(data, countries, enums.PairState.PROPOSED.value)
        set_choices(self, "state", enums.PairState.choices)


@require_safe
def pair_list(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    countries = directory_access.require_permission_anywhere(scope, Permission.EDIT_DIRECTORY)
    pair_filter = PairFilter(request.GET, countries)
    rows = access.editable_pairs(scope).filter(**pair_filter.chosen())
    rows = rows.select_related("first__organisation", "second__organisation")
    page = pagination.Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "filter": pair_filter,
        "made_at": health_facts.last_successful_night(),
        "page": page,
        "rows": [{"pair": pair, "signs": _similarity_labels(pair)} for pair in page],
    }
    return desk.show_tab(request, "verification/pair_list.html", desk.PAIRS, None, context)


@require_http_methods(["GET", "POST"])
def propose_pair(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Search for a duplicate of the service with this `pk`, and propose the pair."""
    scope = scope_of(request)
    service = directory_access.get_service(scope, pk, Permission.EDIT_DIRECTORY)
    if request.method == "POST":
        other = directory_access.get_service(scope, uuid_or_404(request.POST.get("other", "")))
        proposed = duplicates.propose_by_hand(scope, service, other, at=clock.now())
        return redirect("verification:pair", pk=proposed.pk)
    query = request.GET.get("q", "").strip()[:MAXIMUM_QUERY_LENGTH]
    rows = _search_other_entries(scope, service, query) if query else []
    context = {
        "service": service,
        "query": query,
        "entries": [_entry_context(row) for row in rows[:SUGGESTION_LIMIT]],
        "is_more": len(rows) > SUGGESTION_LIMIT,
    }
    return pages.render_form_page(request, "verification/pair_new.html", None, context)


@require_http_methods(["GET", "POST"])
def review_pair(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Compare two possible duplicates side by side; merge them on POST."""
    scope, at = scope_of(request), clock.now()
    proposed = access.get_pair(scope, pk)
    sides = compare_facts(proposed.first, proposed.second, at=at)
    form = _merge_form(request, sides, [proposed.first.name, proposed.second.name])
    if form.is_valid():
        with form.showing_refusals():
            kept_service = merges.merge(scope, proposed, form.choice(proposed, sides.same), at=at)
            message = _(
                "The entries are merged. You can undo this for 30 days: under “Duplicates”,"
                " choose the state “Merged”."
            )
            return pages.redirect_with_message(
                request, message, "directory:service", kept_service.pk
            )
    is_open = proposed.state == enums.PairState.PROPOSED
    context = {
        "pair": proposed,
        "entries": [_entry_context(proposed.first), _entry_context(proposed.second)],
        "sides": sides,
        "rows": [(line, form[f"is_{line.fact.value}"]) for line in sides.differing_facts],
        "is_open": is_open,
        "signs": _similarity_labels(proposed),
        "shape": labels.STATE_SHAPES[proposed.state],
        "state": proposed.get_state_display(),
        "undo_until": _undo_deadline(proposed),
    }
    shown = form if is_open or form.is_bound else None
    return pages.render_form_page(request, "verification/pair.html", shown, context)


@require_POST
def mark_pair_different(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    merges.mark_as_different(scope, access.get_pair(scope, pk), at=clock.now())
    message = _("Marked as two services. They are not proposed again.")
    return pages.redirect_with_message(request, message, "verification:pair_list")


@require_http_methods(["GET", "POST"])
def undo_pair_merge(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    merged = access.get_pair(scope, pk)
    if merged.state != enums.PairState.MERGED:
        raise Http404
    if request.method == "POST":
        merges.undo_merge(scope, merged, at=clock.now())
        message = _("The merge is undone. There are two entries again.")
        return pages.redirect_with_message(request, message, "verification:pair", pk)
    context = {
        "pair": merged,
        "question": _("Undo this merge?"),
        "effects": [
            _("Both entries are restored, each with its own facts and checks."),
            _(
                "The withdrawn entry is public again if it was public before the merge, "
                "unless the remaining entry has been suspended or withdrawn since."
            ),
            _("Addresses that were deleted because one entry is protected are not restored."),
        ],
        "verb": _("Undo"),
        "back": reverse("verification:pair", args=[pk]),
    }
    return pages.render_form_page(request, "verification/pair_undo.html", None, context)


def _search_other_entries(scope: Scope, service: Service, query: str) -> list[Service]:
    """Return matching entries of the country, not withdrawn, at most one more than is shown."""
    rows = search.search(scope, {"q": query, "country": service.country_id}, "name").rows
    rows = rows.exclude(pk=service.pk).exclude(status=Status.WITHDRAWN)
    rows = rows.select_related("organisation").prefetch_related("categories")
    return list(rows[: SUGGESTION_LIMIT + 1])


def _merge_form(request: HttpRequest, sides: EntryComparison, names: list[str]) -> MergeForm:
    facts = [line.fact for line in sides.differing_facts]
    fresher = {f"is_{line.fact.value}": line.fresher for line in sides.differing_facts}
    initial = {"keep": sides.keep, **fresher}
    return MergeForm(pages.posted_data(request), facts=facts, names=names, initial=initial)


def _similarity_labels(pair: models.DuplicatePair) -> list[str]:
    return [str(enums.Similarity(code).label) for code in pair.signs]


def _entry_context(service: Service) -> dict[str, Any]:
    return {
        "service": service,
        "status": service_page.status_chip(service),
        "kinds": service_page.category_labels(service),
    }


def _undo_deadline(pair: models.DuplicatePair) -> Any:
    """Return until when a merge can be undone; None if it cannot, or not any more."""
    if pair.state != enums.PairState.MERGED or pair.decided_at is None or not pair.before:
        return None
    end = pair.decided_at + rules.UNDO_MERGE_PERIOD
    return end if clock.now() < end else None
