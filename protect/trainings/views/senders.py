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
from protect.trainings import access, links, tabs
from protect.trainings.actions import senders
from protect.trainings.forms.lists import CohortForm, SenderForm
from protect.trainings.views.editions import host_of
from protect.trainings.views.frame import show, show_tab
from protect.ui.forms import DeskForm
from protect.ui.pagination import Paginator

PAGE = 50  # organisations
SHOW, MAIL, END = "show", "mail", "end"  # what is done with a link


@require_safe
def sender_list(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    access.must_plan_somewhere(scope)
    rows = links.senders_of(scope).annotate(sent=Count("registrations"))
    page = Paginator(rows.order_by("name", "pk"), PAGE).get_page(request.GET.get("page"))
    return show_tab(request, tabs.SENDERS, "sender_list.html", {"page": page})


@require_http_methods(["GET", "POST"])
def sender_new(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    host = host_of(scope, request.GET.get("host", ""))
    form = SenderForm(
        request.POST if request.method == "POST" else None,
        initial={"country": host.country, "language": get_language() or "en"},
    )
    if form.is_valid():
        with form.mending():
            made = senders.add_sender(scope, host, form.told(), at=clock.now())
            messages.success(request, _("Added. Give it a link, and it can name people itself."))
            return redirect("trainings:sender", pk=made.pk)
    return show(request, "sender_form.html", form, {"sender": None})


@require_http_methods(["GET", "POST"])
def sender_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    found = links.get_sender(scope, pk)
    told = {"country": found.country_id, "language": found.language_id}
    form = SenderForm(
        request.POST if request.method == "POST" else None,
        initial=told | {each: getattr(found, each) for each in ("name", "email", "is_school")},
    )
    if form.is_valid():
        with form.mending():
            senders.edit_sender(scope, found, form.told(), at=clock.now())
            messages.success(request, _("Saved."))
            return redirect("trainings:sender", pk=pk)
    return show(request, "sender_form.html", form, {"sender": found})


@require_http_methods(["GET", "POST"])
def sender(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    found = links.get_sender(scope, pk)
    deed = request.POST.get("deed", "")
    form = DeskForm(request.POST if deed else None)
    if form.is_valid():
        with form.mending():
            if deed == END:
                senders.end_link(scope, found, at=clock.now())
                messages.success(request, _("The link opens nothing any more."))
                return redirect("trainings:sender", pk=pk)
            is_mailed = deed == MAIL
            token = senders.give_link(scope, found, is_mailed=is_mailed, at=clock.now())
            if is_mailed:
                messages.success(request, _("The mail is on its way."))
                return redirect("trainings:sender", pk=pk)
            link = links.public_address("send", token, tag=found.language_id)
            return show(request, "sender_link.html", None, {"sender": found, "link": link})
    context = {
        "sender": found,
        "cohorts": found.cohorts.annotate(size=Count("students")).order_by("programme", "year"),
    }
    return show(request, "sender.html", form, context)


@require_http_methods(["GET", "POST"])
def cohort_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    school = links.get_sender(scope, pk)
    form = CohortForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with form.mending():
            told = form.cleaned_data
            senders.add_cohort(scope, school, told["programme"], told["year"], at=clock.now())
            messages.success(request, _("Added. Register it by its list at a training."))
            return redirect("trainings:sender", pk=pk)
    context = {"sender": school, "back": reverse("trainings:sender", args=[pk])}
    return show(request, "cohort_new.html", form, context)
