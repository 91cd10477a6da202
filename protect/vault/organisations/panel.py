"""What waits for a user in organisations: words to give, invitations, people who are stuck."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from protect.orgs import enums, profiles
from protect.orgs.scope import Scope
from protect.vault.organisations.wording import next_of

SOON = timedelta(days=2)  # before an invitation runs out
KEPT = timedelta(days=7)  # after it has: then it is no longer shown
STUCK = timedelta(days=1)  # since the sign-up
MOST = 20  # rows of a kind

type Row = dict[str, object]


def rows(scope: Scope, at: datetime) -> list[Row]:
    waiting = [
        *_words(scope),
        *_first(scope),
        *_beginning(scope),
        *_invitations(scope, at),
        *_stuck(scope, at),
    ]
    return sorted(waiting, key=lambda row: ("overdue", "today", "soon").index(row["group"]))


def _words(scope: Scope) -> Iterator[Row]:
    for organisation in profiles.to_vouch(scope)[:MOST]:
        yield {
            "text": organisation.name,
            "detail": _("A new organisation: others must say that they know it."),
            "url": reverse("vault:organisation", args=[organisation.pk]),
            "verb": _("Look at it"),
            "group": "today",
        }


def _first(scope: Scope) -> Iterator[Row]:
    if not scope.may(enums.Permission.OPERATE):
        return
    for organisation in profiles.unmanaged()[:MOST]:
        yield {
            "text": organisation.name,
            "detail": _("It has no administrator yet, so its people cannot be invited."),
            "url": reverse("vault:organisation", args=[organisation.pk]),
            "verb": _("Invite a person"),
            "group": "today",
        }


def _beginning(scope: Scope) -> Iterator[Row]:
    """Yield the next step of one's organisations without a team; later, teams tell theirs."""
    for organisation in profiles.without_team(scope)[:MOST]:
        step = next_of(scope, organisation)
        if step is not None and step.verb:
            yield {
                "text": organisation.name,
                "detail": step.text,
                "url": step.url,
                "verb": step.verb,
                "group": "today",
            }


def _invitations(scope: Scope, at: datetime) -> Iterator[Row]:
    mine = profiles.sent_by(scope).filter(expires__gt=at - KEPT, expires__lte=at + SOON)
    for invitation in mine[:MOST]:
        is_over = invitation.expires <= at
        yield {
            "text": invitation.email,
            "detail": _("Your invitation has run out.") if is_over else _("Not accepted yet."),
            "url": reverse("vault:invitation_list", args=[invitation.organisation_id]),
            "verb": _("Send again"),
            "due": invitation.expires,
            "group": "overdue" if is_over else "soon",
        }


def _stuck(scope: Scope, at: datetime) -> Iterator[Row]:
    for membership in profiles.unfinished(scope).filter(created__lte=at - STUCK)[:MOST]:
        yield {
            "text": membership.user.name,
            "detail": _("Signed up, but the recovery code or the second step is missing."),
            "url": reverse("vault:place", args=[membership.pk]),
            "verb": _("Look at it"),
            "group": "soon",
        }
