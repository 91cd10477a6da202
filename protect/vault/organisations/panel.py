"""What waits for a user in organisations: words to give, invitations, people who are stuck."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from protect.orgs import enums, profiles
from protect.orgs.scope import Scope
from protect.ui.pages import panel_row
from protect.vault.organisations.wording import next_of

SOON = timedelta(days=2)  # before an invitation runs out
KEPT = timedelta(days=7)  # after it has: then it is no longer shown
STUCK = timedelta(days=1)  # since the sign-up
MOST = 20  # rows of a kind

type Row = dict[str, object]


def rows(scope: Scope, at: datetime) -> list[Row]:
    of_organisations = [*_words(scope), *_first(scope), *_beginning(scope)]
    return [*of_organisations, *_invitations(scope, at), *_stuck(scope, at)]


def _words(scope: Scope) -> Iterator[Row]:
    detail = _("A new organisation: others must say that they know it.")
    for organisation in profiles.to_vouch(scope)[:MOST]:
        url = reverse("vault:organisation", args=[organisation.pk])
        yield panel_row(organisation.name, detail, url, _("Look at it"), group="today")


def _first(scope: Scope) -> Iterator[Row]:
    if not scope.may(enums.Permission.OPERATE):
        return
    detail = _("It has no administrator yet, so its people cannot be invited.")
    for organisation in profiles.unmanaged()[:MOST]:
        url = reverse("vault:organisation", args=[organisation.pk])
        yield panel_row(organisation.name, detail, url, _("Invite a person"), group="today")


def _beginning(scope: Scope) -> Iterator[Row]:
    """Yield the next step of one's organisations without a team; later, teams tell theirs."""
    for organisation in profiles.without_team(scope)[:MOST]:
        step = next_of(scope, organisation)
        if step is not None and step.verb:
            yield panel_row(organisation.name, step.text, step.url, step.verb, group="today")


def _invitations(scope: Scope, at: datetime) -> Iterator[Row]:
    mine = profiles.sent_by(scope).filter(expires__gt=at - KEPT, expires__lte=at + SOON)
    for invitation in mine[:MOST]:
        is_over = invitation.expires <= at
        detail = _("Your invitation has run out.") if is_over else _("Not accepted yet.")
        url = reverse("vault:invitation_list", args=[invitation.organisation_id])
        more = {"due": invitation.expires, "group": "overdue" if is_over else "soon"}
        yield panel_row(invitation.email, detail, url, _("Send again"), **more)


def _stuck(scope: Scope, at: datetime) -> Iterator[Row]:
    detail = _("Signed up, but the recovery code or the second step is missing.")
    for membership in profiles.unfinished(scope).filter(created__lte=at - STUCK)[:MOST]:
        url = reverse("vault:place", args=[membership.pk])
        yield panel_row(membership.user.name, detail, url, _("Look at it"), group="soon")
