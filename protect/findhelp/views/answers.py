"""The answers: for a place and a need, or for what a visitor said about herself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from protect.findhelp import access, addresses
from protect.findhelp.answers.cards import results_of
from protect.findhelp.answers.sheets import midnight_after
from protect.findhelp.enums import Title
from protect.findhelp.forms import PlaceForm, RefineForm
from protect.findhelp.paper.content import pathway_pdf
from protect.findhelp.paper.leaflets import pathway_of
from protect.findhelp.views.frame import in_language, show
from protect.findhelp.views.places import helper_page, place_name
from protect.findhelp.views.services import pdf, report_outcome
from protect.kernel import clock
from protect.matching import published
from protect.matching.questions.question import Person, Question, Wishes
from protect.reference import wording
from protect.reference.vocabulary import Language
from protect.vault.server_keys.tokens import TOKEN_MINUTES


@in_language("POST")
def results(
    request: HttpRequest,
    language: Language,
    place: str,
    need: str,
    quiet: str | None = None,
    step: str = "1",
) -> HttpResponse:
    search = access.get_search(place, need)
    if search.need.page == "helper":
        return helper_page(request, language, search.spot, is_quiet=bool(quiet))
    if request.method == "POST":
        typed = {name: request.POST.get(name, "")[:200] for name in RefineForm.base_fields}
        sealed = addresses.Refined(place=search.spot.code, need=search.need.short, fields=typed)
        return HttpResponseRedirect(addresses.sealed_address(language, sealed), status=303)
    form = RefineForm(initial={"language": language.tag, "quiet": bool(quiet)})
    limit = addresses.shown_until(int(step))
    asking = question(search, language, limit, is_quiet=bool(quiet))
    return _show(request, language, search, asking, form)


@in_language()
def refined(request: HttpRequest, language: Language, token: str) -> HttpResponse:
    """Answers to a refined search. The address works for half an hour and is never cached."""
    refined = addresses.unsealed(token)
    if refined.service:
        return report_outcome(request, language, refined)
    if not refined.place:
        return _choices(request, language, refined)
    search = access.get_search(refined.place, refined.need)
    form = RefineForm(refined.fields)
    limit = addresses.shown_until(2)
    asking = question(search, language, limit, form)
    response = _show(request, language, search, asking, form)
    response.headers["Refresh"] = str(TOKEN_MINUTES * 60)  # what stays open on a screen closes too
    return response


@in_language()
def pathway(request: HttpRequest, language: Language, place: str, need: str) -> HttpResponse:
    search = access.get_search(place, need)
    at = clock.now()
    where = addresses.where(search.spot)
    answers = published.pathway(where, search.need.code, language=language.tag, at=at)
    address = reverse("findhelp:results", args=[language.tag, place, need, ""])
    sheet = pathway_of(
        answers,
        place_name(search.spot, language),
        wording.name_of(wording.NEED_NAMES, search.need),
        addresses.country_of(search.spot),
        language.tag,
        settings.PUBLIC_URL + address,
        at,
    )
    ends = [midnight_after(at, "UTC"), *filter(None, [answers.valid_until])]
    return pdf(pathway_pdf(sheet), min(ends))


def question(
    search: access.Search,
    language: Language,
    limit: int,
    form: RefineForm | None = None,
    *,
    is_quiet: bool = False,
) -> Question:
    """Return the question for matching. What is blank in the form was not said."""
    data: dict[str, Any] = form.readable_data() if form else {"quiet": is_quiet}
    at: datetime = clock.now().replace(second=0, microsecond=0)
    return Question(
        needs=(search.need.code,),
        at=at,
        where=addresses.where(search.spot),
        languages=(data.get("language") or language.tag,),
        person=Person(
            gender=data.get("gender") or None,
            age=data.get("age"),
            children=form.children() if form else None,
            legal_status=data.get("status") or None,
        ),
        wishes=Wishes(cannot_speak=bool(data.get("quiet"))),
        limit=limit,
    )


def _show(
    request: HttpRequest,
    language: Language,
    search: access.Search,
    asking: Question,
    form: RefineForm,
) -> HttpResponse:
    answers = published.match(asking)
    shown = results_of(answers, asking, language.tag, addresses.SHOWN)
    step = asking.limit // addresses.SHOWN
    has_more = len(answers.answers) == asking.limit and step < 9
    context = {
        "search": search,
        "spot": search.spot,
        "need": search.need,
        "name": place_name(search.spot, language),
        "country": addresses.country_of(search.spot),
        "results": shown,
        "form": form,
        "is_quiet": asking.wishes.cannot_speak,
        "more": step + 1 if has_more and not form.is_bound else None,
    }
    return show(
        request,
        language,
        "results.html",
        context,
        title=Title.LIST,
        valid_until=answers.valid_until,
        keep=not form.is_bound,
    )


def _choices(request: HttpRequest, language: Language, refined: addresses.Refined) -> HttpResponse:
    country = refined.country or None
    matches = addresses.search(refined.typed, country)
    context = {
        "typed": refined.typed.strip(),
        "choices": [(place, addresses.place_spot(place.id)) for place in matches.best],
        "country": country,
        "form": PlaceForm(initial={"q": refined.typed.strip()}),
        "anywhere": addresses.whole(country) if country else addresses.ANYWHERE,
    }
    return show(request, language, "place_choices.html", context, title=Title.LIST, keep=False)
