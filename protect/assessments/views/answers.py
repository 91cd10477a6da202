"""Pages of forms without an account. They set no cookie. Only own pages know the participant."""

from datetime import datetime
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from protect.assessments import access, errors, forms, models, outcomes
from protect.assessments.actions import answers, follow_up, slips
from protect.assessments.statistics.codes import CodeMistake, parse_code
from protect.kernel import clock, limits
from protect.questionnaires.access import build_form
from protect.questionnaires.forms import QuestionnaireForm
from protect.questionnaires.rules.scores import Score
from protect.questionnaires.words import Form
from protect.trainings.base import enums, links
from protect.trainings.base.pages.frame import sent_data
from protect.trainings.base.pages.open_pages import open_page, redirect_to, show_open
from protect.trainings.editions.public_calendar import content_notes, support_line
from protect.trainings.registrations.access import get_registration_by_token
from protect.trainings.registrations.models import Registration
from protect.trainings.scheduling.models import Edition

# Pages sent in a minute from one IP address, which a whole class may share.
FORM_RATE_LIMITER = limits.RateLimiter(200)
AGREE, DECLINE, LINK = "agree", "decline", "link"  # on own_forms_page: follow-up; evaluation link


@open_page
@require_http_methods(["GET", "HEAD", "POST"])
def test_by_code(request: HttpRequest, code: str) -> HttpResponse:
    """Show the test at the address of a wall poster, in steps: card code, questions, score."""
    FORM_RATE_LIMITER.count_form_post(request)
    inquiry, at = access.get_inquiry(code), clock.now()
    edition = inquiry.measuring.edition
    answers.must_be_open(edition, enums.Phase(inquiry.phase), at)
    answers.get_edition_key(inquiry.measuring)
    step = request.POST.get("step")
    has_card = step == "card" and "no_card" not in request.POST
    card_form = forms.CardCodeForm(request.POST if has_card else None)
    if card_form.is_valid():
        with card_form.showing_refusals():
            answers.must_be_unused_card(inquiry, card_form.cleaned_data["code"])
    if step is None or (card_form.is_bound and not card_form.is_valid()):
        context = {**edition_context(edition), "phase": enums.Phase(inquiry.phase)}
        return show_open(request, "assessments/public/test_begin.html", card_form, context)
    hidden_code = parse_code(request.POST.get("code", ""))
    card_code = "" if isinstance(hidden_code, CodeMistake) else hidden_code
    if card_form.is_bound:
        card_code = card_form.cleaned_data["code"]
    sent_key = sent_key_or_new(request.POST)
    tag = get_language() or "en"
    questionnaire = answers.get_form_for_participant(inquiry, card_code, sent_key, tag)
    form = QuestionnaireForm(questionnaire, request.POST if step == "answers" else None)
    if form.is_valid():
        filled = answers.FilledForm(questionnaire, form.answers(), card_code, sent_key)
        with form.showing_refusals():
            score = answers.answer_test(inquiry, filled, at=at)
            return show_thanks(request, edition, questionnaire, score)
    hidden = {"step": "answers", "code": card_code, "sent_key": sent_key}
    return show_questions(request, form, edition, hidden, enums.Phase(inquiry.phase))


@open_page
@require_http_methods(["GET", "HEAD", "POST"])
def form_by_slip(request: HttpRequest, token: str) -> HttpResponse:
    """Show the form that a single-use slip opens, or store its answers and delete the slip."""
    FORM_RATE_LIMITER.count_form_post(request)
    at = clock.now()
    answer_token = access.get_slip(token, at.date())
    rows = models.Inquiry.objects.filter(measuring=answer_token.edition.pk).select_related("form")
    chosen = rows.filter(phase=answer_token.phase).first()
    if chosen is None:
        raise errors.AssessmentRefusal("assessments_slip_gone")
    questionnaire = build_form(chosen.form, get_language() or "en")
    form = QuestionnaireForm(questionnaire, sent_data(request))
    sent_key = sent_key_or_new(request.POST)
    if form.is_valid():
        filled = answers.FilledForm(questionnaire, form.answers(), "", sent_key)
        with form.showing_refusals():
            answers.answer_by_slip(token, filled, at=at)
            return show_thanks(request, answer_token.edition, questionnaire, None)
    return show_questions(request, form, answer_token.edition, {"sent_key": sent_key})


def sent_key_or_new(sent: QueryDict) -> UUID:
    """Return the random key of a sent page, or a new one, so that sending twice stores once."""
    try:
        return UUID(sent.get("sent_key", ""))
    except ValueError:
        return uuid4()


def edition_context(edition: Edition) -> dict[str, object]:
    """Return an edition's part of a page's context: content notes, and a help line to call."""
    line = support_line(edition.country_id, get_language() or "en", clock.now())
    return {"edition": edition, "notes": content_notes(edition), "line": line}


def show_questions(
    request: HttpRequest,
    form: QuestionnaireForm,
    edition: Edition,
    hidden_values: dict[str, object],
    phase: enums.Phase | None = None,
) -> HttpResponse:
    """Show the questions of a form; `phase` is None for a form that a slip opens."""
    is_named = phase is enums.Phase.NAMED
    context = {
        **edition_context(edition),
        "questionnaire": form.questionnaire,
        "hidden": hidden_values,
    }
    context |= {"phase": None if is_named else phase, "is_named": is_named}
    return show_open(request, "assessments/public/questions.html", form, context)


def show_thanks(
    request: HttpRequest,
    edition: Edition,
    form: Form,
    score: Score | None,
    result: outcomes.AssessmentResult | None = None,
) -> HttpResponse:
    context = edition_context(edition)
    context |= {"thanks": form.optional_text("thanks"), "score": score, "passing": result}
    return show_open(request, "assessments/public/thanks.html", None, context)


@open_page
@require_http_methods(["GET", "HEAD", "POST"])
def own_forms_page(request: HttpRequest, token: str) -> HttpResponse:
    registration, at = get_registration_by_token(token), clock.now()
    own_forms = outcomes.get_own_forms(registration, at)
    if own_forms is None:
        raise Http404
    action = request.POST.get("deed", "") if request.method == "POST" else ""
    if action == LINK:
        return _take_link(request, registration, at)
    if action == AGREE:
        follow_up.agree(registration, at=at)
    elif action == DECLINE:
        follow_up.decline(registration, at=at)
    if action in {AGREE, DECLINE}:
        return redirect_to("open_assessments:own_learning", token)
    context = {"edition": registration.edition, "learning": own_forms}
    context |= {"token": token, "sent_key": uuid4()}
    return show_open(request, "assessments/public/own.html", None, context)


def _take_link(request: HttpRequest, registration: Registration, at: datetime) -> HttpResponse:
    """Show the evaluation link once, without a redirect: no referrer leads to the participant."""
    link_token = slips.take_link(registration, sent_key_or_new(request.POST), at=at)
    address = links.public_address("open_assessments:slip", link_token, tag=get_language() or "en")
    context = {"address": address, "others": []}  # the address is shown once, in this language
    return show_open(request, "assessments/public/link_taken.html", None, context)


@open_page
@require_http_methods(["GET", "HEAD", "POST"])
def own_assessment_page(request: HttpRequest, token: str) -> HttpResponse:
    registration, at = get_registration_by_token(token), clock.now()
    rows = models.Inquiry.objects.select_related("form").filter(measuring=registration.edition_id)
    inquiry = rows.filter(phase=enums.Phase.NAMED).first()
    own_forms = outcomes.get_own_forms(registration, at)
    if inquiry is None or own_forms is None:
        raise Http404
    if own_forms.percent is not None:
        raise errors.AssessmentRefusal("assessments_answered_already")
    answers.must_be_open(registration.edition, enums.Phase.NAMED, at)
    questionnaire = build_form(inquiry.form, get_language() or "en")
    form, edition = QuestionnaireForm(questionnaire, sent_data(request)), registration.edition
    if form.is_valid():
        with form.showing_refusals():
            filled = answers.FilledForm(questionnaire, form.answers())
            score = answers.store_assessment(registration, filled, at=at)
            result = outcomes.get_assessment_result(registration)
            return show_thanks(request, edition, questionnaire, score, result)
    return show_questions(request, form, edition, {}, enums.Phase.NAMED)
