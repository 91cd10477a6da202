"""The assessment part of a participant's own page: the test with a name, links."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from protect.assessments.actions import answers, follow_up, slips
from protect.assessments.actions.answers import Sheet
from protect.assessments.errors import AnsweredAlready
from protect.assessments.models import Inquiry
from protect.assessments.outcomes import passing_of
from protect.assessments.own_page import own_learning_of
from protect.assessments.views.answers import sent_key_of, show_questions, thank
from protect.kernel import clock
from protect.questionnaires.access import form_of
from protect.questionnaires.forms import QuestionnaireForm
from protect.trainings.base.enums import Phase
from protect.trainings.base.links import public_address
from protect.trainings.base.pages.open_pages import lead_to, open_page, show_open
from protect.trainings.registrations.access import get_own
from protect.trainings.registrations.models import Registration

AGREE, DECLINE, LINK = "agree", "decline", "link"


@open_page
@require_http_methods(["GET", "HEAD", "POST"])
def own_learning(request: HttpRequest, token: str) -> HttpResponse:
    registration, at = get_own(token), clock.now()
    learning = own_learning_of(registration, at)
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
    context = {
        "edition": registration.edition,
        "learning": learning,
        "token": token,
        "sent_key": uuid4(),
    }
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
    rows = Inquiry.objects.select_related("form").filter(measuring=registration.edition_id)
    inquiry = rows.filter(phase=Phase.NAMED).first()
    learning = own_learning_of(registration, at)
    if inquiry is None or learning is None:
        raise Http404
    if learning.percent is not None:
        raise AnsweredAlready
    answers.must_be_open(registration.edition, Phase.NAMED, at)
    questionnaire = form_of(inquiry.form, get_language() or "en")
    page = QuestionnaireForm(questionnaire, request.POST if request.method == "POST" else None)
    if page.is_valid():
        with page.mending():
            score = answers.assess(
                registration, Sheet(questionnaire, page.answers(), "", uuid4()), at=at
            )
            return thank(
                request, registration.edition, questionnaire, score, passing_of(registration)
            )
    return show_questions(request, page, registration.edition, {}, Phase.NAMED)
