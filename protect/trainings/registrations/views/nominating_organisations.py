"""Organisations and schools that send people: all of them, one, its link, its classes."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.trainings.base import access
from protect.trainings.base import links as base_links
from protect.trainings.base.pages import frame
from protect.trainings.base.pages.frame import host_of, show, show_tab
from protect.trainings.registrations import access as registrations_access
from protect.trainings.registrations.actions import nominating_organisations as actions
from protect.trainings.registrations.forms import CohortForm, SenderForm
from protect.ui.forms import DeskForm
from protect.ui.pagination import Paginator

PAGE = 50  # organisations
SHOW, MAIL, END = "show", "mail", "end"  # what is done with a link


@require_safe
def sender_list(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    access.must_plan_somewhere(scope)
    rows = registrations_access.senders_of(scope).annotate(sent=Count("registrations"))
    page = Paginator(rows.order_by("name", "pk"), PAGE).get_page(request.GET.get("page"))
    return show_tab(request, frame.SENDERS, "trainings/sender_list.html", {"page": page})


@require_http_methods(["GET", "POST"])
def sender_new(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    host = host_of(scope, request.GET.get("host", ""))
    initial = {"country": host.country, "language": get_language() or "en"}
    form = SenderForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        with form.mending():
            sender = actions.add_sender(scope, host, form.field_values(), at=clock.now())
            messages.success(request, _("Added. Give it a link, and it can name people itself."))
            return redirect("trainings:sender", pk=sender.pk)
    return show(request, "trainings/sender_form.html", form, {"sender": None})


@require_http_methods(["GET", "POST"])
def sender_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    sender = registrations_access.get_sender(scope, pk)
    initial = {"country": sender.country_id, "language": sender.language_id}
    initial |= {each: getattr(sender, each) for each in ("name", "email", "is_school")}
    form = SenderForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        with form.mending():
            actions.edit_sender(scope, sender, form.field_values(), at=clock.now())
            messages.success(request, _("Saved."))
            return redirect("trainings:sender", pk=pk)
    return show(request, "trainings/sender_form.html", form, {"sender": sender})


@require_http_methods(["GET", "POST"])
def sender(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    sender = registrations_access.get_sender(scope, pk)
    action = request.POST.get("deed", "")
    form = DeskForm(request.POST if action else None)
    if form.is_valid():
        with form.mending():
            if action == END:
                actions.end_link(scope, sender, at=clock.now())
                messages.success(request, _("The link opens nothing any more."))
                return redirect("trainings:sender", pk=pk)
            is_mailed = action == MAIL
            token = actions.give_link(scope, sender, is_mailed=is_mailed, at=clock.now())
            if is_mailed:
                messages.success(request, _("The mail is on its way."))
                return redirect("trainings:sender", pk=pk)
            link = base_links.public_address("open:send", token, tag=sender.language_id)
            context = {"sender": sender, "link": link}
            return show(request, "trainings/sender_link.html", None, context)
    context = {
        "sender": sender,
        "cohorts": sender.cohorts.annotate(size=Count("students")).order_by("programme", "year"),
    }
    return show(request, "trainings/sender.html", form, context)


@require_http_methods(["GET", "POST"])
def cohort_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    school = registrations_access.get_sender(scope, pk)
    form = CohortForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with form.mending():
            actions.add_cohort(scope, school, **form.cleaned_data, at=clock.now())
            messages.success(request, _("Added. Register it by its list at a training."))
            return redirect("trainings:sender", pk=pk)
    context = {"sender": school, "back": reverse("trainings:sender", args=[pk])}
    return show(request, "trainings/cohort_new.html", form, context)
