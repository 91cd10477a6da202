from collections import Counter
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext as _, gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from protect.kernel import clock
from protect.kernel.text import isolate_direction
from protect.orgs.access import scope_of
from protect.orgs.scope import Scope
from protect.trainings.base.pages.frame import redirect_with_message, render_form_page, sent_data
from protect.trainings.registrations import access, enums, fields, forms, labels, models, rules
from protect.trainings.registrations.actions import decisions, mail, register, seats
from protect.trainings.scheduling.access import get_planned_edition
from protect.trainings.scheduling.enums import EditionState
from protect.trainings.scheduling.models import Edition
from protect.ui.forms import DeskForm

DECISIONS_BY_STATE = {  # the decisions that are possible for a registration, by its state
    enums.RegistrationState.APPLIED: (forms.APPROVE, forms.REFUSE),
    enums.RegistrationState.WAITING: (forms.CHANGE_PRIORITY, forms.CONFIRM_AHEAD),
}
PHONE_ACTION_BY_STATE = {  # for a participant who phones, by state; WAITING: only if paused
    enums.RegistrationState.UNPROVEN: forms.CONFIRM_APPLICATION,
    enums.RegistrationState.OFFERED: forms.ACCEPT_OFFER,
    enums.RegistrationState.WAITING: forms.RESUME_WAITING,
}
OFFER_OUTCOME_TEXTS = {  # result of accepting an offer, as coordinators read it
    decisions.OfferOutcome.SEATED: gettext_lazy("The person has the seat now."),
    decisions.OfferOutcome.PASSED_ON: gettext_lazy(
        "Too late: the seat was offered to another person. This person is back at their"
        " place on the waiting list."
    ),
}


@require_http_methods(["GET", "POST"])
def registration_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Register a participant for the edition with the id `pk`."""
    scope = scope_of(request)
    edition = get_planned_edition(scope, pk)
    initial = {"sent_key": uuid4(), "country": edition.country_id}
    initial["language"] = get_language() or "en"
    form = fields.RegistrationByStaffForm(sent_data(request), host=edition.host, initial=initial)
    if form.is_valid():
        with form.showing_refusals():
            data, at = form.cleaned_data, clock.now()
            source = enums.Source.NOMINATED if data["sender"] else enums.Source.APPLIED
            entry = register.Origin(source, data["sender"], sent_key=data["sent_key"])
            row = register.register_from_form(edition, data, entry, at=at, scope=scope)
            # Translators: a person was registered. {state} is where the registration stands.
            message = _("Registered: {state}.").format(state=labels.state_label(row.state).word)
            return redirect_with_message(request, message, "trainings:edition", pk)
    context = {"edition": edition, "existing": _existing_registration(edition, form)}
    return render_form_page(request, "trainings/registration_new.html", form, context)


def _existing_registration(
    edition: Edition, form: fields.RegistrationByStaffForm
) -> models.Registration | None:
    """Return the registration that has the address of a refused form; None without one."""
    if not form.is_bound or "email" not in form.errors:
        return None
    email = rules.fold_email(str(form.data.get("email", "")))
    return edition.registrations.active().filter(participant__email=email).order_by("pk").first()


@require_http_methods(["GET", "POST"])
def registration(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a registration, decide about it, or act for a participant who phones."""
    scope = scope_of(request)
    registration = access.get_registration(scope, pk)
    is_erased = registration.participant.erased_at is not None
    posted, initial = request.POST, {"priority": registration.priority}
    action = posted.get("deed", "")
    decision_forms = {
        decision: forms.DecideForm(
            posted if decision == action else None, action=decision, initial=initial
        )
        for decision in DECISIONS_BY_STATE.get(enums.RegistrationState(registration.state), ())
        if not is_erased
    }
    phone_actions = [] if is_erased else _phone_actions(registration)
    chosen_form = DeskForm(posted) if action in phone_actions else decision_forms.get(action)
    if chosen_form is not None and chosen_form.is_valid():
        with chosen_form.showing_refusals():
            message = _apply_decision(scope, registration, action, chosen_form.cleaned_data)
            return redirect_with_message(
                request, message, "trainings:edition", registration.edition_id
            )
    may_withdraw = registration.ended_at is None and registration.edition.state != EditionState.DONE
    place, is_paused = seats.waiting_list_position(registration), registration.is_paused
    context = {
        "registration": registration,
        "edition": registration.edition,
        "forms": decision_forms,
        "by_phone": phone_actions,
        "may_withdraw": may_withdraw and not is_erased,
        "said": labels.state_label(registration.state, position=place, is_paused=is_paused),
        "known": [
            (field.label, text) for field in fields.SHOWN if (text := field.text(registration))
        ],
        "together": decisions.companions(registration),
        "moves": registration.waiting_moves.select_related("actor").order_by("at", "pk"),
    }
    return render_form_page(request, "trainings/registration.html", chosen_form, context)


@require_http_methods(["GET", "POST"])
def approve_all(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for confirmation, then approve all applications of an edition."""
    scope = scope_of(request)
    edition = get_planned_edition(scope, pk)
    if request.method == "POST":
        decided = decisions.approve_all(scope, edition, at=clock.now())
        return redirect_with_message(request, _approved_message(decided), "trainings:edition", pk)
    waiting = edition.registrations.filter(state=enums.RegistrationState.APPLIED).count()
    # Translators: a question before a button. {n} is how many people applied.
    question = ngettext("Confirm {n} person?", "Confirm {n} people?", waiting)
    context = {
        "edition": edition,
        "question": question.format(n=waiting),
        "effects": [
            _(
                "The oldest applications are confirmed first. If there is no seat left, the"
                " others join the waiting list."
            ),
            _("Applications without a confirmed address are not included."),
            _("Each applicant gets a mail."),
        ],
        "undo": _("You cannot undo this for all at once. You can withdraw each registration."),
        "verb": _("Confirm all"),
        "back": reverse("trainings:edition", args=[pk]),
    }
    return render_form_page(request, "trainings/edition_move.html", None, context)


def _approved_message(decided: Counter[enums.RegistrationState]) -> str:
    parts = (
        # Translators: {state} is where registrations stand, {n} how many do.
        _("{state}: {n}").format(state=labels.state_label(state).word, n=n)
        for state, n in decided.most_common()
    )
    return (
        f"{_('Noted.')} {'. '.join(parts)}." if decided else _("No application awaits a decision.")
    )


@require_http_methods(["GET", "POST"])
def registration_withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    registration = access.get_registration(scope, pk)
    person = access.get_participant(scope, registration.participant_id)  # 404 if erased
    if request.method == "POST":
        decisions.withdraw(registration, at=clock.now(), scope=scope)
        return redirect_with_message(
            request, _("Noted."), "trainings:edition", registration.edition_id
        )
    context = {
        "edition": registration.edition,
        "question": _("Withdraw this registration?"),
        "effects": [
            isolate_direction(person.name),
            _(
                "The registration ends, and this person gets an e-mail. If a seat "
                "becomes free, it is offered to the next person on the waiting list."
            ),
        ],
        "undo": _("This cannot be undone."),
        "verb": _("Withdraw this registration"),
        "is_danger": True,
        "back": reverse("trainings:registration", args=[pk]),
    }
    return render_form_page(request, "trainings/edition_move.html", None, context)


def _phone_actions(registration: models.Registration) -> list[str]:
    """Return the actions that a coordinator can take now for a participant who phones."""
    if registration.ended_at is not None:
        return []
    is_active = registration.state == enums.RegistrationState.WAITING and not registration.is_paused
    action = PHONE_ACTION_BY_STATE.get(enums.RegistrationState(registration.state))
    return [action, forms.MAIL_LINK] if action and not is_active else [forms.MAIL_LINK]


def _apply_decision(
    scope: Scope, registration: models.Registration, action: str, data: dict[str, Any]
) -> str:
    """Apply one of the actions that the page offers; return the message to show."""
    at, reason = clock.now(), data.get("reason", "")
    if action == forms.ACCEPT_OFFER:
        return str(OFFER_OUTCOME_TEXTS[decisions.accept_offer(registration, at=at, scope=scope)])
    if action == forms.MAIL_LINK:
        mail.mail_link_again(scope, registration, at=at)
        return _("The mail is on its way.")
    if action == forms.CONFIRM_APPLICATION:
        decisions.confirm_application(registration, at=at, scope=scope)
    elif action == forms.RESUME_WAITING:
        decisions.resume_waiting(registration, at=at, scope=scope)
    elif action == forms.CHANGE_PRIORITY:
        decisions.change_priority(scope, registration, data["priority"], at=at, reason=reason)
    elif action == forms.APPROVE:
        decisions.approve(scope, registration, at=at, reason=reason)
    elif action == forms.REFUSE:
        decisions.refuse(scope, registration, at=at, reason=reason)
    else:
        decisions.confirm_ahead(scope, registration, at=at, reason=reason)
    registration.refresh_from_db(fields=["state", "is_paused"])
    state_word = labels.state_label(registration.state, is_paused=registration.is_paused).word
    return f"{_('Noted.')} {state_word}."  # approval without a free seat leads to “waiting”
