"""Whom do I call? The page on which a colleague asks, and reads numbers to call."""

from typing import Any
from urllib.parse import urlencode

from babel.dates import format_skeleton
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from protect.coordination.pathways import forms
from protect.coordination.pathways.call_answers import CallAnswer, find_answer, towns_with_pathway
from protect.coordination.pathways.enums import When, Who
from protect.coordination.pathways.followed_procedures import followed_link
from protect.coordination.pathways.live_services import CHILD_AGE
from protect.coordination.pathways.pathway_papers import emergency_number
from protect.coordination.pathways.place_names import PlaceChoice, need_name
from protect.directory.access import home_country
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.orgs.scope import Scope
from protect.reference import formats, vocabulary
from protect.ui.pages import render_form_page


@require_safe
def pathway_call(request: HttpRequest) -> HttpResponse:
    scope, now = scope_of(request), clock.now()
    country = home_country(scope) or next(iter(vocabulary.countries()))
    defaults = {"country": country, "papers": "no", "when": When.NOW.value}
    form = forms.CallForm(request.GET.dict(), defaults)
    answer, place = None, None
    if form.is_asked and form.is_valid() and (place := form.find_place()) is not None:
        answer = find_answer(scope, form.cleaned_data, place, now)
    edition = answer.edition if answer else None
    asked = form["country"].value()
    context = {
        "answer": answer,
        "asked": _asked_words(form, place) if answer and place else ("", ""),
        "moment": _moment_text(form, answer) if answer else "",
        "towns": _town_links(scope, form, place) if answer and place else [],
        "procedure": followed_link(scope, edition.pathway, now.date()) if edition else None,
        "emergency": emergency_number(asked if asked in vocabulary.countries() else country),
        "child_age": CHILD_AGE if form["who"].value() == Who.CHILD else None,
        "form": form,
    }
    return render_form_page(request, "coordination/pathways/call.html", None, context)


def _asked_words(form: forms.CallForm, place: PlaceChoice) -> tuple[str, str]:
    """Return what was asked: what is needed and where, and for whom."""
    data = form.cleaned_data
    papers = str(dict(form.fields["papers"].choices)[data["papers"]])  # type: ignore[attr-defined]
    who = str(Who(data["who"]).label) if data["who"] else ""
    need = need_name(data["need"], get_language() or "en")
    return f"{need} · {place.name}", " · ".join(filter(None, (who, papers)))


def _moment_text(form: forms.CallForm, answer: CallAnswer) -> str:
    """Return when the call is, such as “Now: Wed 2 Dec, 23:14 · At night”."""
    when, tag = When(form.cleaned_data["when"]), get_language() or "en"
    day = format_skeleton("MMMEd", answer.at.date(), locale=formats.cldr_locale(tag))
    text = f"{when.label}: {day} {formats.time_text(answer.at, tag)}"
    return f"{text} · {When.NIGHT.label}" if answer.is_night and when != When.NIGHT else text


def _town_links(scope: Scope, form: forms.CallForm, place: PlaceChoice) -> list[tuple[str, str]]:
    """Return, for a question about a whole country, the towns and regions that have a pathway of
    their own, with the address of the same question there."""
    data: dict[str, Any] = form.cleaned_data
    if place.value:
        return []
    towns = towns_with_pathway(scope, data["country"], data["need"])
    return [(each.label, "?" + urlencode({**data, "place": each.value})) for each in towns]
