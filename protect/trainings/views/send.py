"""Nomination without an account: a nominating organisation opens its page by its own link, uploads
name lists, and sees the people whom it nominated."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from protect.kernel import clock, limits
from protect.trainings.base.access import first_or_404
from protect.trainings.base.pages.frame import sent_data
from protect.trainings.base.pages.open_pages import open_page, redirect_to, show_open
from protect.trainings.base.sent_files import must_not_be_too_large
from protect.trainings.editions import public_calendar
from protect.trainings.registrations import access, forms, labels
from protect.trainings.registrations.actions import name_lists
from protect.trainings.registrations.views import name_lists as pages
from protect.trainings.scheduling.models import Edition
from protect.ui.forms import DeskForm

LIST_UPLOAD_LIMITS = limits.RateLimiter(30)  # per minute and IP address
NOMINATED_LIMIT = 200  # nominated people on the page


@open_page
@require_safe
def nomination_page(request: HttpRequest, token: str) -> HttpResponse:
    sender, at = access.get_sender_by_token(token), clock.now()
    taking = Edition.objects.filter(host=sender.kept_by_id).taking(at)
    editions = public_calendar.with_relations(taking).order_by("created", "pk")
    lines = [public_calendar.build_entry(edition, at) for edition in editions]
    rows = sender.registrations.select_related("participant", "edition__course_version")
    rows = rows.filter(participant__erased_at=None).order_by("-applied_at", "pk")[:NOMINATED_LIMIT]
    named = [(row, labels.state_label(row.state, is_paused=row.is_paused)) for row in rows]
    context = {"sender": sender, "token": token, "lines": lines, "named": named}
    return show_open(request, "trainings/public/send.html", None, context)


@open_page
@require_http_methods(["GET", "HEAD", "POST"])
def upload_name_list(request: HttpRequest, token: str, code: str) -> HttpResponse:
    sender = access.get_sender_by_token(token)
    editions = Edition.objects.filter(host=sender.kept_by_id, code=code)
    edition = first_or_404(editions.taking(clock.now()))
    is_posted = request.method == "POST"
    if is_posted:
        LIST_UPLOAD_LIMITS.count_request(limits.client_address(request.META))
        must_not_be_too_large(request)
    defaults = pages.initial_roster_values(edition, sender.language_id)
    initial = defaults | {"country": sender.country_id}
    submitted = (request.POST, request.FILES) if is_posted else (None, None)
    form = forms.RosterForm(*submitted, sender=sender, initial=initial)
    if form.is_valid():
        with form.showing_refusals():
            names = pages.read_name_list(form, sender)
            roster = name_lists.store_list(edition, names, at=clock.now())
            return redirect_to("open:send_roster", token, roster.pk)
    line = public_calendar.load_entry(edition, clock.now())
    context = {"sender": sender, "token": token, "line": line}
    return show_open(request, "trainings/public/send_list.html", form, context)


@open_page
@require_http_methods(["GET", "HEAD", "POST"])
def review_name_list(request: HttpRequest, token: str, pk: UUID) -> HttpResponse:
    """Show a stored name list, and register its people or delete the list."""
    roster = access.get_sender_roster(access.get_sender_by_token(token), pk)
    form = DeskForm(sent_data(request))
    if form.is_valid():
        with form.showing_refusals():
            if request.POST.get("deed") == pages.DELETE_ACTION:
                name_lists.delete_list(roster, at=clock.now())
                return redirect_to("open:send", token)
            name_lists.register_list(roster, at=clock.now())
            return redirect_to("open:send_roster", token, pk)
    listing = pages.build_listing(request, roster)
    context = {"token": token, "edition": roster.edition, "listing": listing}
    return show_open(request, "trainings/public/send_roster.html", form, context)


@open_page
@require_safe
def rejected_rows_csv(request: HttpRequest, token: str, pk: UUID) -> HttpResponse:
    return pages.bad_rows_csv(access.get_sender_roster(access.get_sender_by_token(token), pk))
