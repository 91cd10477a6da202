"""Registrations at the desk: entering a participant, deciding, changing a priority."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from protect.kernel import clock
from protect.kernel.text import isolated
from protect.orgs.access import scope_of
from protect.orgs.scope import Scope
from protect.trainings.base import access as base_access
from protect.trainings.base.pages.frame import show
from protect.trainings.registrations import access as registrations_access
from protect.trainings.registrations import forms, labels
from protect.trainings.registrations.actions import decisions, mail, register
from protect.trainings.registrations.actions.register import Entry
from protect.trainings.registrations.actions.seats import place_of
from protect.trainings.registrations.enums import RegistrationState, Source
from protect.trainings.registrations.fields import SHOWN, PersonForm
from protect.trainings.registrations.models import Registration
from protect.trainings.registrations.rules import folded
from protect.trainings.scheduling import access
from protect.trainings.scheduling.enums import EditionState
from protect.trainings.scheduling.models import Edition
from protect.ui.forms import DeskForm

# What can be decided about a registration, by where it stands.
ACTIONS = {
    RegistrationState.APPLIED: (forms.APPROVE, forms.REFUSE),
    RegistrationState.WAITING: (forms.PLACE, forms.OVER),
}
DECISIONS: dict[str, Callable[..., object]] = {
    forms.APPROVE: decisions.approve,
    forms.REFUSE: decisions.refuse,
    forms.OVER: decisions.confirm_over,
}
# What is done for a participant who phones.
BY_PHONE = {
    RegistrationState.UNPROVEN: forms.PROVE,
    RegistrationState.OFFERED: forms.ACCEPT,
    RegistrationState.WAITING: forms.RENEW,
}


@require_http_methods(["GET", "POST"])
def registration_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    edition = access.get_edition(scope, pk)
    base_access.must_plan(scope, edition.host_id)
    form = PersonForm(
        request.POST if request.method == "POST" else None,
        host=edition.host,
        initial={
            "sent_key": uuid4(),
            "country": edition.country_id,
            "language": get_language() or "en",
        },
    )
    if form.is_valid():
        with form.mending():
            data, at = form.cleaned_data, clock.now()
            source = Source.NOMINATED if data["sender"] else Source.APPLIED
            entry = Entry(source, data["sender"], sent_key=data["sent_key"])
            row = register.register_from_form(edition, data, entry, at=at, scope=scope)
            state_word = labels.registration_state(row.state).word
            # Translators: somebody was registered. {state} is where the registration stands.
            messages.success(request, _("Registered: {state}.").format(state=state_word))
            return redirect("trainings:edition", pk=pk)
    context = {"edition": edition, "existing": existing_of(edition, form)}
    return show(request, "trainings/registration_new.html", form, context)


def existing_of(edition: Edition, form: PersonForm) -> Registration | None:
    if not form.is_bound or "email" not in form.errors:
        return None
    email = folded(str(form.data.get("email", "")))
    rows = edition.registrations.active().filter(participant__email=email)
    return rows.order_by("pk").first()


@require_http_methods(["GET", "POST"])
def registration(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    registration = registrations_access.get_registration(scope, pk)
    is_erased = registration.participant.erased_at is not None
    possible_actions = () if is_erased else ACTIONS.get(RegistrationState(registration.state), ())
    action = request.POST.get("deed", "")
    possible = {
        each: forms.DecideForm(
            request.POST if each == action else None,
            action=each,
            initial={"priority": registration.priority},
        )
        for each in possible_actions
    }
    by_phone = [] if is_erased else phoned(registration)
    chosen: DeskForm | None = possible.get(action)
    if action in by_phone:
        chosen = DeskForm(request.POST)
    if chosen is not None and chosen.is_valid():
        with chosen.mending():
            messages.success(request, _do(scope, registration, action, chosen.cleaned_data))
            return redirect("trainings:edition", pk=registration.edition_id)
    may_withdraw = registration.ended_at is None and registration.edition.state != EditionState.DONE
    is_waiting = registration.state == RegistrationState.WAITING
    place = place_of(registration) if is_waiting else None
    context = {
        "registration": registration,
        "edition": registration.edition,
        "forms": possible,
        "by_phone": by_phone,
        "may_withdraw": may_withdraw and not is_erased,
        "said": labels.registration_state(
            registration.state, place=place, is_paused=registration.is_paused
        ),
        "known": [(each.label, text) for each in SHOWN if (text := each.text(registration))],
        "together": decisions.companions(registration),
        "moves": registration.waiting_moves.select_related("actor").order_by("at", "pk"),
    }
    return show(request, "trainings/registration.html", chosen, context)


@require_http_methods(["GET", "POST"])
def approve_all(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    edition = access.get_edition(scope, pk)
    base_access.must_plan(scope, edition.host_id)
    if request.method == "POST":
        decided = decisions.approve_all(scope, edition, at=clock.now())
        messages.success(request, _decided_text(decided))
        return redirect("trainings:edition", pk=pk)
    waiting = edition.registrations.filter(state=RegistrationState.APPLIED).count()
    context = {
        "edition": edition,
        # Translators: a question before a button. {n} is how many people applied.
        "question": ngettext("Confirm {n} person?", "Confirm {n} people?", waiting).format(
            n=waiting
        ),
        "effects": [
            _("Who applied first comes first; who finds no free seat waits in the line."),
            _("Applications whose address is not confirmed are left out."),
            _("Everybody gets a mail."),
        ],
        "undo": _("This cannot be undone for all at once: each can withdraw."),
        "verb": _("Confirm all"),
        "back": reverse("trainings:edition", args=[pk]),
    }
    return show(request, "trainings/edition_move.html", None, context)


def _decided_text(decided: Counter[RegistrationState]) -> str:
    parts = (
        # Translators: {state} is where registrations stand, {n} how many do.
        _("{state}: {n}").format(state=labels.registration_state(state).word, n=n)
        for state, n in decided.most_common()
    )
    return f"{_('Noted.')} {'. '.join(parts)}." if decided else _("Nobody waits for a decision.")


@require_http_methods(["GET", "POST"])
def registration_withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    registration = registrations_access.get_registration(scope, pk)
    # 404 for an erased participant, who has no actions.
    person = registrations_access.get_participant(scope, registration.participant_id)
    if request.method == "POST":
        decisions.withdraw(registration, at=clock.now(), scope=scope)
        messages.success(request, _("Noted."))
        return redirect("trainings:edition", pk=registration.edition_id)
    context = {
        "edition": registration.edition,
        "question": _("Does this person withdraw?"),
        "effects": [
            isolated(person.name),
            _("Their seat or their place in the line goes to others. They get a mail."),
        ],
        "undo": _("This cannot be undone."),
        "verb": _("They withdraw"),
        "is_danger": True,
        "back": reverse("trainings:registration", args=[pk]),
    }
    return show(request, "trainings/edition_move.html", None, context)


def phoned(registration: Registration) -> list[str]:
    if registration.ended_at is not None:
        return []
    is_awake = registration.state == RegistrationState.WAITING and not registration.is_paused
    own = None if is_awake else BY_PHONE.get(RegistrationState(registration.state))
    return [own, forms.MAIL] if own else [forms.MAIL]


def _do(scope: Scope, registration: Registration, action: str, data: dict[str, Any]) -> str:
    at = clock.now()
    if action == forms.ACCEPT:
        answered = decisions.accept_offer(registration, at=at, scope=scope)
        return str(labels.ANSWERED[answered])
    if action == forms.MAIL:
        mail.send_again(scope, registration, at=at)
        return _("The mail is on its way.")
    if action in (forms.PROVE, forms.RENEW):
        own = decisions.prove if action == forms.PROVE else decisions.renew
        own(registration, at=at, scope=scope)
    elif action == forms.PLACE:
        decisions.move_up(scope, registration, data["priority"], at=at, reason=data["reason"])
    else:
        DECISIONS[action](scope, registration, at=at, reason=data["reason"])
    registration.refresh_from_db(fields=["state", "is_paused"])
    stands = labels.registration_state(registration.state, is_paused=registration.is_paused).word
    return f"{_('Noted.')} {stands}."  # who is confirmed while nothing is free waits in the line
