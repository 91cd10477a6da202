"""The answers: for a place and a need, or for what a visitor said about herself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from protect.findhelp import access, addresses, rules
from protect.findhelp.access import Asked
from protect.findhelp.cards import results_of
from protect.findhelp.enums import Title
from protect.findhelp.forms import PlaceForm, RefineForm
from protect.findhelp.paper import pathway_of, pathway_pdf
from protect.findhelp.rules import Refined
from protect.findhelp.sealing import sealed_address, unsealed
from protect.findhelp.sheets import midnight_after
from protect.findhelp.views.frame import in_language, open_to_all, show
from protect.findhelp.views.places import helper_page, place_name
from protect.findhelp.views.reports import told
from protect.findhelp.views.services import pdf
from protect.kernel import clock
from protect.matching import published
from protect.matching.questions.question import Person, Question, Wishes
from protect.reference import wording
from protect.reference.vocabulary import Language
from protect.vault.actions.tokens import TOKEN_MINUTES


@open_to_all("POST")
@in_language
def results(
    request: HttpRequest,
    language: Language,
    place: str,
    need: str,
    quiet: str | None = None,
    step: str = "1",
) -> HttpResponse:
    asked = access.get_asked(place, need)
    if asked.need.page == "helper":
        return helper_page(request, language, asked.spot, is_quiet=bool(quiet))
    if request.method == "POST":
        typed = {name: request.POST.get(name, "")[:200] for name in RefineForm.base_fields}
        sealed = Refined(place=asked.spot.code, need=asked.need.short, fields=typed)
        return HttpResponseRedirect(sealed_address(language, sealed), status=303)
    form = RefineForm(initial={"language": language.tag, "quiet": bool(quiet)})
    limit = rules.shown_until(int(step))
    asking = question(asked, language, limit, is_quiet=bool(quiet))
    return _show(request, language, asked, asking, form)


@open_to_all()
@in_language
def refined(request: HttpRequest, language: Language, token: str) -> HttpResponse:
    """Answers for what was typed. Opens for half an hour, and is never kept."""
    said = unsealed(token)
    if said.service:
        return told(request, language, said)
    if not said.place:
        return _choices(request, language, said)
    asked = access.get_asked(said.place, said.need)
    form = RefineForm(said.fields)
    limit = rules.shown_until(2)
    asking = question(asked, language, limit, form)
    response = _show(request, language, asked, asking, form)
    response.headers["Refresh"] = str(TOKEN_MINUTES * 60)  # what stays open on a screen closes too
    return response


@open_to_all()
@in_language
def pathway(request: HttpRequest, language: Language, place: str, need: str) -> HttpResponse:
    asked = access.get_asked(place, need)
    at = clock.now()
    where = addresses.where(asked.spot)
    answers = published.pathway(where, asked.need.code, language=language.tag, at=at)
    address = reverse("findhelp:results", args=[language.tag, place, need, ""])
    sheet = pathway_of(
        answers,
        place_name(asked.spot, language),
        wording.name_of(wording.NEED_NAMES, asked.need),
        addresses.country_of(asked.spot),
        language.tag,
        settings.PUBLIC_URL + address,
        at,
    )
    ends = [midnight_after(at, "UTC"), *filter(None, [answers.valid_until])]
    return pdf(pathway_pdf(sheet), min(ends))


def question(
    asked: Asked,
    language: Language,
    limit: int,
    form: RefineForm | None = None,
    *,
    is_quiet: bool = False,
) -> Question:
    """Return the question for matching. What is blank in the form was not said."""
    said: dict[str, Any] = form.said() if form else {"quiet": is_quiet}
    at: datetime = clock.now().replace(second=0, microsecond=0)
    return Question(
        needs=(asked.need.code,),
        at=at,
        where=addresses.where(asked.spot),
        languages=(said.get("language") or language.tag,),
        person=Person(
            gender=said.get("gender") or None,
            age=said.get("age"),
            children=form.children() if form else None,
            legal_status=said.get("status") or None,
        ),
        wishes=Wishes(cannot_speak=bool(said.get("quiet"))),
        limit=limit,
    )


def _show(
    request: HttpRequest,
    language: Language,
    asked: Asked,
    asking: Question,
    form: RefineForm,
) -> HttpResponse:
    answers = published.match(asking)
    found = results_of(answers, asking, language.tag, rules.SHOWN)
    step = asking.limit // rules.SHOWN
    has_more = len(answers.answers) == asking.limit and step < 9
    context = {
        "asked": asked,
        "spot": asked.spot,
        "need": asked.need,
        "name": place_name(asked.spot, language),
        "country": addresses.country_of(asked.spot),
        "found": found,
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


def _choices(request: HttpRequest, language: Language, said: Refined) -> HttpResponse:
    """What the typed name could be: places of that name, or none."""
    country = said.country or None
    found = addresses.search(said.typed, country)
    context = {
        "typed": said.typed.strip(),
        "choices": [(place, addresses.place_spot(place.id)) for place in found.best],
        "country": country,
        "form": PlaceForm(initial={"q": said.typed.strip()}),
        "anywhere": addresses.whole(country) if country else addresses.ANYWHERE,
    }
    return show(request, language, "place_choices.html", context, title=Title.LIST, keep=False)
