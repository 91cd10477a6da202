"""Registration without an account: the calendar, a training, applying, one's own page."""

from itertools import chain
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from protect.directory.facts.sentences import language_name
from protect.kernel import clock, limits
from protect.trainings.attendance.actions import excuses
from protect.trainings.base import extension, fields, vocabulary
from protect.trainings.base.pages.frame import sent_data
from protect.trainings.base.pages.open_pages import lead_to, listed, open_page, show_open
from protect.trainings.editions import public_calendar
from protect.trainings.needs import actions
from protect.trainings.registrations import access, forms, labels, models
from protect.trainings.registrations.actions import decisions, register, seats
from protect.trainings.registrations.enums import RegistrationState, Source
from protect.trainings.registrations.fields import ApplyForm
from protect.trainings.scheduling import enums, queries
from protect.trainings.scheduling.models import Edition
from protect.ui.pagination import Paginator

PAGE = 20  # trainings
AGREE, PICTURES, NO_PICTURES = "agree", "pictures", "no_pictures"
LIMITS = limits.Limits(20)  # applications in a minute from one address: an office may share one


@open_page
@require_safe
def edition_calendar(request: HttpRequest) -> HttpResponse:
    at = clock.now()
    every = public_calendar.coming(at)
    options = {name: _values(every, name) for name in ("country", "languages")}
    typed = {name: request.GET.get(name, "") for name in options}
    country, language = (typed[name] if typed[name] in options[name] else "" for name in options)
    rows = public_calendar.coming(at, country=country, language=language)
    page = Paginator(public_calendar.loaded(rows), PAGE).get_page(request.GET.get("page"))
    named = dict(fields.countries())
    context = {
        "page": page,
        "lines": [public_calendar.line(each, at) for each in page],
        "is_filtered": bool(country or language),
        "countries": [(each, named[each], each == country) for each in options["country"]],
        "spoken": [(each, language_name(each), each == language) for each in options["languages"]],
    }
    return listed(show_open(request, "trainings/public/edition_calendar.html", None, context))


@open_page
@require_safe
def edition(request: HttpRequest, code: str) -> HttpResponse:
    edition, at = access.get_open(code), clock.now()
    context = {"line": public_calendar.line_of(edition, at)} | beside(edition)
    response = show_open(request, "trainings/public/edition.html", None, context)
    return listed(response) if edition.is_listed else response


@open_page
@require_http_methods(["GET", "HEAD", "POST"])
def edition_apply(request: HttpRequest, code: str) -> HttpResponse:
    edition = access.get_open(code)
    tag = get_language() or "en"
    if request.method == "POST":
        LIMITS.must_pass(limits.address_of(request.META))
    initial = {"sent_key": uuid4(), "country": edition.country_id, "language": tag}
    form = ApplyForm(sent_data(request), initial={**initial, "sex": "undisclosed"})
    if form.is_valid():
        with form.mending():
            # Only a mail tells whether the address was registered already. Until its applicant
            # confirms it there, the application takes no seat.
            data = form.cleaned_data
            entry = register.Entry(Source.APPLIED, sent_key=data["sent_key"], is_proven=False)
            register.apply(edition, data, entry, at=clock.now())
            context = {"edition": edition, "email": data["email"]} | _unconfirmed(edition)
            return show_open(request, "trainings/public/mail_sent.html", None, context)
    shown = public_calendar.line_of(edition, clock.now())
    return show_open(request, "trainings/public/edition_apply.html", form, {"line": shown})


@open_page
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: HttpRequest, token: str) -> HttpResponse:
    registration = access.get_own(token)
    if request.method == "POST":
        answer = lead_to("open:own", token)
        answer.headers["Location"] += f"?done={_answer(registration, request.POST.get('deed', ''))}"
        return answer
    at = clock.now()
    shown = public_calendar.line_of(registration.edition, at)
    is_proven = registration.state != RegistrationState.UNPROVEN
    place = seats.place_of(registration)
    own_links = (each.own_links(registration, token, at) for each in extension.extensions())
    context = {
        "registration": registration,
        "line": shown,
        "said": labels.registration_state(
            registration.state, place=place, is_paused=registration.is_paused
        ),
        "done": request.GET.get("done", ""),
        "token": token,
        "is_over": registration.edition.state == enums.EditionState.DONE,
        "asks_consent": _asks_consent(registration),
        "is_withdrawable": not decisions.is_too_late(registration, shown.edition, at),
        "is_to_end": not shown.edition.has_ended(at),
        "asks_withdrawal": request.GET.get("ask") == forms.WITHDRAW,
        "reason": _reason(registration),
        "has_needs": is_proven
        and (actions.is_asked(registration.edition) or registration.needs.exists()),
        "excuses": excuses.excuses_of(registration),
        "own_links": [*chain.from_iterable(own_links)],
    }
    context |= beside(registration.edition) | _unconfirmed(registration.edition)
    return show_open(request, "trainings/public/own.html", None, context)


def _answer(registration: models.Registration, action: str) -> str:
    at = clock.now()
    if action == forms.ACCEPT:
        return decisions.accept_offer(registration, at=at).value
    if action in (PICTURES, NO_PICTURES):
        decisions.say_pictures(registration, may_be=action == PICTURES, at=at)
        return PICTURES
    handlers = {
        forms.PROVE: decisions.prove,
        AGREE: decisions.agree,
        forms.RENEW: decisions.renew,
        forms.WITHDRAW: decisions.withdraw_own,
    }
    if action not in handlers:
        return ""
    handlers[action](registration, at=at)
    return action


def beside(edition: Edition) -> dict[str, object]:
    tag, at = get_language() or "en", clock.now()
    support = public_calendar.support_line(edition.country_id, tag, at)
    return {"notes": public_calendar.content_notes(edition), "support": support}


def _unconfirmed(edition: Edition) -> dict[str, object]:
    return {
        "is_auto": edition.approval == enums.Approval.AUTO,
        "days": vocabulary.kept_for("unproven").days,
    }


def _asks_consent(registration: models.Registration) -> bool:
    is_by_others = registration.source != Source.APPLIED
    return registration.ended_at is None and not registration.is_own_consent and is_by_others


def _reason(registration: models.Registration) -> str:
    if registration.state == RegistrationState.REFUSED:
        return registration.reason
    is_cancelled = registration.state == RegistrationState.CANCELLED
    return registration.edition.state_reason if is_cancelled else ""


def _values(rows: queries.EditionQuerySet, name: str) -> list[str]:
    values = rows.order_by(name).values_list(name, flat=True).distinct()
    return [each for each in dict.fromkeys(values) if each]
