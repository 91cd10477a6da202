"""Lists of names at the desk: brought, looked through, registered, mended."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.trainings.base import access as base_access
from protect.trainings.base.pages.frame import show
from protect.trainings.registrations import access as registrations_access
from protect.trainings.registrations.forms import RosterForm
from protect.trainings.registrations.name_lists import actions
from protect.trainings.registrations.name_lists.pages import (
    bad_rows,
    initial_values,
    listing,
    read_name_list,
)
from protect.trainings.scheduling import access
from protect.ui.forms import DeskForm

THROW_AWAY = "throw_away"


@require_http_methods(["GET", "POST"])
def roster_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    edition = access.get_edition(scope, pk)
    base_access.must_plan(scope, edition.host_id)
    is_sent = request.method == "POST"
    form = RosterForm(
        request.POST if is_sent else None,
        request.FILES if is_sent else None,
        host=edition.host,
        initial=initial_values(edition, get_language() or "en"),
    )
    if form.is_valid():
        with form.mending():
            name_list = read_name_list(form, None)
            roster = actions.bring(edition, name_list, at=clock.now(), scope=scope)
            return redirect("trainings:roster", pk=roster.pk)
    return show(request, "trainings/roster_new.html", form, {"edition": edition})


@transaction.non_atomic_requests
@require_http_methods(["GET", "POST"])
def roster(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Registering a long list takes many transactions, so that other users do not wait for it."""
    scope = scope_of(request)
    roster = registrations_access.get_roster(scope, pk)
    form = DeskForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with form.mending():
            if request.POST.get("deed") == THROW_AWAY:
                actions.throw_away(roster, at=clock.now(), scope=scope)
                messages.success(request, _("The list is thrown away. Who is registered stays."))
                return redirect("trainings:edition", pk=roster.edition_id)
            done = actions.confirm(roster, at=clock.now(), scope=scope)
            # Translators: {number} people of a list were registered.
            messages.success(request, _("Registered: {number}.").format(number=done))
            return redirect("trainings:roster", pk=pk)
    context = {"edition": roster.edition, "listing": listing(request, roster)}
    return show(request, "trainings/roster.html", form, context)


@require_safe
def roster_wrong(request: HttpRequest, pk: UUID) -> HttpResponse:
    return bad_rows(registrations_access.get_roster(scope_of(request), pk))
