from http import HTTPStatus
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.certificates.facts import completed_modules
from protect.coordination.adaptations import access, actions, comparison, forms, rules
from protect.coordination.adaptations.check_reasons import reasons_of
from protect.coordination.adaptations.check_topics import (
    TOPIC_PAGES,
    next_page,
    topics,
    topics_of_page,
)
from protect.coordination.adaptations.enums import Moment, ReviewVerdict
from protect.coordination.adaptations.errors import AnswerChanged
from protect.coordination.adaptations.models import Adaptation, TopicAnswer
from protect.coordination.adaptations.step_rows import STATE_SHAPES, step_rows
from protect.coordination.adaptations.step_views import CHECK, crumb
from protect.directory.models import Service
from protect.kernel import clock
from protect.kernel.small_numbers import shown_number
from protect.orgs.access import scope_of
from protect.orgs.models import Organisation
from protect.orgs.scope import Scope
from protect.ui.pages import (
    FormPage,
    posted_data,
    redirect_with_message,
    render_form_page,
    show_form,
)

SERVICE, ANSWERS = "coordination:service_page", "coordination:adaptation_answers"
FOLDER = "coordination/adaptations"
JSON_TYPE = "application/json"


@require_safe
def adaptation_list(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    rows = access.visible_checks(scope).select_related("service", "organisation", "peer")
    checks = [(check, STATE_SHAPES[check.state]) for check in rows.prefetch_related("reviews")]
    context = {
        "rows": [row for row in checks if row[0].closed_at is None],
        "closed": [row for row in checks if row[0].closed_at is not None],
        "services": access.own_services(scope).order_by("name", "pk"),
    }
    return render_form_page(request, f"{FOLDER}/adaptation_list.html", None, context)


@require_http_methods(["GET", "POST"])
def service_organisation(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    service = access.get_coordinated_service(scope, pk)
    rows = Organisation.objects.active().filter(country=service.country_id).order_by("name", "pk")
    named = access.organisation_of(service) or rows.filter(name=service.organisation.name).first()
    form = forms.OrganisationForm(
        posted_data(request), organisations=rows, initial={"organisation": named}
    )
    if form.is_valid():
        with form.showing_refusals():
            organisation = form.cleaned_data["organisation"]
            actions.name_organisation(scope, service, organisation, at=clock.now())
            return redirect_with_message(request, _("Saved."), SERVICE, pk)
    page = FormPage(_("Organisation at the desk"), _("Save"), _service_crumb(service))
    return show_form(request, form, page)


@require_http_methods(["GET", "POST"])
def service_check_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    service = access.get_service(scope, pk)
    organisation = access.organisation_of(service)
    peers = access.peers_of(organisation.pk) if organisation else Organisation.objects.none()
    form = forms.PeerForm(posted_data(request), peers=peers)
    if form.is_valid():
        with form.showing_refusals():
            peer = form.cleaned_data["peer"]
            check = actions.begin_check(scope, service, peer, at=clock.now())
            return redirect(ANSWERS, check.pk, next(iter(TOPIC_PAGES)))
    lead = _(
        "{count} questions in about forty minutes, saved as you go. Then a plan of three to five "
        "steps."
    ).format(count=len(topics()))
    page = FormPage(_("Adaptation check"), _("Begin"), _service_crumb(service), lead)
    return show_form(request, form, page)


@require_safe
def adaptation(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    check = access.get_check(scope, pk)
    answers, steps = latest_answers(check), step_rows(check, clock.now().date())
    planned_topics = {row.step.topic for row in steps}
    weak = [code for code, each in answers.items() if each.value in rules.WEAK_ANSWERS]
    is_open = check.closed_at is None
    context = {
        "check": check,
        "state": check.state,
        "shape": STATE_SHAPES[check.state],
        "reasons": reasons_of(scope, check),
        "parts": [_part(part, answers) for part in TOPIC_PAGES],
        "next_part": next((part for part in TOPIC_PAGES if not _is_complete(part, answers)), None),
        "steps": steps,
        "suggestions": [
            (topic, answers[topic.code])
            for topic in topics().values()
            if topic.code in weak and topic.code not in planned_topics
        ],
        "is_short": len(steps) < rules.FEWEST_STEPS,
        "is_full": len(steps) >= rules.MOST_STEPS,
        "may_answer": is_open and access.may_answer(scope, check),
        "may_plan": is_open and access.may_plan(scope, check),
        "may_finish": check.planned_at is None and len(steps) >= rules.FEWEST_STEPS,
        "may_decide": is_open and access.may_coordinate(scope, check.service),
        "may_review": is_open and bool(check.planned_at) and access.may_review(scope, check),
        "may_open_service": access.visible_services(scope).filter(pk=check.service_id).exists(),
    }
    return render_form_page(request, f"{FOLDER}/adaptation.html", None, context)


@require_http_methods(["GET", "POST"])
def adaptation_peer(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    check = access.get_check(scope, pk)
    access.must_plan(scope, check)
    peers = access.peers_of(check.organisation_id)
    form = forms.PeerForm(posted_data(request), peers=peers, initial={"peer": check.peer_id})
    if form.is_valid():
        with form.showing_refusals():
            actions.choose_peer(scope, check, form.cleaned_data["peer"], at=clock.now())
            return redirect_with_message(request, _("Saved."), CHECK, pk)
    return show_form(request, form, FormPage(_("Peer organisation"), _("Save"), crumb(check)))


@require_http_methods(["GET", "POST"])
def adaptation_answers(request: HttpRequest, pk: UUID, part: str) -> HttpResponse:
    """Show some topics, or save their answers, each on its own, so that a conflict in one keeps
    none of the others from being saved."""
    scope = scope_of(request)
    check = access.get_check(scope, pk)
    access.must_answer(scope, check)
    if part not in TOPIC_PAGES:
        raise Http404
    answers = latest_answers(check) if not check.planned_at else _answers(check, Moment.NOW)
    form = forms.AnswersForm(posted_data(request), asked=topics_of_page(part), answers=answers)
    is_script = request.headers.get("Accept") == JSON_TYPE
    if form.is_valid():
        changed = _save_answers(scope, check, form)
        if is_script:
            versions = {code: row.version for code, row in latest_answers(check).items()}
            status = HTTPStatus.CONFLICT if changed else HTTPStatus.OK
            return JsonResponse({"versions": versions, "changed": changed}, status=status)
        if not changed:
            following = next_page(part)
            return redirect(ANSWERS, pk, following) if following else redirect(CHECK, pk)
        form = forms.AnswersForm(asked=topics_of_page(part), answers=latest_answers(check))
        response = _answers_page(request, check, part, form, changed)
        response.status_code = HTTPStatus.CONFLICT
        return response
    if is_script:
        return JsonResponse({}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _answers_page(request, check, part, form, [])


@require_safe
def adaptation_comparison(request: HttpRequest, pk: UUID) -> HttpResponse:
    check = access.get_check(scope_of(request), pk)
    at = clock.now()
    rows, page = comparison.topic_rows(check, at=at), comparison.page_pair(check, at=at)
    context = {
        "check": check,
        "changed": [row for row in rows if row.has_changed],
        "same": [row for row in rows if not row.has_changed],
        "page_changed": [pair for pair in page if pair[1] != pair[2]],
        "page_same": [pair for pair in page if pair[1] == pair[2]],
    }
    return render_form_page(request, f"{FOLDER}/comparison.html", None, context)


@require_POST
def adaptation_finish(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    check = actions.finish_plan(scope, access.get_check(scope, pk), at=clock.now())
    text = _("The plan is finished. The peer organisation is asked for its review.")
    if check.peer_id is None:
        text = _("The plan is finished. Choose a peer organisation for its review.")
    return redirect_with_message(request, text, CHECK, pk)


@require_http_methods(["GET", "POST"])
def adaptation_review(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    check = access.get_check(scope, pk)
    form = forms.ReviewForm(posted_data(request))
    if form.is_valid():
        data = form.cleaned_data
        with form.showing_refusals():
            verdict = ReviewVerdict(data["verdict"])
            actions.review_plan(scope, check, verdict, data["comment"], at=clock.now())
            return redirect_with_message(request, _("Your review is saved."), CHECK, pk)
    page = FormPage(_("Review of a plan"), _("Save the review"), crumb(check))
    return show_form(request, form, page)


@require_POST
def adaptation_close(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    check = actions.close_check(scope, access.get_check(scope, pk), at=clock.now())
    return redirect_with_message(request, _("The check is closed."), CHECK, check.pk)


def latest_answers(check: Adaptation) -> dict[str, TopicAnswer]:
    """Return the newest answer of each topic, by its code."""
    return _answers(check, Moment.THEN) | _answers(check, Moment.NOW)


def _answers(check: Adaptation, moment: Moment) -> dict[str, TopicAnswer]:
    rows = TopicAnswer.objects.filter(adaptation=check, moment=moment)
    return {row.topic: row for row in rows.order_by("topic")}


def _save_answers(scope: Scope, check: Adaptation, form: forms.AnswersForm) -> list[str]:
    """Save the posted answers; return the topics that a colleague answered meanwhile."""
    changed = []
    for topic in form.topics:
        values = form.values_of(topic)
        if not values["value"] and not values["note"] and not values["version"]:
            continue  # not answered yet
        try:
            actions.save_answer(scope, check, values, at=clock.now())
        except AnswerChanged:
            changed.append(topic.code)
    return changed


def _answers_page(
    request: HttpRequest, check: Adaptation, part: str, form: forms.AnswersForm, changed: list[str]
) -> HttpResponse:
    scope, at = scope_of(request), clock.now()
    rows = [row for row in comparison.topic_rows(check, at=at) if row.topic.page == part]
    is_own = access.is_own(scope, check)
    context = {
        "check": check,
        "part": part,
        "title": TOPIC_PAGES[part],
        "parts": [_part(code, latest_answers(check)) for code in TOPIC_PAGES],
        "rows": [(row, *form.fields_of(row.topic), row.topic.code in changed) for row in rows],
        "trained": [
            (title, count if is_own else shown_number(count))
            for title, count in completed_modules(check.organisation_id)
        ],
        "is_last": next_page(part) is None,
        "has_conflict": bool(changed),
    }
    return render_form_page(request, f"{FOLDER}/answers.html", form, context)


def _part(part: str, answers: dict[str, TopicAnswer]) -> dict[str, object]:
    asked = topics_of_page(part)
    done = sum(1 for topic in asked if _is_answered(answers.get(topic.code)))
    return {"code": part, "title": TOPIC_PAGES[part], "done": done, "asked": len(asked)}


def _is_answered(answer: TopicAnswer | None) -> bool:
    return answer is not None and bool(answer.value)


def _is_complete(part: str, answers: dict[str, TopicAnswer]) -> bool:
    return all(_is_answered(answers.get(topic.code)) for topic in topics_of_page(part))


def _service_crumb(service: Service) -> tuple[str, str]:
    return service.name, reverse(SERVICE, args=[service.pk])
