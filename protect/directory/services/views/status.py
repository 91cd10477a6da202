"""Publishing and suspending services: each step asks for confirmation, some can be undone."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from protect.directory import access, labels
from protect.directory.enums import Move
from protect.directory.models import Service
from protect.directory.services.actions import status
from protect.directory.services.actions.status import NEEDS, take_back
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.ui.pages import show

CAN_BE_UNDONE = {Move.SUSPEND, Move.RESUME}


@require_http_methods(["GET", "POST"])
def service_move(request: HttpRequest, pk: UUID, move: str) -> HttpResponse:
    scope = scope_of(request)
    service = access.get_service(scope, pk)
    if move not in Move.values:
        raise Http404
    kind = Move(move)
    access.must(scope, NEEDS[kind], service.country_id)
    if request.method == "POST":
        status.move(scope, service, kind, at=clock.now())
        message = _("Done.")
        if kind in CAN_BE_UNDONE:
            message = _("Done. For ten minutes you can take it back below.")
        messages.success(request, message)
        return redirect("directory:service", pk=pk)
    context = {
        "service": service,
        "question": _question(kind),
        "effects": list(_effects(kind, service)),
        "undo": _undo(kind),
        "verb": labels.MOVES[kind],
        "is_danger": kind == Move.WITHDRAW,
        "back": reverse("directory:service", args=[pk]),
    }
    return show(request, "directory/service_move.html", None, context)


@require_POST
def service_undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    service = access.get_service(scope, pk)
    take_back(scope, service, at=clock.now())
    messages.success(request, _("Taken back. It stands as before."))
    return redirect("directory:service", pk=pk)


def _question(move: Move) -> str:
    return {
        Move.SUBMIT: _("Hand this service in for review?"),
        Move.PUBLISH: _("Show this service to the public?"),
        Move.SUSPEND: _("Take this service off for a while?"),
        Move.RESUME: _("Show this service again?"),
        Move.WITHDRAW: _("Withdraw this service for good?"),
    }[move]


def _effects(move: Move, service: Service) -> Iterator[str]:
    if move == Move.SUBMIT:
        yield _("Whoever answers for the country sees it in review and can publish it.")
        yield _("The public does not see it yet.")
    elif move in {Move.PUBLISH, Move.RESUME}:
        yield _("Everybody finds it at once, on the public pages and in files for others.")
        yield _("Facts that nobody has checked are shown as “not checked yet”.")
        if service.phones.exists():
            yield _("It has a number. It is shown only if two people have called and heard it.")
    elif move == Move.SUSPEND:
        yield _("The public no longer finds it. Its page says that it is gone.")
        yield _("Other systems hear that it is closed for a while.")
        yield _("Nothing is deleted. Checks and texts stay.")
    else:
        yield _("The public does not find it any more, and it cannot be shown again.")
        yield _("Other systems hear that it is gone for good. Its number stays taken.")


def _undo(move: Move) -> str:
    if move in CAN_BE_UNDONE:
        return _("You can take this back for ten minutes.")
    if move == Move.WITHDRAW:
        return _("This cannot be undone.")
    return ""
