"""Organisations: which there are, how one stands, and how it comes, stops and goes."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from protect.kernel import clock
from protect.kernel.text import plain_name
from protect.orgs import access, actions as orgs, errors, profiles
from protect.orgs.access import get_organisation, must, must_somewhere, scope_of
from protect.orgs.enums import OrganisationState, Permission
from protect.orgs.models import Organisation
from protect.orgs.models.queries import OrganisationQuerySet
from protect.ui import forms, pagination
from protect.ui.pages import done, panel_row, posted, sent_data
from protect.vault.organisations.forms import ProposalForm, SameNameForm, VouchForm, country_choices
from protect.vault.organisations.wording import after_the_last_word, next_of
from protect.vault.sign_in.frame import in_requested_order, show, stepped_up
from protect.vault.team_keys import closures

ROWS = 50  # on a screen
SORTS = {"name": "name", "kind": "kind", "country": "country", "state": "state", "since": "created"}
FIRST = ("name", "pk")


@require_safe
def organisation_list(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    only = access.only_one_of(scope)
    if only is not None:
        return redirect("vault:organisation", pk=only)
    operates = scope.may(Permission.OPERATE)
    rows = access.listed_to(scope)
    if operates:
        rows = _filtered(rows, request)
    ordered = in_requested_order(rows, request, SORTS, FIRST)
    context = {
        "page": pagination.Paginator(ordered, ROWS).get_page(request.GET.get("page")),
        "waiting": [_proposal_row(each) for each in profiles.to_vouch(scope)],
        "operates": operates,
        "may_propose": bool(scope.organisations_where(Permission.VOUCH)),
        "is_narrow": bool(request.GET.get("state") or request.GET.get("country")),
        "states": OrganisationState.choices,
        "countries": country_choices(),
        "state": request.GET.get("state", ""),
        "country": request.GET.get("country", ""),
        "suspended": profiles.suspended_for(scope),
    }
    return show(request, "organisation_list.html", None, context)


@require_safe
def organisation(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    organisation = access.get_organisation_in_reach(scope, pk)
    context = {
        "suspended": [each for each in profiles.suspended_for(scope) if each.organisation.pk == pk],
        "organisation": organisation,
        "tabs": profiles.tabs_of(scope, organisation, profiles.OVERVIEW),
        "step": next_of(scope, organisation),
        "vouches": profiles.vouches_of(organisation),
        "standing": profiles.standing(organisation),
        "size": profiles.size(organisation),
        "is_in": access.may_see_people(scope, organisation),
        "manages": scope.may(Permission.MANAGE_ORGANISATION, organisation=pk),
        "may_leave": access.may_end_organisation(scope, organisation),
        "operates": scope.may(Permission.OPERATE),
    }
    return show(request, "organisation.html", None, context)


@require_http_methods(["GET", "POST"])
def organisation_new(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    must_somewhere(scope, Permission.VOUCH)
    form = posted(request, ProposalForm)
    if form.is_valid():
        with form.mending():
            organisation = orgs.propose_organisation(scope, form.profile(), at=clock.now())
            message = _("It is proposed. Others were asked by mail to give their word.")
            return done(request, message, "vault:organisation", organisation.pk)
    return show(request, "organisation_new.html", form)


@require_http_methods(["GET", "POST"])
@stepped_up
def organisation_vouch(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    organisation = get_organisation(scope, pk)
    must_somewhere(scope, Permission.VOUCH)
    mine, name = list(profiles.may_vouch(scope, organisation)), plain_name(organisation.name)
    if not mine or organisation.state != OrganisationState.PROPOSED:
        raise errors.OrganisationRefusal("vouch_not_allowed")
    form = VouchForm(sent_data(request), mine=mine)
    if form.is_valid():
        with form.mending():
            now = orgs.vouch(scope, organisation, by=form.chosen(), at=clock.now())
            if now.state == OrganisationState.PROPOSED:
                return done(request, _vouched(now), "vault:organisation", pk)
            return done(request, _vouched(now), "vault:organisation_list")
    context = {
        # Translators: {name} is the name of an organisation.
        "question": _("Do you give your word for {name}?").format(name=name),
        "effects": _vouching(organisation, mine),
        # Translators: a button: one says that one knows an organisation and trusts it.
        "verb": _("Yes, we know and trust it"),
        "undo": _("A word that was given cannot be taken back."),
    }
    return _confirm(request, organisation, context, form)


@require_http_methods(["GET", "POST"])
@stepped_up
def organisation_suspend(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    organisation = get_organisation(scope, pk)
    must(scope, Permission.OPERATE)
    if request.method == "POST":
        closures.suspend_organisation(scope, organisation, at=clock.now())
        message = _("It is suspended. Its people were told by mail.")
        return done(request, message, "vault:organisation", pk)
    people = profiles.size(organisation).people
    context = {
        "question": _("Suspend {name}?").format(name=plain_name(organisation.name)),
        "effects": [
            ngettext(
                "One person works there. Their session ends now.",
                "%(count)s people work there. Their sessions end now.",
                people,
            )
            % {"count": people},
            _("No user may do anything for it, and other teams can send it nothing."),
            _("Keys, files and places stay as they are."),
            _("Those who manage it get a mail. It gives no reason: call them."),
        ],
        "undo": _("You can open it again at any time."),
        "verb": _("Suspend it"),
        "is_danger": True,
    }
    return _confirm(request, organisation, context)


@require_http_methods(["GET", "POST"])
@stepped_up
def organisation_reactivate(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    organisation = get_organisation(scope, pk)
    must(scope, Permission.OPERATE)
    if request.method == "POST":
        orgs.reactivate_organisation(scope, organisation, at=clock.now())
        return done(request, _("It is open again."), "vault:organisation", pk)
    context = {
        "question": _("Open {name} again?").format(name=plain_name(organisation.name)),
        "effects": [
            _("Its people can sign in and work again, each with the place that they have."),
            _("No email is sent. Tell them."),
        ],
        "verb": _("Open it again"),
    }
    return _confirm(request, organisation, context)


@require_http_methods(["GET", "POST"])
@stepped_up
def organisation_leave(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    organisation = get_organisation(scope, pk)
    if not scope.may(Permission.OPERATE):
        must(scope, Permission.MANAGE_ORGANISATION, organisation=organisation)
    form = SameNameForm(sent_data(request), wanted=organisation.name)
    if form.is_valid():
        with form.mending():
            closures.leave_organisation(scope, organisation, at=clock.now())
            return done(request, _("The organisation has left."), "vault:organisation_list")
    name = plain_name(organisation.name)
    context = {
        "question": _("End the part of {name} for good?").format(name=name),
        "effects": _leaving(organisation),
        "undo": _(
            "This cannot be undone. An organisation that comes back is proposed again and begins "
            "with nothing."
        ),
        "verb": _("End it for good"),
        "is_danger": True,
    }
    return _confirm(request, organisation, context, form)


def _confirm(
    request: HttpRequest,
    organisation: Organisation,
    context: dict[str, Any],
    form: forms.DeskForm | None = None,
) -> HttpResponse:
    context |= {"organisation": organisation, "back": _address(organisation)}
    return show(request, "organisation_confirm.html", form, context)


def _address(organisation: Organisation) -> str:
    return reverse("vault:organisation", args=[organisation.pk])


def _filtered(rows: OrganisationQuerySet, request: HttpRequest) -> OrganisationQuerySet:
    state, country = request.GET.get("state"), request.GET.get("country")
    if state:
        rows = rows.filter(state=state)
    return rows.filter(country=country) if country else rows


def _proposal_row(proposed: Organisation) -> dict[str, Any]:
    detail = _("Others must say that they know it.")
    return panel_row(proposed.name, detail, _address(proposed), _("Look at it"))


def _vouched(now: Organisation) -> str:
    if now.state == OrganisationState.ACTIVE:
        sentence = _("Your word is noted. It was the last one needed: {name} is active now.")
        return f"{sentence.format(name=plain_name(now.name))} {after_the_last_word()}"
    return _("Your word is noted. One more organisation must give its word.")


def _vouching(organisation: Organisation, mine: Sequence[Organisation]) -> list[str]:
    vouches, needed = profiles.standing(organisation)
    chosen = plain_name(mine[0].name) if len(mine) == 1 else _("the one that you choose")
    text = _("You say for {mine} that you know {name} and the people who run it.")
    then = _("One more organisation must give its word before it becomes active.")
    if vouches + 1 >= needed:
        then = f"{_('With your word it becomes active.')} {after_the_last_word()}"
    return [
        text.format(mine=chosen, name=plain_name(organisation.name)),
        then,
        _("It sees none of your files. Your teams decide what they send to it, each time."),
        _("The name of your organisation is shown beside its own, wherever it is listed."),
    ]


def _leaving(organisation: Organisation) -> list[str]:
    teams, people = profiles.size(organisation)
    return [
        ngettext(
            "%(count)s team ends now, with its key.",
            "%(count)s teams end now, with their keys.",
            teams,
        )
        % {"count": teams},
        ngettext(
            "%(count)s person loses their place and is signed out now.",
            "%(count)s people lose their places and are signed out now.",
            people,
        )
        % {"count": people},
        _("Open invitations end. All people affected get a mail."),
        _("What is sealed stays unread until its retention ends: no key for it is left."),
        _("What was sent to other organisations stays with them."),
    ]
