"""A participant's needs on their own page in the open zone, and what became of them."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from protect.kernel import clock, refusals
from protect.trainings.base.pages.open_pages import open_page, show_open
from protect.trainings.needs import actions
from protect.trainings.needs.errors import NeedsNotKept
from protect.trainings.needs.forms import NeedsForm
from protect.trainings.needs.pages import own_lines
from protect.trainings.registrations.access import get_own
from protect.trainings.registrations.enums import RegistrationState
from protect.trainings.registrations.models import Registration
from protect.vault.errors import TeamKeyMismatch


@open_page
@require_http_methods(["GET", "HEAD", "POST"])
def own_needs(request: HttpRequest, token: str) -> HttpResponse:
    registration = get_own(token)
    taken_back = request.POST.get("take_back")
    is_sent = request.method == "POST" and taken_back is None
    form, is_said = NeedsForm(request.POST if is_sent else None), False
    if form.is_valid():
        with form.mending():
            is_said = _say_needs(registration, form)
            form = NeedsForm()
    context = {
        "token": token,
        "is_said": is_said,
        "is_taken_back": taken_back is not None and _took_back(registration, taken_back),
        "lines": own_lines(registration),
        "is_asked": actions.is_asked(registration.edition) and _counts(registration),
    }
    return show_open(request, "trainings/public/own_needs.html", form, context)


def _say_needs(registration: Registration, form: NeedsForm) -> bool:
    """Seal what a participant needs; return whether that was anything.

    Errors: NeedsNotKept; as `needs.say`.
    """
    try:
        return bool(actions.say(registration, form.needs(), at=clock.now()))
    except TeamKeyMismatch as mismatch:  # officers are told; the visitor knows of no keys
        refusals.tell(mismatch)
        raise NeedsNotKept from None


def _counts(registration: Registration) -> bool:
    return registration.ended_at is None and registration.state != RegistrationState.UNPROVEN


def _took_back(registration: Registration, need: str) -> bool:
    try:
        return actions.take_back(registration, UUID(need), at=clock.now())
    except ValueError:
        raise Http404 from None
