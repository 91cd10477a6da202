from uuid import UUID

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.trainings.base import access, links
from protect.trainings.base.pages import frame
from protect.trainings.registrations.access import get_sender, visible_senders
from protect.trainings.registrations.actions import nominating_organisations as actions
from protect.trainings.registrations.forms import CohortForm, SenderForm
from protect.ui import forms, pagination

PAGE_SIZE = 50  # organisations
MAIL_LINK, END_LINK = "mail", "end"  # actions on a link; any other one shows a new link


@require_safe
def sender_list(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    access.must_plan_somewhere(scope)
    rows = visible_senders(scope).annotate(sent=Count("registrations")).order_by("name", "pk")
    page = pagination.Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return frame.show_tab(request, frame.SENDERS, "trainings/sender_list.html", {"page": page})


@require_http_methods(["GET", "POST"])
def sender_new(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    host = frame.chosen_host(scope, request.GET.get("host", ""))
    initial = {"country": host.country, "language": get_language() or "en"}
    form = SenderForm(frame.sent_data(request), initial=initial)
    if form.is_valid():
        with form.showing_refusals():
            sender = actions.add_sender(scope, host, form.field_values(), at=clock.now())
            text = _("Added. Create a link so that this organisation can nominate people itself.")
            return frame.redirect_with_message(request, text, "trainings:sender", sender.pk)
    return frame.render_form_page(request, "trainings/sender_form.html", form, {"sender": None})


@require_http_methods(["GET", "POST"])
def sender_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    sender = get_sender(scope, pk)
    initial = {"country": sender.country_id, "language": sender.language_id}
    initial |= {name: getattr(sender, name) for name in ("name", "email", "is_school")}
    form = SenderForm(frame.sent_data(request), initial=initial)
    if form.is_valid():
        with form.showing_refusals():
            actions.edit_sender(scope, sender, form.field_values(), at=clock.now())
            return frame.redirect_with_message(request, _("Saved."), "trainings:sender", pk)
    return frame.render_form_page(request, "trainings/sender_form.html", form, {"sender": sender})


@require_http_methods(["GET", "POST"])
def sender(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a nominating organisation; create, mail or end its nomination link."""
    scope = scope_of(request)
    sender = get_sender(scope, pk)
    action = request.POST.get("deed", "")
    form = forms.DeskForm(request.POST if action else None)
    if form.is_valid():
        with form.showing_refusals():
            if action == END_LINK:
                actions.end_link(scope, sender, at=clock.now())
                return frame.redirect_with_message(
                    request, _("The link no longer works."), "trainings:sender", pk
                )
            is_mailed = action == MAIL_LINK
            token = actions.create_link(scope, sender, is_mailed=is_mailed, at=clock.now())
            if is_mailed:
                return frame.redirect_with_message(
                    request, _("The mail is on its way."), "trainings:sender", pk
                )
            link = links.public_address("open:send", token, tag=sender.language_id)
            context = {"sender": sender, "link": link}
            return frame.render_form_page(request, "trainings/sender_link.html", None, context)
    cohorts = sender.cohorts.annotate(size=Count("students")).order_by("programme", "year")
    context = {"sender": sender, "cohorts": cohorts}
    return frame.render_form_page(request, "trainings/sender.html", form, context)


@require_http_methods(["GET", "POST"])
def cohort_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Add a class to the school with the id `pk`."""
    scope = scope_of(request)
    school = get_sender(scope, pk)
    form = CohortForm(frame.sent_data(request))
    if form.is_valid():
        with form.showing_refusals():
            actions.add_cohort(scope, school, **form.cleaned_data, at=clock.now())
            message = _("Added. To register the class, upload its list in a training.")
            return frame.redirect_with_message(request, message, "trainings:sender", pk)
    context = {"sender": school, "back": reverse("trainings:sender", args=[pk])}
    return frame.render_form_page(request, "trainings/cohort_new.html", form, context)
