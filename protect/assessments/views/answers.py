"""Tests, evaluations and follow-ups without an account: no cookie, a name on the own page only."""

from datetime import datetime
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from protect.assessments import access, errors, forms, models, outcomes
from protect.assessments.actions import answers, follow_up, slips
from protect.assessments.statistics.codes import Mistake, read
from protect.kernel import clock, limits
from protect.questionnaires.access import form_of
from protect.questionnaires.forms import QuestionnaireForm
from protect.questionnaires.rules.scores import Score
from protect.questionnaires.words import Form
from protect.trainings.base.enums import Phase
from protect.trainings.base.links import public_address
from protect.trainings.base.pages.frame import sent_data
from protect.trainings.base.pages.open_pages import lead_to, open_page, show_open
from protect.trainings.editions.public_calendar import content_notes, support_line
from protect.trainings.registrations.access import get_own
from protect.trainings.registrations.models import Registration
from protect.trainings.scheduling.models import Edition

# Pages sent in a minute from one address: a class sits behind one.
LIMITS = limits.Limits(200)
AGREE, DECLINE, LINK = "agree", "decline", "link"


@open_page
@require_http_methods(["GET", "HEAD", "POST"])
def inquiry(request: HttpRequest, code: str) -> HttpResponse:
    LIMITS.must_pass_form(request)
    inquiry, at = access.get_inquiry(code), clock.now()
    edition = inquiry.measuring.edition
    answers.must_be_open(edition, Phase(inquiry.phase), at)
    answers.key_of(inquiry.measuring)
    step = request.POST.get("step")
    card = forms.CardForm(
        request.POST if step == "card" and "no_card" not in request.POST else None
    )
    if card.is_valid():
        with card.mending():
            answers.must_be_fresh(inquiry, card.cleaned_data["code"])
    if step is None or (card.is_bound and not card.is_valid()):
        context = {**about(edition), "phase": Phase(inquiry.phase)}
        return show_open(request, "assessments/public/test_begin.html", card, context)
    typed = card.cleaned_data["code"] if card.is_bound else _carried(request.POST)
    sent_key = sent_key_of(request.POST)
    form = answers.form_for(inquiry, typed, sent_key, get_language() or "en")
    page = QuestionnaireForm(form, request.POST if step == "answers" else None)
    if page.is_valid():
        sheet = answers.Sheet(form, page.answers(), typed, sent_key)
        with page.mending():
            return thank(request, edition, form, answers.answer_test(inquiry, sheet, at=at))
    hidden = {"step": "answers", "code": typed, "sent_key": sent_key}
    return show_questions(request, page, edition, hidden, Phase(inquiry.phase))


@open_page
@require_http_methods(["GET", "HEAD", "POST"])
def slip(request: HttpRequest, token: str) -> HttpResponse:
    LIMITS.must_pass_form(request)
    at = clock.now()
    answer_token = access.get_slip(token, at.date())
    rows = models.Inquiry.objects.filter(measuring=answer_token.edition.pk).select_related("form")
    chosen = rows.filter(phase=answer_token.phase).first()
    if chosen is None:
        raise errors.AssessmentRefusal("assessments_slip_gone")
    form = form_of(chosen.form, get_language() or "en")
    page = QuestionnaireForm(form, sent_data(request))
    sent_key = sent_key_of(request.POST)
    if page.is_valid():
        sheet = answers.Sheet(form, page.answers(), "", sent_key)
        with page.mending():
            answers.answer_by_slip(token, sheet, at=at)
            return thank(request, answer_token.edition, form, None)
    return show_questions(request, page, answer_token.edition, {"sent_key": sent_key})


def sent_key_of(sent: QueryDict) -> UUID:
    try:
        return UUID(sent.get("sent_key", ""))
    except ValueError:
        return uuid4()


def about(edition: Edition) -> dict[str, object]:
    line = support_line(edition.country_id, get_language() or "en", clock.now())
    return {"edition": edition, "notes": content_notes(edition), "line": line}


def show_questions(
    request: HttpRequest,
    page: QuestionnaireForm,
    edition: Edition,
    hidden: dict[str, object],
    phase: Phase | None = None,
) -> HttpResponse:
    is_named = phase is Phase.NAMED
    context = {**about(edition), "questionnaire": page.asked_form, "hidden": hidden}
    context |= {"phase": None if is_named else phase, "is_named": is_named}
    return show_open(request, "assessments/public/questions.html", page, context)


def thank(
    request: HttpRequest,
    edition: Edition,
    form: Form,
    score: Score | None,
    passing: outcomes.Passing | None = None,
) -> HttpResponse:
    context = {"thanks": form.optional_text("thanks"), "score": score, "passing": passing}
    return show_open(request, "assessments/public/thanks.html", None, {**about(edition), **context})


def _carried(sent: QueryDict) -> str:
    code = read(sent.get("code", ""))
    return "" if isinstance(code, Mistake) else code


@open_page
@require_http_methods(["GET", "HEAD", "POST"])
def own_learning(request: HttpRequest, token: str) -> HttpResponse:
    registration, at = get_own(token), clock.now()
    learning = outcomes.own_learning_of(registration, at)
    if learning is None:
        raise Http404
    action = request.POST.get("deed", "") if request.method == "POST" else ""
    if action == LINK:
        return _take_link(request, registration, at)
    if action == AGREE:
        follow_up.agree(registration, at=at)
    elif action == DECLINE:
        follow_up.decline(registration, at=at)
    if action in {AGREE, DECLINE}:
        return lead_to("open_assessments:own_learning", token)
    context = {"edition": registration.edition, "learning": learning}
    context |= {"token": token, "sent_key": uuid4()}
    return show_open(request, "assessments/public/own.html", None, context)


def _take_link(request: HttpRequest, registration: Registration, at: datetime) -> HttpResponse:
    """Show the link once, without a redirect: no referrer leads back to the participant's page."""
    taken = slips.take_link(registration, sent_key_of(request.POST), at=at)
    address = public_address("open_assessments:slip", taken, tag=get_language() or "en")
    context = {"address": address, "others": []}  # in another language it would be gone
    return show_open(request, "assessments/public/link_taken.html", None, context)


@open_page
@require_http_methods(["GET", "HEAD", "POST"])
def own_assessment(request: HttpRequest, token: str) -> HttpResponse:
    registration, at = get_own(token), clock.now()
    rows = models.Inquiry.objects.select_related("form").filter(measuring=registration.edition_id)
    inquiry = rows.filter(phase=Phase.NAMED).first()
    learning = outcomes.own_learning_of(registration, at)
    if inquiry is None or learning is None:
        raise Http404
    if learning.percent is not None:
        raise errors.AssessmentRefusal("assessments_answered_already")
    answers.must_be_open(registration.edition, Phase.NAMED, at)
    questionnaire = form_of(inquiry.form, get_language() or "en")
    page, edition = QuestionnaireForm(questionnaire, sent_data(request)), registration.edition
    if page.is_valid():
        with page.mending():
            sheet = answers.Sheet(questionnaire, page.answers())
            score = answers.assess(registration, sheet, at=at)
            passing = outcomes.passing_of(registration)
            return thank(request, edition, questionnaire, score, passing)
    return show_questions(request, page, edition, {}, Phase.NAMED)
