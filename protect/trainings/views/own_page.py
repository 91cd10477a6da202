"""Pages without account: public calendar, edition, application, a participant's own page, and the
page of a nominating organisation, which uploads name lists and sees whom it nominated."""

from itertools import chain
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from protect.directory.facts.sentences import language_name
from protect.kernel import clock, limits
from protect.trainings.attendance.actions import attendance
from protect.trainings.base import extension, fields, sent_files, vocabulary
from protect.trainings.base.access import first_or_404
from protect.trainings.base.pages import frame, open_pages
from protect.trainings.base.pages.open_pages import open_page, redirect_to, show_open
from protect.trainings.editions import public_calendar
from protect.trainings.needs import actions
from protect.trainings.registrations import access, forms, labels, models
from protect.trainings.registrations.actions import decisions, name_lists, register, seats
from protect.trainings.registrations.enums import RegistrationState, Source
from protect.trainings.registrations.fields import ApplyForm
from protect.trainings.registrations.views import name_lists as pages
from protect.trainings.scheduling import enums, queries
from protect.trainings.scheduling.models import Edition
from protect.ui.forms import DeskForm
from protect.ui.pagination import Paginator

PAGE_SIZE = 20  # trainings on a page of the public calendar
AGREE, ALLOW_PICTURES, REFUSE_PICTURES = "agree", "pictures", "no_pictures"  # of participants
# Applications sent per minute from one IP address, which all people of an office may share.
APPLICATION_LIMITS = limits.RateLimiter(20)


@open_page
@require_safe
def edition_calendar(request: HttpRequest) -> HttpResponse:
    """Show the public calendar of upcoming editions, to visitors without an account."""
    at = clock.now()
    upcoming = public_calendar.coming(at)
    options = {name: _distinct_values(upcoming, name) for name in ("country", "languages")}
    parameters = {name: request.GET.get(name, "") for name in options}
    chosen = {name: value for name, value in parameters.items() if value in options[name]}
    country, language = chosen.get("country", ""), chosen.get("languages", "")
    rows = public_calendar.coming(at, country=country, language=language)
    pages = Paginator(public_calendar.with_relations(rows), PAGE_SIZE)
    page = pages.get_page(request.GET.get("page"))
    country_names = dict(fields.country_choices())
    context = {
        "page": page,
        "lines": [public_calendar.build_entry(edition, at) for edition in page],
        "is_filtered": bool(country or language),
        "countries": [
            (option, country_names[option], option == country) for option in options["country"]
        ],
        "spoken": [
            (option, language_name(option), option == language) for option in options["languages"]
        ],
    }
    response = show_open(request, "trainings/public/edition_calendar.html", None, context)
    return open_pages.allow_indexing(response)


@open_page
@require_safe
def public_edition(request: HttpRequest, code: str) -> HttpResponse:
    edition, at = access.get_public_edition(code), clock.now()
    context = {"line": public_calendar.load_entry(edition, at)} | notes_and_help_line(edition)
    response = show_open(request, "trainings/public/edition.html", None, context)
    return open_pages.allow_indexing(response) if edition.is_listed else response


@open_page
@require_http_methods(["GET", "HEAD", "POST"])
def edition_apply(request: HttpRequest, code: str) -> HttpResponse:
    edition = access.get_public_edition(code)
    tag = get_language() or "en"
    if request.method == "POST":
        APPLICATION_LIMITS.count_request(limits.client_address(request.META))
    initial = {"sent_key": uuid4(), "country": edition.country_id, "language": tag}
    form = ApplyForm(frame.sent_data(request), initial={**initial, "sex": "undisclosed"})
    if form.is_valid():
        with form.showing_refusals():
            # The page says nothing about earlier registrations of the address: only the mail
            # does. An application takes no seat until its applicant confirms it by that mail.
            data = form.cleaned_data
            entry = register.Origin(Source.APPLIED, sent_key=data["sent_key"], is_proven=False)
            register.apply(edition, data, entry, at=clock.now())
            context = {"edition": edition, "email": data["email"]} | _confirmation_context(edition)
            return show_open(request, "trainings/public/mail_sent.html", None, context)
    line = public_calendar.load_entry(edition, clock.now())
    return show_open(request, "trainings/public/edition_apply.html", form, {"line": line})


@open_page
@require_http_methods(["GET", "HEAD", "POST"])
def participant_page(request: HttpRequest, token: str) -> HttpResponse:
    """Show a participant's own page, which a mailed link opens, or apply the posted action."""
    registration = access.get_registration_by_token(token)
    if request.method == "POST":
        response = redirect_to("open:own", token)
        done = _apply_action(registration, request.POST.get("deed", ""))
        response.headers["Location"] += f"?done={done}"
        return response
    edition, at = registration.edition, clock.now()
    line = public_calendar.load_entry(edition, at)
    is_proven = registration.state != RegistrationState.UNPROVEN
    position, is_paused = seats.waiting_list_position(registration), registration.is_paused
    has_needs = is_proven and (actions.can_state_needs(edition) or registration.needs.exists())
    own_links = (hook.own_links(registration, token, at) for hook in extension.extensions())
    context = {
        "registration": registration,
        "line": line,
        "said": labels.state_label(registration.state, position=position, is_paused=is_paused),
        "done": request.GET.get("done", ""),
        "token": token,
        "is_over": edition.state == enums.EditionState.DONE,
        "asks_consent": _is_own_consent_missing(registration),
        "is_withdrawable": not decisions.is_too_late_to_withdraw(registration, line.edition, at),
        "is_to_end": not line.edition.has_ended(at),
        "asks_withdrawal": request.GET.get("ask") == forms.WITHDRAW,
        "reason": _end_reason(registration),
        "has_needs": has_needs,
        "excuses": attendance.excuses_of(registration),
        "own_links": [*chain.from_iterable(own_links)],
    }
    context |= notes_and_help_line(edition) | _confirmation_context(edition)
    return show_open(request, "trainings/public/own.html", None, context)


def _apply_action(registration: models.Registration, action: str) -> str:
    """Apply the action of a participant; return the code of the message to show, "" for none."""
    at = clock.now()
    if action == forms.ACCEPT_OFFER:
        return decisions.accept_offer(registration, at=at).value
    if action in (ALLOW_PICTURES, REFUSE_PICTURES):
        decisions.record_picture_consent(registration, is_allowed=action == ALLOW_PICTURES, at=at)
        return ALLOW_PICTURES
    handlers = {
        forms.CONFIRM_APPLICATION: decisions.confirm_application,
        AGREE: decisions.record_own_consent,
        forms.RESUME_WAITING: decisions.resume_waiting,
        forms.WITHDRAW: decisions.withdraw_by_own_link,
    }
    if action not in handlers:
        return ""
    handlers[action](registration, at=at)
    return action


def notes_and_help_line(edition: Edition) -> dict[str, object]:
    """Return a page's context with the content notes and the help line of an edition."""
    tag, at = get_language() or "en", clock.now()
    support = public_calendar.support_line(edition.country_id, tag, at)
    return {"notes": public_calendar.content_notes(edition), "support": support}


def _confirmation_context(edition: Edition) -> dict[str, object]:
    """Return a context: if seats are given at once; days that unproven registrations are kept."""
    days = vocabulary.retention_of("unproven").days
    return {"is_auto": edition.approval == enums.Approval.AUTO, "days": days}


def _is_own_consent_missing(registration: models.Registration) -> bool:
    is_nominated = registration.source != Source.APPLIED
    return registration.ended_at is None and not registration.is_own_consent and is_nominated


def _end_reason(registration: models.Registration) -> str:
    """Return why a registration was refused or its edition cancelled; "" otherwise."""
    if registration.state == RegistrationState.REFUSED:
        return registration.reason
    is_cancelled = registration.state == RegistrationState.CANCELLED
    return registration.edition.state_reason if is_cancelled else ""


def _distinct_values(rows: queries.EditionQuerySet, column: str) -> list[str]:
    values = rows.order_by(column).values_list(column, flat=True).distinct()
    return [value for value in dict.fromkeys(values) if value]


LIST_UPLOAD_LIMITS = limits.RateLimiter(30)  # per minute and IP address
NOMINATED_LIMIT = 200  # people on the page of their nominating organisation


@open_pages.open_page
@require_safe
def nomination_page(request: HttpRequest, token: str) -> HttpResponse:
    """Show editions and nominated people to the nominating organisation of a link."""
    sender, at = access.get_sender_by_token(token), clock.now()
    taking = Edition.objects.filter(host=sender.kept_by_id).open_for_registration(at)
    editions = public_calendar.with_relations(taking).order_by("created", "pk")
    lines = [public_calendar.build_entry(edition, at) for edition in editions]
    rows = sender.registrations.select_related("participant", "edition__course_version")
    rows = rows.filter(participant__erased_at=None).order_by("-applied_at", "pk")[:NOMINATED_LIMIT]
    named = [(row, labels.state_label(row.state, is_paused=row.is_paused)) for row in rows]
    context = {"sender": sender, "token": token, "lines": lines, "named": named}
    return open_pages.show_open(request, "trainings/public/send.html", None, context)


@open_pages.open_page
@require_http_methods(["GET", "HEAD", "POST"])
def upload_name_list(request: HttpRequest, token: str, code: str) -> HttpResponse:
    sender = access.get_sender_by_token(token)
    editions = Edition.objects.filter(host=sender.kept_by_id, code=code)
    edition = first_or_404(editions.open_for_registration(clock.now()))
    is_posted = request.method == "POST"
    if is_posted:
        LIST_UPLOAD_LIMITS.count_request(limits.client_address(request.META))
        sent_files.must_not_be_too_large(request)
    defaults = pages.initial_roster_values(edition, sender.language_id)
    initial = defaults | {"country": sender.country_id}
    submitted = (request.POST, request.FILES) if is_posted else (None, None)
    form = forms.RosterForm(*submitted, sender=sender, initial=initial)
    if form.is_valid():
        with form.showing_refusals():
            names = pages.read_name_list(form, sender)
            roster = name_lists.store_list(edition, names, at=clock.now())
            return open_pages.redirect_to("open:send_roster", token, roster.pk)
    line = public_calendar.load_entry(edition, clock.now())
    context = {"sender": sender, "token": token, "line": line}
    return open_pages.show_open(request, "trainings/public/send_list.html", form, context)


@open_pages.open_page
@require_http_methods(["GET", "HEAD", "POST"])
def review_name_list(request: HttpRequest, token: str, pk: UUID) -> HttpResponse:
    """Show a stored name list, and register its people or delete the list."""
    roster = access.get_sender_roster(access.get_sender_by_token(token), pk)
    form = DeskForm(frame.sent_data(request))
    if form.is_valid():
        with form.showing_refusals():
            if request.POST.get("deed") == pages.DELETE_ACTION:
                name_lists.delete_list(roster, at=clock.now())
                return open_pages.redirect_to("open:send", token)
            name_lists.register_list(roster, at=clock.now())
            return open_pages.redirect_to("open:send_roster", token, pk)
    listing = pages.build_listing(request, roster)
    context = {"token": token, "edition": roster.edition, "listing": listing}
    return open_pages.show_open(request, "trainings/public/send_roster.html", form, context)


@open_pages.open_page
@require_safe
def rejected_rows_csv(request: HttpRequest, token: str, pk: UUID) -> HttpResponse:
    return pages.bad_rows_csv(access.get_sender_roster(access.get_sender_by_token(token), pk))
