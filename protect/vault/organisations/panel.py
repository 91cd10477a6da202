"""Home panel rows about organisations: pending vouches, invitations, unfinished accounts."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from protect.orgs import enums, profiles
from protect.orgs.scope import Scope
from protect.ui.pages import panel_row
from protect.vault.organisations.wording import next_organisation_step

EXPIRES_WITHIN = timedelta(days=2)  # invitations that the user sent are shown so long before
SHOWN_AFTER_EXPIRY = timedelta(days=7)  # how long an expired invitation is shown
UNFINISHED_AFTER = timedelta(days=1)  # age from which the panel shows an unfinished sign-up
ROW_LIMIT = 20  # rows of each kind

type Row = dict[str, object]


def home_panel_rows(scope: Scope, at: datetime) -> list[Row]:
    """Return tasks about organisations and invitations for the desk's home page."""
    rows = [*_vouch_rows(scope), *_no_manager_rows(scope), *_next_step_rows(scope)]
    return [*rows, *_expiring_invitation_rows(scope, at), *_unfinished_sign_up_rows(scope, at)]


def _vouch_rows(scope: Scope) -> Iterator[Row]:
    """Yield the proposed organisations for which the user's organisations can still vouch."""
    detail = _("New organisation. Other organisations must vouch for it.")
    for organisation in profiles.proposals_to_vouch_for(scope)[:ROW_LIMIT]:
        url = reverse("vault:organisation", args=[organisation.pk])
        yield panel_row(organisation.name, detail, url, _("View"), group="today")


def _no_manager_rows(scope: Scope) -> Iterator[Row]:
    """Yield, for an operator, the active organisations without an administrator."""
    if not scope.may(enums.Permission.OPERATE):
        return
    detail = _("It has no administrator yet, so its people cannot be invited.")
    for organisation in profiles.organisations_without_manager()[:ROW_LIMIT]:
        url = reverse("vault:organisation", args=[organisation.pk])
        yield panel_row(organisation.name, detail, url, _("Invite a person"), group="today")


def _next_step_rows(scope: Scope) -> Iterator[Row]:
    """Yield the next step, if it has a button, of each managed organisation without a team."""
    for organisation in profiles.organisations_without_team(scope)[:ROW_LIMIT]:
        step = next_organisation_step(scope, organisation)
        if step is not None and step.verb:
            yield panel_row(organisation.name, step.text, step.url, step.verb, group="today")


def _expiring_invitation_rows(scope: Scope, at: datetime) -> Iterator[Row]:
    """Yield the invitations that the user sent and that expire soon or have expired lately."""
    since, until = at - SHOWN_AFTER_EXPIRY, at + EXPIRES_WITHIN
    rows = profiles.own_open_invitations(scope).filter(expires__gt=since, expires__lte=until)
    for invitation in rows[:ROW_LIMIT]:
        is_expired = invitation.expires <= at
        detail = _("The invitation has expired.") if is_expired else _("Not accepted yet.")
        url = reverse("vault:invitation_list", args=[invitation.organisation_id])
        more = {"due": invitation.expires, "group": "overdue" if is_expired else "soon"}
        yield panel_row(invitation.email, detail, url, _("Send again"), **more)


def _unfinished_sign_up_rows(scope: Scope, at: datetime) -> Iterator[Row]:
    """Yield members whose sign-up, where the user may invite, is unfinished after a day."""
    detail = _("Signed up, but the recovery code or the second step is missing.")
    rows = profiles.unfinished_sign_ups(scope).filter(created__lte=at - UNFINISHED_AFTER)
    for membership in rows[:ROW_LIMIT]:
        url = reverse("vault:place", args=[membership.pk])
        yield panel_row(membership.user.name, detail, url, _("View"), group="soon")
