"""Two entries that may be one service: side by side, merged, taken back, or two after all."""

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
from protect.directory.enums import Audience, Fact, Status
from protect.directory.fact_records.checks import Standing, standing_from, standing_of
from protect.directory.fact_records.fact_view import FactView, fact_view
from protect.directory.facts import LABELS
from protect.directory.models import Service
from protect.directory.services import search, service_page
from protect.directory.services.forms import choose
from protect.kernel import clock
from protect.kernel.text import plain_name
from protect.orgs.access import scope_of
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.ui import pages, pagination
from protect.ui.forms import DeskForm
from protect.verification import access, enums, labels, models, rules
from protect.verification.duplicates import duplicates, merges
from protect.verification.health import facts as health_facts
from protect.verification.reports.forms import NarrowingForm

FIRST, SECOND = "first", "second"
NEVER = datetime.min.replace(tzinfo=UTC)
# Translators, of each below: one of two entries that stand side by side.
SIDES: dict[str, Promise] = {
    FIRST: gettext_lazy("The first"),
    SECOND: gettext_lazy("The second"),
}
PAGE = 50  # pairs
SHOWN = 20  # entries that may be the other one
LONGEST_ASKED = 120  # characters


@dataclass(frozen=True, slots=True)
class Line:
    fact: Fact
    first: FactView
    second: FactView
    fresher: str  # FIRST or SECOND

    @property
    def is_same(self) -> bool:
        return self.first.mark == self.second.mark


@dataclass(frozen=True, slots=True)
class Sides:
    lines: list[Line]
    keep: str  # which one to keep by default
    is_protected: bool  # one never stores its address: the result does not either

    @property
    def differing(self) -> list[Line]:
        return [line for line in self.lines if not line.is_same]

    @property
    def same(self) -> Mapping[Fact, str]:
        """Return for each fact with equal values the entry that has the fresher checks."""
        return {line.fact: line.fresher for line in self.lines if line.is_same}


def side_by_side(first: Service, second: Service, *, at: datetime) -> Sides:
    """Return the values of both entries for every fact that one of them has."""
    one, other = standing_of(first, at), standing_of(second, at)
    is_protected = Audience.NEVER_STORED in {first.address_audience, second.address_audience}
    lines = []
    for fact in Fact:
        if (fact in one or fact in other) and not (fact == Fact.ADDRESS and is_protected):
            a, b = (each.get(fact) or standing_from(fact, [], at) for each in (one, other))
            views = fact_view(first, a), fact_view(second, b)
            lines.append(Line(fact, *views, fresher=_fresher(a, b, *views)))
    return Sides(lines, _to_keep(first, second, lines), is_protected)


def _fresher(one: Standing, other: Standing, first: FactView, second: FactView) -> str:
    """Return the better version: one with a value, then by state, then by date."""
    left, right = (
        (
            not view.is_known,
            service_page.ORDER.index(each.state),
            NEVER - getattr(each.check, "at", NEVER),
        )
        for each, view in ((one, first), (other, second))
    )
    return FIRST if left <= right else SECOND


def _to_keep(first: Service, second: Service, lines: list[Line]) -> str:
    """Return the one that the public sees; of two, the one of which more is fresh."""
    shown = [each.status == Status.PUBLISHED for each in (first, second)]
    if shown[0] != shown[1]:
        return FIRST if shown[0] else SECOND
    better = sum(line.fresher == FIRST for line in lines)
    return FIRST if better * 2 >= len(lines) else SECOND


class MergeForm(DeskForm):
    # Translators: a page: two entries of the directory become one.
    page = gettext_lazy("Merge two entries")
    mended_at = {"verification_merge_hides_published": "keep"}
    keep = forms.ChoiceField(
        # Translators: over a choice between two entries of the directory.
        label=gettext_lazy("Which entry remains?"),
        help_text=gettext_lazy(
            "Its name and its words stay. The page of the other one leads to it."
        ),
        choices=list(SIDES.items()),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose which entry remains.")},
    )

    def __init__(
        self, *args: Any, facts: Iterable[Fact] = Fact, names: Sequence[str] = (), **kwargs: Any
    ) -> None:
        """`facts`: those with different values; `names`: of both entries, in order."""
        super().__init__(*args, **kwargs)
        named = zip(SIDES.items(), names, strict=False)
        choices = [(side, f"{words}: {plain_name(name)}") for (side, words), name in named]
        choose(self, "keep", list(choices or SIDES.items()))
        self.facts = list(facts)
        for fact in self.facts:
            self.fields[f"is_{fact.value}"] = forms.ChoiceField(
                label=str(LABELS[fact]),
                choices=list(SIDES.items()),
                widget=forms.RadioSelect,
                error_messages={"required": gettext_lazy("Choose which version stays.")},
            )

    def choice(self, pair: models.DuplicatePair, same: Mapping[Fact, str]) -> merges.Choice:
        """Return the choice; `same`: the entry that keeps its checks, by fact with equal values."""
        data = self.cleaned_data
        keys = {FIRST: pair.first_id, SECOND: pair.second_id}
        sides = {fact: data[f"is_{fact.value}"] for fact in self.facts} | dict(same)
        return merges.Choice(
            keep=keys[data["keep"]],
            taken=frozenset(fact for fact, side in sides.items() if side != data["keep"]),
        )


class PairFilter(NarrowingForm):
    def __init__(self, data: Mapping[str, str], countries: Iterable[str]) -> None:
        super().__init__(data, countries, enums.PairState.PROPOSED.value)
        choose(self, "state", enums.PairState.choices)


@require_safe
def pair_list(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    countries = directory_access.must_somewhere(scope, Permission.EDIT_DIRECTORY)
    pair_filter = PairFilter(request.GET, countries)
    rows = access.pairs_of(scope).filter(**pair_filter.chosen())
    rows = rows.select_related("first__organisation", "second__organisation")
    rows = rows.order_by("-score", "pk")
    page = pagination.Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "filter": pair_filter,
        "made_at": health_facts.kept_true_at(),
        "page": page,
        "rows": [{"pair": each, "signs": _signs(each)} for each in page],
    }
    return desk.show_tab(request, "verification/pair_list.html", desk.PAIRS, None, context)


@require_http_methods(["GET", "POST"])
def pair_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    service = directory_access.get_service(scope, pk)
    directory_access.must(scope, Permission.EDIT_DIRECTORY, service.country_id)
    if request.method == "POST":
        other = directory_access.get_service(scope, _uuid(request.POST.get("other", "")))
        proposed = duplicates.propose_by_hand(scope, service, other, at=clock.now())
        return redirect("verification:pair", pk=proposed.pk)
    query = request.GET.get("q", "").strip()[:LONGEST_ASKED]
    rows = _others(scope, service, query) if query else []
    context = {
        "service": service,
        "query": query,
        "entries": [_entry(each) for each in rows[:SHOWN]],
        "is_more": len(rows) > SHOWN,
    }
    return pages.show(request, "verification/pair_new.html", None, context)


@require_http_methods(["GET", "POST"])
def pair(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope, at = scope_of(request), clock.now()
    proposed = access.get_pair(scope, pk)
    sides = side_by_side(proposed.first, proposed.second, at=at)
    form = _form(request, sides, [proposed.first.name, proposed.second.name])
    if form.is_valid():
        with form.mending():
            kept = merges.merge(scope, proposed, form.choice(proposed, sides.same), at=at)
            message = _("Merged. For 30 days you can take it back, on the page of this pair.")
            return pages.done(request, message, "directory:service", kept.pk)
    is_open = proposed.state == enums.PairState.PROPOSED
    context = {
        "pair": proposed,
        "entries": [_entry(proposed.first), _entry(proposed.second)],
        "sides": sides,
        "rows": [(line, form[f"is_{line.fact.value}"]) for line in sides.differing],
        "is_open": is_open,
        "signs": _signs(proposed),
        "shape": labels.STATE_SHAPES[proposed.state],
        "state": proposed.get_state_display(),
        "undo_until": _undo_until(proposed),
    }
    shown = form if is_open or form.is_bound else None
    return pages.show(request, "verification/pair.html", shown, context)


@require_POST
def pair_different(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    merges.call_different(scope, access.get_pair(scope, pk), at=clock.now())
    message = _("Noted as two services. They are not proposed again.")
    return pages.done(request, message, "verification:pair_list")


@require_http_methods(["GET", "POST"])
def pair_undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    merged = access.get_pair(scope, pk)
    if merged.state != enums.PairState.MERGED:
        raise Http404
    if request.method == "POST":
        merges.undo_merge(scope, merged, at=clock.now())
        message = _("Taken back. Both entries stand as before.")
        return pages.done(request, message, "verification:pair", pk)
    context = {
        "pair": merged,
        "question": _("Take this merging back?"),
        "effects": [
            _("Both entries are there again, each with its own facts and checks."),
            _("The public sees again what it saw before."),
            _("Addresses that were deleted because one is protected do not come back."),
        ],
        "verb": _("Take it back"),
        "back": reverse("verification:pair", args=[pk]),
    }
    return pages.show(request, "verification/pair_undo.html", None, context)


def _others(scope: Scope, service: Service, query: str) -> list[Service]:
    rows = search.search(scope, {"q": query, "country": service.country_id}, "name").rows
    rows = rows.exclude(pk=service.pk).exclude(status=Status.WITHDRAWN)
    return list(rows.select_related("organisation").prefetch_related("categories")[: SHOWN + 1])


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


def _form(request: HttpRequest, sides: Sides, names: list[str]) -> MergeForm:
    sent = request.POST if request.method == "POST" else None
    facts = [line.fact for line in sides.differing]
    fresher = {f"is_{line.fact.value}": line.fresher for line in sides.differing}
    return MergeForm(sent, facts=facts, names=names, initial={"keep": sides.keep, **fresher})


def _signs(pair: models.DuplicatePair) -> list[str]:
    return [str(enums.Sign(code).label) for code in pair.signs]


def _entry(service: Service) -> dict[str, Any]:
    return {
        "service": service,
        "status": service_page.status_of(service),
        "kinds": service_page.kinds_of(service),
    }


def _undo_until(pair: models.DuplicatePair) -> Any:
    if pair.state != enums.PairState.MERGED or pair.decided_at is None or not pair.before:
        return None
    end = pair.decided_at + rules.UNDO_MERGE
    return end if clock.now() < end else None
