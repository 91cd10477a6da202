"""Effects of ending a place, or of letting its person begin anew: shown before it is done."""

from __future__ import annotations

from django.utils.translation import gettext as _

from protect.kernel.text import plain_name
from protect.orgs import profiles, roles
from protect.orgs.enums import MembershipState
from protect.orgs.models import Membership, Team
from protect.vault.access import is_holder
from protect.vault.sessions.unlocked import Unlocked, holders
from protect.vault.team_keys.recovery_kit import pairs_of


def of_ending(membership: Membership, unlocked: Unlocked) -> list[str]:
    """Return what ends with a place, as sentences for the person about to end it."""
    is_own = membership.user_id == unlocked.user_id
    effects = _of_own(membership) if is_own else _of_others(membership)
    if membership.team is not None and _holds_key(membership):
        effects.append(_of_key(membership.team, unlocked, is_own=is_own))
    return effects


def is_last_holder(membership: Membership) -> bool:
    """Return whether only the officers could open the team's files afterwards."""
    if membership.team is None or not _holds_key(membership):
        return False
    return set(holders(membership.team)) <= {membership.user_id}


def of_beginning_anew(membership: Membership) -> list[str]:
    """Return what happens when a link for beginning anew is sent, as sentences."""
    name, email = plain_name(membership.user.name), plain_name(membership.user.email)
    return [
        _("A mail with a link goes to {email}. It works 30 minutes, once.").format(email=email),
        _(
            "With it {name} chooses a new passphrase, and gets a new recovery code and new keys."
        ).format(name=name),
        _("From then on they open no file, until a colleague of each team lets them in again."),
        *_of_teams_alone(membership),
        _("Nothing changes before the link is used."),
    ]


def _of_teams_alone(membership: Membership) -> list[str]:
    """Return what becomes of the teams without another key holder; else that no file is lost."""
    places = Membership.objects.live().filter(user=membership.user_id, team__isnull=False)
    rows = places.select_related("team").order_by("team__name", "pk")
    alone = [each.team for each in rows if each.team and is_last_holder(each)]
    sentences = [_of_team_alone(team) for team in alone]
    return sentences or [_("No file is lost: keys belong to teams.")]


def _of_team_alone(team: Team) -> str:
    if pairs_of(team):
        # Translators: {team} is the name of a team.
        text = _(
            "Nobody else holds the key of {team}: two recovery officers must then open it, with "
            "their codes on paper."
        )
    else:
        text = _(
            "Nobody else holds the key of {team}, and no two recovery officers could open it: its "
            "files are then lost for good. If they can still sign in, let them finish the team's "
            "recovery kit, or let a colleague in, before you send the link."
        )
    return text.format(team=plain_name(team.name))


def _of_own(membership: Membership) -> list[str]:
    effects = [_("You are signed out now, on every device.")]
    if _holds_key(membership):
        effects.insert(0, _("You can no longer open the team's files, from this moment."))
    effects.append(
        _("It is your last place: your passphrase, recovery code, app and passkeys go too.")
        if profiles.is_last_place(membership)
        else _("You keep your other places, and sign in again.")
    )
    return [*effects, _("What you wrote stays with the team.")] if membership.team else effects


def _of_others(membership: Membership) -> list[str]:
    name = plain_name(membership.user.name)
    effects = [_("{name} is signed out now, on every device, and gets a mail.").format(name=name)]
    if _holds_key(membership):
        effects.insert(
            0, _("{name} can no longer open the team's files, from this moment.").format(name=name)
        )
    effects.append(
        _("It is their last place: their passphrase, recovery code, app and passkeys go too.")
        if profiles.is_last_place(membership)
        else _("They keep their other places, and sign in again.")
    )
    return [*effects, _("What they wrote stays with the team.")] if membership.team else effects


def _of_key(team: Team, unlocked: Unlocked, *, is_own: bool) -> str:
    if not is_own and is_holder(unlocked, team):
        return _(
            "The team gets a new key now. Afterwards renew it on the team's page, so that what is "
            "already written moves to the new key; everybody goes on working meanwhile."
        )
    return _("A supervisor then renews the team's key on the team's page.")


def _holds_key(membership: Membership) -> bool:
    """Return whether the person of this place can open files with it."""
    return roles.gives_keys(membership.role) and membership.state == MembershipState.ACTIVE
