"""Nominating without an account: an organisation's own link, its lists, the people it named."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from protect.kernel import clock, limits
from protect.trainings.base.access import the_one
from protect.trainings.base.pages.frame import sent_data
from protect.trainings.base.pages.open_pages import lead_to, open_page, show_open
from protect.trainings.base.sent_files import must_fit
from protect.trainings.editions import public_calendar
from protect.trainings.registrations import access, forms, labels
from protect.trainings.registrations.actions import name_lists
from protect.trainings.registrations.views import name_lists as pages
from protect.trainings.scheduling.models import Edition
from protect.ui.forms import DeskForm

LIMITS = limits.Limits(30)  # lists in a minute from one address


@open_page
@require_safe
def send(request: HttpRequest, token: str) -> HttpResponse:
    sender, at = access.get_sender_by(token), clock.now()
    rows = public_calendar.loaded(Edition.objects.filter(host=sender.kept_by_id).taking(at))
    named = sender.registrations.select_related("participant", "edition__course_version")
    context = {
        "sender": sender,
        "token": token,
        "lines": [public_calendar.line(each, at) for each in rows.order_by("created", "pk")],
        "named": [
            (row, labels.registration_state(row.state, is_paused=row.is_paused))
            for row in named.filter(participant__erased_at=None).order_by("-applied_at", "pk")[:200]
        ],
    }
    return show_open(request, "trainings/public/send.html", None, context)


@open_page
@require_http_methods(["GET", "HEAD", "POST"])
def send_list(request: HttpRequest, token: str, code: str) -> HttpResponse:
    sender = access.get_sender_by(token)
    edition = the_one(Edition.objects.filter(host=sender.kept_by_id, code=code).taking(clock.now()))
    is_sent = request.method == "POST"
    if is_sent:
        LIMITS.must_pass(limits.address_of(request.META))
        must_fit(request)
    form = forms.RosterForm(
        request.POST if is_sent else None,
        request.FILES if is_sent else None,
        sender=sender,
        initial=pages.initial_values(edition, sender.language_id) | {"country": sender.country_id},
    )
    if form.is_valid():
        with form.mending():
            roster = name_lists.bring(edition, pages.read_name_list(form, sender), at=clock.now())
            return lead_to("open:send_roster", token, roster.pk)
    shown = public_calendar.line_of(edition, clock.now())
    context = {"sender": sender, "token": token, "line": shown}
    return show_open(request, "trainings/public/send_list.html", form, context)


@open_page
@require_http_methods(["GET", "HEAD", "POST"])
def send_roster(request: HttpRequest, token: str, pk: UUID) -> HttpResponse:
    roster = access.get_roster_by(access.get_sender_by(token), pk)
    form = DeskForm(sent_data(request))
    if form.is_valid():
        with form.mending():
            if request.POST.get("deed") == pages.THROW_AWAY:
                name_lists.throw_away(roster, at=clock.now())
                return lead_to("open:send", token)
            name_lists.confirm(roster, at=clock.now())
            return lead_to("open:send_roster", token, pk)
    context = {"token": token, "edition": roster.edition, "listing": pages.listing(request, roster)}
    return show_open(request, "trainings/public/send_roster.html", form, context)


@open_page
@require_safe
def send_wrong(request: HttpRequest, token: str, pk: UUID) -> HttpResponse:
    return pages.bad_rows(access.get_roster_by(access.get_sender_by(token), pk))
