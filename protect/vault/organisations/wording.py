"""The one thing that comes next for an organisation, for its viewer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from protect.orgs import profiles
from protect.orgs.enums import OrganisationState, Permission
from protect.orgs.models import Organisation
from protect.orgs.scope import Scope
from protect.vault.models.keys import SLOTS
from protect.vault.team_keys.recovery_kit import officers_of


@dataclass(frozen=True, slots=True)
class OrganisationStep:
    text: str
    verb: str = ""
    url: str = ""


def next_of(scope: Scope, organisation: Organisation) -> OrganisationStep | None:
    """Return what comes next; None where nothing is missing, or nothing that this person may do."""
    state = OrganisationState(organisation.state)
    if state is OrganisationState.PROPOSED:
        return _proposed(scope, organisation)
    if state is OrganisationState.SUSPENDED:
        return OrganisationStep(
            _(
                "Nobody may work for it now. Its people are told so when they sign in; nothing is "
                "lost."
            )
        )
    if state is OrganisationState.LEFT:
        return OrganisationStep(
            _("It has left for good. What its teams sealed stays unread until its time ends.")
        )
    return next(_missing(scope, organisation), None)


def _proposed(scope: Scope, organisation: Organisation) -> OrganisationStep:
    if profiles.may_vouch(scope, organisation).exists():
        return OrganisationStep(
            _("Others must say that they know this organisation. Do you?"),
            # Translators: a button: leads to the page where one says that one knows somebody.
            _("Give your word"),
            reverse("vault:organisation_vouch", args=[organisation.pk]),
        )
    vouches, needed = profiles.standing(organisation)
    left = max(needed - vouches, 1)
    text = ngettext(
        "Wait for one more organisation to give its word. They were asked by mail.",
        "Wait for %(count)s organisations to give their word. They were asked by mail.",
        left,
    )
    return OrganisationStep(f"{text % {'count': left}} {after_the_last_word()}")


def after_the_last_word() -> str:
    """Return who acts when an organisation has become active, and why others lose sight of it."""
    return _(
        "Then who runs the platform invites its first administrator; they work at {names}. From "
        "then on only its own people and they see it here."
    ).format(names=profiles.run_by())


def _missing(scope: Scope, organisation: Organisation) -> Iterator[OrganisationStep]:
    """Yield what is missing, in the order in which it is mended."""
    here = [organisation.pk]
    if scope.may(Permission.OPERATE) and not profiles.managers(organisation).exists():
        yield OrganisationStep(
            _("Nobody manages this organisation yet, so nobody in it can be invited."),
            _("Invite its first administrator"),
            reverse("vault:invitation_first", args=here),
        )
    if not scope.may(Permission.MANAGE_ORGANISATION, organisation=organisation.pk):
        return
    confirmed = [each for each in officers_of(organisation.pk).values() if each.confirmed_at]
    if len(confirmed) < len(SLOTS):
        yield OrganisationStep(
            _(
                "Three people must each keep a printed code. Without them, files are lost when "
                "nobody of a team can sign in."
            ),
            _("Appoint recovery officers"),
            reverse("vault:officer_list", args=here),
        )
    if not profiles.size(organisation).teams:
        yield OrganisationStep(
            _("Keys belong to teams: nothing can be sealed before there is one."),
            _("Found the first team"),
            reverse("vault:team_new", args=here),
        )
    if not profiles.has_officer(organisation):
        yield OrganisationStep(
            _("Nobody sees yet who did what here. That is the data protection officer's part."),
            _("Invite a data protection officer"),
            reverse("vault:invitation_new", args=here),
        )
