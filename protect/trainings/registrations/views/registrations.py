"""Registrations at the desk: entering a participant, deciding, changing a priority."""

from collections import Counter
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext as _, gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from protect.kernel import clock
from protect.kernel.text import isolated
from protect.orgs.access import scope_of
from protect.orgs.scope import Scope
from protect.trainings.base.pages.frame import done, sent_data, show
from protect.trainings.registrations import access, fields, forms, labels, models, rules
from protect.trainings.registrations.actions import decisions, mail, register, seats
from protect.trainings.registrations.enums import RegistrationState, Source
from protect.trainings.scheduling.access import get_planned
from protect.trainings.scheduling.enums import EditionState
from protect.trainings.scheduling.models import Edition
from protect.ui.forms import DeskForm

# What can be decided about a registration, by where it stands.
ACTIONS = {
    RegistrationState.APPLIED: (forms.APPROVE, forms.REFUSE),
    RegistrationState.WAITING: (forms.PLACE, forms.OVER),
}
# What is done for a participant who phones.
BY_PHONE = {
    RegistrationState.UNPROVEN: forms.PROVE,
    RegistrationState.OFFERED: forms.ACCEPT,
    RegistrationState.WAITING: forms.RENEW,
}
# What became of a participant's yes to the offer of a seat, as coordinators read it.
OFFER_ANSWERS = {
    decisions.OfferOutcome.SEATED: gettext_lazy("The seat is theirs."),
    decisions.OfferOutcome.PASSED_ON: gettext_lazy(
        "Too late: the seat was passed on. They are back at their place."
    ),
}


@require_http_methods(["GET", "POST"])
def registration_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    edition = get_planned(scope, pk)
    initial = {"sent_key": uuid4(), "country": edition.country_id}
    initial["language"] = get_language() or "en"
    form = fields.PersonForm(sent_data(request), host=edition.host, initial=initial)
    if form.is_valid():
        with form.mending():
            data, at = form.cleaned_data, clock.now()
            source = Source.NOMINATED if data["sender"] else Source.APPLIED
            entry = register.Entry(source, data["sender"], sent_key=data["sent_key"])
            row = register.register_from_form(edition, data, entry, at=at, scope=scope)
            state_word = labels.registration_state(row.state).word
            # Translators: a person was registered. {state} is where the registration stands.
            message = _("Registered: {state}.").format(state=state_word)
            return done(request, message, "trainings:edition", pk)
    context = {"edition": edition, "existing": _existing(edition, form)}
    return show(request, "trainings/registration_new.html", form, context)


def _existing(edition: Edition, form: fields.PersonForm) -> models.Registration | None:
    if not form.is_bound or "email" not in form.errors:
        return None
    email = rules.folded(str(form.data.get("email", "")))
    return edition.registrations.active().filter(participant__email=email).order_by("pk").first()


@require_http_methods(["GET", "POST"])
def registration(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    registration = access.get_registration(scope, pk)
    is_erased = registration.participant.erased_at is not None
    action, initial = request.POST.get("deed", ""), {"priority": registration.priority}
    possible = {
        each: forms.DecideForm(
            request.POST if each == action else None, action=each, initial=initial
        )
        for each in ACTIONS.get(RegistrationState(registration.state), ())
        if not is_erased
    }
    by_phone = [] if is_erased else _phoned(registration)
    chosen = DeskForm(request.POST) if action in by_phone else possible.get(action)
    if chosen is not None and chosen.is_valid():
        with chosen.mending():
            message = _apply(scope, registration, action, chosen.cleaned_data)
            return done(request, message, "trainings:edition", registration.edition_id)
    may_withdraw = registration.ended_at is None and registration.edition.state != EditionState.DONE
    context = {
        "registration": registration,
        "edition": registration.edition,
        "forms": possible,
        "by_phone": by_phone,
        "may_withdraw": may_withdraw and not is_erased,
        "said": labels.registration_state(
            registration.state, place=seats.place_of(registration), is_paused=registration.is_paused
        ),
        "known": [(each.label, text) for each in fields.SHOWN if (text := each.text(registration))],
        "together": decisions.companions(registration),
        "moves": registration.waiting_moves.select_related("actor").order_by("at", "pk"),
    }
    return show(request, "trainings/registration.html", chosen, context)


@require_http_methods(["GET", "POST"])
def approve_all(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    edition = get_planned(scope, pk)
    if request.method == "POST":
        decided = decisions.approve_all(scope, edition, at=clock.now())
        return done(request, _decided_text(decided), "trainings:edition", pk)
    waiting = edition.registrations.filter(state=RegistrationState.APPLIED).count()
    context = {
        "edition": edition,
        # Translators: a question before a button. {n} is how many people applied.
        "question": ngettext("Confirm {n} person?", "Confirm {n} people?", waiting).format(
            n=waiting
        ),
        "effects": [
            _("The oldest applications come first. Without a seat they join the waiting list."),
            _("Applications whose address is not confirmed are left out."),
            _("Each applicant gets a mail."),
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
    return (
        f"{_('Noted.')} {'. '.join(parts)}." if decided else _("No application awaits a decision.")
    )


@require_http_methods(["GET", "POST"])
def registration_withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    registration = access.get_registration(scope, pk)
    # 404 for an erased participant, who has no actions.
    person = access.get_participant(scope, registration.participant_id)
    if request.method == "POST":
        decisions.withdraw(registration, at=clock.now(), scope=scope)
        return done(request, _("Noted."), "trainings:edition", registration.edition_id)
    context = {
        "edition": registration.edition,
        "question": _("Does this person withdraw?"),
        "effects": [
            isolated(person.name),
            _("Their seat or place on the waiting list goes to others. They get an e-mail."),
        ],
        "undo": _("This cannot be undone."),
        "verb": _("They withdraw"),
        "is_danger": True,
        "back": reverse("trainings:registration", args=[pk]),
    }
    return show(request, "trainings/edition_move.html", None, context)


def _phoned(registration: models.Registration) -> list[str]:
    if registration.ended_at is not None:
        return []
    is_awake = registration.state == RegistrationState.WAITING and not registration.is_paused
    own = None if is_awake else BY_PHONE.get(RegistrationState(registration.state))
    return [own, forms.MAIL] if own else [forms.MAIL]


def _apply(
    scope: Scope, registration: models.Registration, action: str, data: dict[str, Any]
) -> str:
    at, reason = clock.now(), data.get("reason", "")
    if action == forms.ACCEPT:
        return str(OFFER_ANSWERS[decisions.accept_offer(registration, at=at, scope=scope)])
    if action == forms.MAIL:
        mail.send_again(scope, registration, at=at)
        return _("The mail is on its way.")
    if action == forms.PROVE:
        decisions.prove(registration, at=at, scope=scope)
    elif action == forms.RENEW:
        decisions.renew(registration, at=at, scope=scope)
    elif action == forms.PLACE:
        decisions.move_up(scope, registration, data["priority"], at=at, reason=reason)
    elif action == forms.APPROVE:
        decisions.approve(scope, registration, at=at, reason=reason)
    elif action == forms.REFUSE:
        decisions.refuse(scope, registration, at=at, reason=reason)
    else:
        decisions.confirm_over(scope, registration, at=at, reason=reason)
    registration.refresh_from_db(fields=["state", "is_paused"])
    stands = labels.registration_state(registration.state, is_paused=registration.is_paused).word
    return f"{_('Noted.')} {stands}."  # without a free seat the new state is “waiting”
