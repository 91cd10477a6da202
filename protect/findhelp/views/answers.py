"""The results page: for a place and a need, or for details that a visitor gave."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from protect.findhelp import access, addresses, enums, forms, mirrors
from protect.findhelp.answers import cards, first_hours, gaps, interpreters, sheets, silence
from protect.findhelp.paper import content
from protect.findhelp.posters import papers
from protect.findhelp.views import details, frame, places
from protect.findhelp.views.services import (
    pdf_response,
    refined_service_page,
    report_outcome_page,
)
from protect.kernel import clock
from protect.matching import published, questions
from protect.reference.vocabulary import Language, Need

MOST_STEPS = 9  # of answers on a page
HURT_NOW, SAFE_PLACE = "hurt-now", "safe-place"  # codes of needs


@frame.in_language("POST")
def results_page(
    request: HttpRequest,
    language: Language,
    place: str,
    need: str,
    quiet: str | None = None,
    step: str = "1",
) -> HttpResponse:
    """Show at most `step` × ANSWERS_PER_STEP services for a place and a need; POST refines."""
    search = access.get_search(place, need)
    if search.need.page == "helper":
        return places.helper_page(request, language, search.spot, is_quiet=bool(quiet))
    if request.method == "POST":
        typed = details.read_posted(request.POST)
        chosen = access.get_search(place, request.POST.get("need") or need)
        sealed = addresses.RefinedSearch(search.spot.code, chosen.need.short, typed)
        return _redirect_to_sealed(language, sealed)
    form = details.blank_form(language.tag, is_quiet=bool(quiet))
    question = details.build_search_question(
        search,
        addresses.ANSWERS_PER_STEP * int(step),
        languages=(language.tag,),
        wishes=questions.Wishes(cannot_speak=bool(quiet)),
        at_any_hour=mirrors.mirror_of(request) is not None,
    )
    return _show_results(request, language, search, question, form)


@frame.in_language("POST")
def refined_results(request: HttpRequest, language: Language, token: str) -> HttpResponse:
    """Show what an encrypted URL holds: refined answers, places to choose, or the outcome of a
    report. The URL expires, a page that stays open closes with it, and none is ever cached. POST
    adds details, or more answers."""
    refined, seconds = addresses.open_sealed(token)
    if request.method == "POST":
        access.get_search(refined.place, refined.need)  # 404 for reports and places to choose
        return _add_to_refined(request, language, refined, seconds)
    response = _show_refined(request, language, refined)
    response.headers["Refresh"] = str(seconds)
    return response


@frame.in_language()
def refined_as_pdf(request: HttpRequest, language: Language, token: str) -> HttpResponse:
    """Return the refined answers on paper, without the details that were stated; never cached."""
    refined, _seconds = addresses.open_sealed(token)
    search = access.get_search(refined.place, refined.need)
    form = details.DetailsForm(refined.fields, country=addresses.country_of(search.spot))
    question = form.build_question(search, language, published.PATHWAY_LIMIT)
    answers = silence.shown_answers(question)
    plain = details.build_search_question(search, question.limit, languages=(language.tag,))
    answers = silence.without_stated_details(answers, plain)
    sheet = papers.build_poster(search, answers, language.tag, question.at)
    return HttpResponse(content.pathway_pdf(sheet), content_type="application/pdf")


@frame.in_language()
def page_in_refined(
    request: HttpRequest, language: Language, token: str, code: str
) -> HttpResponse:
    """Show a service, or a page about the country, as long as the URL of the refined answers opens,
    with a link back to them."""
    refined, seconds = addresses.open_sealed(token)
    search = access.get_search(refined.place, refined.need)
    page = access.find_country_page(code, search.spot)
    if page is None:
        response = refined_service_page(request, language, refined, token, code)
    else:
        form = details.DetailsForm(refined.fields, country=addresses.country_of(search.spot))
        question = form.build_question(search, language, addresses.ANSWERS_PER_STEP)
        stated = places.StatedDetails(refined, search.need, question, seconds)
        response = places.country_page(request, language, page, search.spot, stated=stated)
    response.headers["Refresh"] = str(seconds)
    return response


def _add_to_refined(
    request: HttpRequest, language: Language, refined: addresses.RefinedSearch, seconds: int
) -> HttpResponseRedirect:
    """Redirect to more answers, which expire with the first ones, to the answers for details that a
    button adds, or, once what was said is forgotten, to the plain answers."""
    if "more" in request.POST:
        refined = replace(refined, more=min(refined.more + 1, MOST_STEPS - 1))
        address = addresses.sealed_address(language, refined, seconds=seconds)
        return HttpResponseRedirect(f"{address}#more", status=303)
    if "forget" in request.POST:
        addresses.forget_answers(refined)
        is_quiet = (refined.fields or {}).get("quiet")
        codes = (refined.place, refined.need, "/q" if is_quiet else "")
        address = reverse("findhelp:results", args=[language.tag, *codes])
        return HttpResponseRedirect(address, status=303)
    stated = refined.fields or {}
    fields = details.add_posted(stated, request.POST)
    if fields == stated:  # nothing was added: the URL does not live longer
        address = addresses.sealed_address(language, refined, seconds=seconds)
        return HttpResponseRedirect(address, status=303)
    return _redirect_to_sealed(language, replace(refined, fields=fields))


def _redirect_to_sealed(
    language: Language, refined: addresses.RefinedSearch
) -> HttpResponseRedirect:
    return HttpResponseRedirect(addresses.sealed_address(language, refined), status=303)


def _show_refined(
    request: HttpRequest, language: Language, refined: addresses.RefinedSearch
) -> HttpResponse:
    if refined.service:
        return report_outcome_page(request, language, refined)
    if not refined.place:
        return _show_place_choices(request, language, refined)
    search = access.get_search(refined.place, refined.need)
    country = addresses.country_of(search.spot)
    form = details.DetailsForm(refined.fields, country=country)
    question = form.build_question(
        search, language, addresses.ANSWERS_PER_STEP * (refined.more + 1)
    )
    return _show_results(request, language, search, question, form)


@frame.in_language()
def pathway_as_pdf(request: HttpRequest, language: Language, place: str, need: str) -> HttpResponse:
    search, at = access.get_search(place, need), clock.now()
    answers = papers.poster_answers(search, language.tag, at)
    sheet = papers.build_poster(search, answers, language.tag, at)
    change_times = [sheets.midnight_after(at, "UTC"), *filter(None, [answers.valid_until])]
    return pdf_response(content.pathway_pdf(sheet), min(change_times))


def _show_results(
    request: HttpRequest,
    language: Language,
    search: access.Search,
    question: questions.Question,
    form: details.DetailsForm,
) -> HttpResponse:
    is_quiet = question.wishes.cannot_speak
    one_more = replace(question, limit=question.limit + 1)  # to know whether there are more
    answers = silence.shown_answers(one_more)
    listed = silence.without_places(answers) if is_quiet else answers
    results_view = cards.build_results(listed, question, language.tag, addresses.ANSWERS_PER_STEP)
    step = question.limit // addresses.ANSWERS_PER_STEP
    has_more = results_view.has_more and step < MOST_STEPS
    context = {
        **_search_context(search, language, question),
        **_details_context(search, language, form),
        "results": results_view,
        "is_quiet": is_quiet,
        **_gap_context(_on_page(answers, question), question, language, results_view),
        "asks_who": not search.need.for_children
        and (not form.errors if form.is_bound else step == 1),
        "more": step + 1 if has_more else None,
        "refined_at": request.path if form.is_bound else "",
        "asks_silence": bool(question.wishes.wants_silence and not _says_silence(answers)),
    }
    valid_until = answers.valid_until
    if is_quiet:
        context["quiet"] = quiet = silence.quiet_view(answers, question, language.tag)
        valid_until = min(filter(None, (valid_until, quiet.valid_until)), default=None)
    return frame.show(
        request,
        language,
        frame.ANSWERS,
        context,
        title=enums.PageTitle.LIST,
        valid_until=valid_until,
        may_cache=not form.is_bound,
    )


def _gap_context(
    answers: questions.Answers,
    question: questions.Question,
    language: Language,
    results_view: cards.ResultsView,
) -> dict[str, object]:
    """Return the context about what no service of a page states, about where to go without a
    centre, and about how to ask for an interpreter."""
    interpreter_request, centre = None, first_hours.nearest_centre(question, answers)
    centre_context = first_hours.centre_context(question, centre, language.tag)
    rows = (match.row for match in answers.answers or answers.national)
    is_needed = interpreters.is_needed(rows, question.languages)
    if is_needed or centre_context["lacks_centre"]:
        interpreter_request = interpreters.request_at(
            question.where, question.languages, language.tag
        )
    texts = gaps.gap_texts(answers, question, has_speaker=bool(results_view.speaker))
    return {"gaps": [*texts], "interpreter": interpreter_request, **centre_context}


def _on_page(answers: questions.Answers, question: questions.Question) -> questions.Answers:
    """Return the answers that the page shows: without the one that was fetched beyond the limit;
    for a visitor who cannot speak, all."""
    if question.wishes.cannot_speak:
        return answers
    return replace(answers, answers=answers.answers[: question.limit])


def _says_silence(answers: questions.Answers) -> bool:
    """Return whether a service states that it does not tell the authorities."""
    shown = (*answers.answers, *answers.national)
    return any(reason.code == "tells_nobody" for match in shown for reason in match.reasons)


def _search_context(
    search: access.Search, language: Language, question: questions.Question
) -> dict[str, object]:
    """Return the context about the place, the need and the first hours."""
    country = addresses.country_of(search.spot)
    person = question.person
    speaks_to_child = search.need.for_children or person.is_minor
    police_country = None if speaks_to_child else country  # facts about the police are for adults
    is_first_step = question.limit <= addresses.ANSWERS_PER_STEP  # longer pages have no room
    return {
        "search": search,
        "spot": search.spot,
        "need": search.need,
        "rights": access.RIGHTS_BY_NEED.get(search.need.code, ()) if is_first_step else (),
        "names": addresses.names_with_country(search.spot, language.tag),
        "country": country,
        "speaks_to_child": speaks_to_child,
        "first_hours": addresses.first_hours_in(country),
        **first_hours.urgent_context(
            police_country,
            question.at.date(),
            first_hours.urgency_of(question),
        ),
    }


def _nearby_needs(need: Need, form: details.DetailsForm) -> dict[str, Need | None]:
    """Return needs to which a link leads from answers: for children, who may have chosen that they
    were hurt or want to talk, a safe place for people in danger, and advice for an adult who
    worries about a child. From refined answers none: a link would lose the stated details, such as
    places to stay away from."""
    needs = {} if form.is_bound else {each.code: each for each in access.public_needs()}
    may_be_child = need.group_first or need.go_there
    for_children = (each for each in needs.values() if each.for_children and may_be_child)
    safe_need = needs.get(SAFE_PLACE) if need.code == HURT_NOW else None
    parent_need = needs.get("helping") if need.for_children else None
    child_need = next(for_children, None)
    return {"child_need": child_need, "safe_need": safe_need, "parent_need": parent_need}


def _details_context(
    search: access.Search, language: Language, form: details.DetailsForm
) -> dict[str, object]:
    """Return the context about the details that the visitor stated."""
    context: dict[str, object] = {
        "form": form,
        "avoided": form.avoided_names(language.tag),
        "needs": [need for need in access.public_needs() if not need.page],
        **_nearby_needs(search.need, form),
    }
    if form.is_bound:  # the address is sealed: the same place and need, without what was said
        codes = (search.spot.code, search.need.short)
        context["quiet_at"] = reverse("findhelp:results", args=[language.tag, *codes, "/q"])
    return context


def _show_place_choices(
    request: HttpRequest, language: Language, refined: addresses.RefinedSearch
) -> HttpResponse:
    """Show the places that a typed text may mean; else why there are none, and the regions."""
    country = refined.country or None
    matches = addresses.find_places(refined.typed, country, language.tag)
    list_spot = addresses.country_spot(country) if country else None
    is_quiet = bool((refined.fields or {}).get("quiet"))
    page, codes = ("page", [list_spot.code]) if list_spot else ("country_list", [])
    regions = [] if matches.choices or not list_spot else places.list_children(list_spot, language)
    context = {
        "typed": refined.typed.strip(),
        "is_quiet": is_quiet,
        "search_at": reverse(f"findhelp:{page}", args=[language.tag, *codes, "/q" * is_quiet]),
        "quiet_at": reverse(f"findhelp:{page}", args=[language.tag, *codes, "/q"]),
        "choices": [(choice, addresses.place_spot(choice.place.id)) for choice in matches.choices],
        "near_me": matches.near_me,
        "regions": regions,
        "country": country,
        "form": forms.PlaceForm(initial={"q": "" if matches.near_me else refined.typed.strip()}),
        "anywhere": addresses.anywhere_in(country) if country else addresses.ANYWHERE,
    }
    return frame.show(
        request,
        language,
        "place_choices.html",
        context,
        title=enums.PageTitle.LIST,
        may_cache=False,
    )
