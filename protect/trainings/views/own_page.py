"""Registration without an account: the calendar, a training, applying, one's own page."""

from __future__ import annotations

from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from protect.directory.facts.sentences import language_name
from protect.kernel import clock
from protect.kernel.limits import Limits, address_of
from protect.trainings.attendance.actions import excuses
from protect.trainings.base.extension import extensions
from protect.trainings.base.pages.frame import sent_data
from protect.trainings.base.pages.open_pages import lead_to, listed, open_page, show_open
from protect.trainings.base.vocabulary import kept_for
from protect.trainings.editions.public_calendar import (
    coming,
    content_notes,
    line,
    line_of,
    lines,
    loaded,
)
from protect.trainings.needs import actions
from protect.trainings.registrations import access, labels
from protect.trainings.registrations.access import get_own
from protect.trainings.registrations.actions import decisions, register
from protect.trainings.registrations.actions.register import Entry
from protect.trainings.registrations.actions.seats import place_of
from protect.trainings.registrations.enums import Answered, RegistrationState, Source
from protect.trainings.registrations.fields import ApplyForm
from protect.trainings.registrations.forms import ACCEPT, PROVE, RENEW, WITHDRAW
from protect.trainings.registrations.models import Registration
from protect.trainings.registrations.people_words import countries
from protect.trainings.scheduling.enums import Approval, EditionState
from protect.trainings.scheduling.models import Edition
from protect.ui.pagination import Paginator

PAGE = 20  # trainings
AGREE, PICTURES, NO_PICTURES = "agree", "pictures", "no_pictures"
LIMITS = Limits(20)  # applications in a minute from one address: an office may share one
# What somebody hears of what they just did, by the word in the address.
DONE = {
    # Translators: an applicant has just confirmed the application by the mailed link.
    PROVE: gettext_lazy("Thank you. Your application counts from now on."),
    AGREE: gettext_lazy("Thank you for saying yes."),
    Answered.SEATED: gettext_lazy("The seat is yours."),
    Answered.PASSED_ON: gettext_lazy(
        "The time to answer was over, and the seat was passed on. You are back at your place in "
        "the line, and hear from us when a seat is free."
    ),
    RENEW: gettext_lazy("You wait on, at the same place."),
    WITHDRAW: gettext_lazy("You have withdrawn. Thank you for telling us."),
    PICTURES: gettext_lazy("It is noted. You can change it here at any time."),
}


@open_page
@require_safe
def edition_calendar(request: HttpRequest) -> HttpResponse:
    at = clock.now()
    every = coming(at)
    country, language = (_filter_value(request, each, every) for each in ("country", "languages"))
    rows = loaded(coming(at, country=country, language=language))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    named, spoken = dict(countries()), _there(every, "languages")
    context = {
        "page": page,
        "lines": lines(page, at),
        "is_filtered": bool(country or language),
        "countries": [(each, named[each], each == country) for each in _there(every, "country")],
        "spoken": [(each, language_name(each), each == language) for each in spoken],
    }
    return listed(show_open(request, "trainings/public/edition_calendar.html", None, context))


@open_page
@require_safe
def edition(request: HttpRequest, code: str) -> HttpResponse:
    edition, at = access.get_open(code), clock.now()
    shown = line(loaded(Edition.objects.filter(pk=edition.pk)).get(), at)
    context = {"line": shown} | beside(edition)
    response = show_open(request, "trainings/public/edition.html", None, context)
    return listed(response) if edition.is_listed else response


@open_page
@require_http_methods(["GET", "HEAD", "POST"])
def edition_apply(request: HttpRequest, code: str) -> HttpResponse:
    edition = access.get_open(code)
    tag = get_language() or "en"
    if request.method == "POST":
        LIMITS.must_pass(address_of(request.META))
    initial = {"sent_key": uuid4(), "country": edition.country_id, "language": tag}
    form = ApplyForm(sent_data(request), initial={**initial, "sex": "undisclosed"})
    if form.is_valid():
        with form.mending():
            return _applied(request, edition, form)
    shown = line(loaded(Edition.objects.filter(pk=edition.pk)).get(), clock.now())
    return show_open(request, "trainings/public/edition_apply.html", form, {"line": shown})


def _applied(request: HttpRequest, edition: Edition, form: ApplyForm) -> HttpResponse:
    """Register an applicant. Only a mail tells whether the address was registered already.

    Until its applicant confirms it there, the application takes no seat.
    """
    data, at = form.cleaned_data, clock.now()
    entry = Entry(Source.APPLIED, sent_key=data["sent_key"], is_proven=False)
    register.apply(edition, data, entry, at=at)
    context = {"edition": edition, "email": data["email"]} | _unconfirmed(edition)
    return show_open(request, "trainings/public/mail_sent.html", None, context)


@open_page
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: HttpRequest, token: str) -> HttpResponse:
    registration = get_own(token)
    if request.method == "POST":
        return _to_own(token, _answer(registration, request.POST.get("deed", "")))
    at = clock.now()
    shown = line(loaded(Edition.objects.filter(pk=registration.edition_id)).get(), at)
    is_waiting = registration.state == RegistrationState.WAITING
    is_proven = registration.state != RegistrationState.UNPROVEN
    place = place_of(registration) if is_waiting else None
    context = {
        "registration": registration,
        "line": shown,
        "said": labels.registration_state(
            registration.state, place=place, is_paused=registration.is_paused
        ),
        "done": DONE.get(request.GET.get("done", ""), ""),
        "token": token,
        "is_over": registration.edition.state == EditionState.DONE,
        "asks_consent": _asks_consent(registration),
        "is_withdrawable": not decisions.is_too_late(registration, shown.edition, at),
        "is_to_end": not shown.edition.has_ended(at),
        "asks_withdrawal": request.GET.get("ask") == WITHDRAW,
        "reason": _reason(registration),
        "has_needs": is_proven
        and (actions.is_asked(registration.edition) or registration.needs.exists()),
        "excuses": excuses.excuses_of(registration),
        "own_links": [
            link for each in extensions() for link in each.own_links(registration, token, at)
        ],
    }
    context |= beside(registration.edition) | _unconfirmed(registration.edition)
    return show_open(request, "trainings/public/own.html", None, context)


def _answer(registration: Registration, action: str) -> str:
    at = clock.now()
    if action == ACCEPT:
        return decisions.accept_offer(registration, at=at).value
    if action in (PICTURES, NO_PICTURES):
        decisions.say_pictures(registration, may_be=action == PICTURES, at=at)
        return PICTURES
    handlers = {
        PROVE: decisions.prove,
        AGREE: decisions.agree,
        RENEW: decisions.renew,
        WITHDRAW: decisions.withdraw_own,
    }
    if action in handlers:
        handlers[action](registration, at=at)
        return action
    return ""


def beside(edition: Edition) -> dict[str, object]:
    support = line_of(edition.country_id, get_language() or "en", clock.now())
    return {"notes": content_notes(edition), "support": support}


def _unconfirmed(edition: Edition) -> dict[str, object]:
    return {"is_auto": edition.approval == Approval.AUTO, "days": kept_for("unproven").days}


def _asks_consent(registration: Registration) -> bool:
    is_by_others = registration.source != Source.APPLIED
    return registration.ended_at is None and not registration.is_own_consent and is_by_others


def _reason(registration: Registration) -> str:
    if registration.state == RegistrationState.REFUSED:
        return registration.reason
    is_cancelled = registration.state == RegistrationState.CANCELLED
    return registration.edition.state_reason if is_cancelled else ""


def _to_own(token: str, done: str) -> HttpResponse:
    answer = lead_to("open:own", token)
    answer.headers["Location"] += f"?done={done}"
    return answer


def _there(rows: object, name: str) -> list[str]:
    values = rows.order_by(name).values_list(name, flat=True).distinct()  # type: ignore[attr-defined]
    return [each for each in dict.fromkeys(values) if each]


def _filter_value(request: HttpRequest, name: str, rows: object) -> str:
    value = request.GET.get(name, "")
    return value if value in _there(rows, name) else ""
