"""Sentences about an organisation's next step, and about ending or restarting a membership."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _, ngettext

from protect.kernel.text import plain_isolated_name
from protect.orgs import profiles, roles
from protect.orgs.enums import MembershipState, OrganisationState, Permission
from protect.orgs.models import Membership, Organisation, Team
from protect.orgs.scope import Scope
from protect.vault.access import holds_active_key
from protect.vault.models.keys import OFFICER_SLOTS
from protect.vault.sessions.unlocked import Unlocked, key_holders
from protect.vault.team_keys.recovery_kit import officers_by_slot, restoring_pairs


@dataclass(frozen=True, slots=True)
class OrganisationStep:
    text: str
    verb: str = ""  # label of its button; without one it has no button
    url: str = ""


def next_organisation_step(scope: Scope, organisation: Organisation) -> OrganisationStep | None:
    """Return this user's next step or, if suspended or left, an explanation; None without one."""
    state = OrganisationState(organisation.state)
    if state is OrganisationState.PROPOSED:
        return _step_of_proposed_organisation(scope, organisation)
    if state is OrganisationState.SUSPENDED:
        text = _(
            "Its people cannot work for it now. They see a message when they sign in. "
            "Nothing is lost."
        )
        return OrganisationStep(text)
    if state is OrganisationState.LEFT:
        text = _(
            "It has left permanently. Records that its teams sealed stay unreadable until "
            "their retention period ends."
        )
        return OrganisationStep(text)
    return next(_unfinished_setup_steps(scope, organisation), None)


def _step_of_proposed_organisation(scope: Scope, organisation: Organisation) -> OrganisationStep:
    if profiles.organisations_that_may_vouch(scope, organisation).exists():
        return OrganisationStep(
            _("Other organisations must vouch for this one. Do you know it?"),
            _("Vouch for it"),  # For translators: a button: say that one knows an organisation
            reverse("vault:organisation_vouch", args=[organisation.pk]),
        )
    vouches, needed = profiles.count_vouches(organisation)
    missing_vouches = max(needed - vouches, 1)
    text = ngettext(
        "Wait for one more organisation to vouch for it. They were asked by e-mail.",
        "Wait for %(count)s organisations to vouch for it. They were asked by e-mail.",
        missing_vouches,
    )
    return OrganisationStep(f"{text % {'count': missing_vouches}} {explain_activation()}")


def explain_activation() -> str:
    """Return the text on what follows activation: the operators invite an administrator."""
    return _(
        "Then the people who run the platform, who work at {names}, invite its first "
        "administrator. From then on, only they and its own people see it here."
    ).format(names=profiles.operating_organisation_names())


def _unfinished_setup_steps(scope: Scope, organisation: Organisation) -> Iterator[OrganisationStep]:
    url_arguments = [organisation.pk]
    if scope.may(Permission.OPERATE) and not profiles.manager_memberships(organisation).exists():
        yield OrganisationStep(
            _("This organisation has no administrator yet, so its people cannot be invited."),
            _("Invite its first administrator"),
            reverse("vault:invitation_first", args=url_arguments),
        )
    if not scope.may(Permission.MANAGE_ORGANISATION, organisation=organisation.pk):
        return
    confirmed = [row for row in officers_by_slot(organisation.pk).values() if row.confirmed_at]
    if len(confirmed) < len(OFFICER_SLOTS):
        yield OrganisationStep(
            _(
                "Three recovery officers must each keep a printed code. Without them, "
                "files are lost if no member of a team can sign in."
            ),
            _("Appoint recovery officers"),
            reverse("vault:officer_list", args=url_arguments),
        )
    if not profiles.organisation_size(organisation).teams:
        yield OrganisationStep(
            _("Only teams have keys. Nothing can be sealed before the first team exists."),
            _("Create the first team"),
            reverse("vault:team_new", args=url_arguments),
        )
    if not profiles.has_officer(organisation):
        yield OrganisationStep(
            _("This organisation has no data protection officer yet to review its history."),
            _("Invite a data protection officer"),
            reverse("vault:invitation_new", args=url_arguments),
        )


def effects_of_ending(membership: Membership, unlocked: Unlocked) -> list[str]:
    is_own = membership.user_id == unlocked.user_id
    effects = _effects_of_leaving(membership) if is_own else _effects_of_removal(membership)
    if membership.team is not None and _holds_key(membership):
        effects.append(_effect_of_ending_on_key(membership.team, unlocked, is_own=is_own))
    return effects


def is_last_key_holder(membership: Membership) -> bool:
    """Return whether this member, and no other user, holds the key of the membership's team."""
    if membership.team is None or not _holds_key(membership):
        return False
    return set(key_holders(membership.team)) <= {membership.user_id}


def effects_of_account_restart(membership: Membership) -> list[str]:
    user = membership.user
    name, email = plain_isolated_name(user.name), plain_isolated_name(user.email)
    sentence = _("An e-mail with a link is sent to {email}. The link works once, for 30 minutes.")
    return [
        sentence.format(email=email),
        _(
            "With the link, {name} chooses a new passphrase and gets a new recovery "
            "code and new keys."
        ).format(name=name),
        _(
            "After that they cannot open any files until a colleague in each team lets them"
            " in again."
        ),
        *_restart_effects_on_teams(membership),
        _("Nothing changes before the link is used."),
    ]


def _restart_effects_on_teams(membership: Membership) -> list[str]:
    """Return the effect on each team whose key no other member holds; if none, a reassurance."""
    memberships = Membership.objects.live().filter(user=membership.user_id, team__isnull=False)
    rows = memberships.select_related("team").order_by("team__name", "pk")
    sole_held_teams = [each.team for each in rows if each.team and is_last_key_holder(each)]
    effects = [_restart_effect_on_sole_held_team(team) for team in sole_held_teams]
    return effects or [_("No files are lost, because the keys belong to teams.")]


def _restart_effect_on_sole_held_team(team: Team) -> str:
    if restoring_pairs(team):
        text = _(  # For translators: {team} is the name of a team
            "No other member holds the key of {team}. Two recovery officers must then "
            "open the team with their codes on paper."
        )
    else:
        text = _(
            "No other member holds the key of {team}, and no two recovery officers can open it. "
            "Its files would be lost permanently. If this person can still sign in, ask them to "
            "finish the team's recovery kit or to let a colleague in before you send the link."
        )
    return text.format(team=plain_isolated_name(team.name))


def _effects_of_leaving(membership: Membership) -> list[str]:
    effects = [_("You will be signed out on every device now.")]
    if _holds_key(membership):
        effects.insert(0, _("You will no longer be able to open the team's files."))
    effects.append(
        _(
            "This is your last membership. Your passphrase, recovery code, authenticator "
            "app and passkeys will be deleted, too."
        )
        if profiles.is_last_membership(membership)
        else _("You keep your other memberships. Sign in again to use them.")
    )
    return [*effects, _("What you wrote stays with the team.")] if membership.team else effects


def _effects_of_removal(membership: Membership) -> list[str]:
    name = plain_isolated_name(membership.user.name)
    sentence = _("{name} will be signed out on every device now, and will get an e-mail.")
    effects = [sentence.format(name=name)]
    if _holds_key(membership):
        sentence = _("{name} will no longer be able to open the team's files.")
        effects.insert(0, sentence.format(name=name))
    effects.append(
        _(
            "This is their last membership. Their passphrase, recovery code, authenticator "
            "app and passkeys will be deleted, too."
        )
        if profiles.is_last_membership(membership)
        else _("They keep their other memberships and must sign in again.")
    )
    return [*effects, _("What they wrote stays with the team.")] if membership.team else effects


def _effect_of_ending_on_key(team: Team, unlocked: Unlocked, *, is_own: bool) -> str:
    if not is_own and holds_active_key(unlocked, team):
        return _(
            "The team gets a new key now. Then open the team's page and complete the renewal, so "
            "that existing records move to the new key. Members can keep working meanwhile."
        )
    return _("A supervisor must then renew the team's key on the team's page.")


def _holds_key(membership: Membership) -> bool:
    """Return whether the role gives keys and the member is active; grants are not looked up."""
    return roles.gives_keys(membership.role) and membership.state == MembershipState.ACTIVE
