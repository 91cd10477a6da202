"""What comes next for an organisation, and what happens when a place ends or begins anew."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _, ngettext

from protect.kernel.text import plain_name
from protect.orgs import profiles, roles
from protect.orgs.enums import MembershipState, OrganisationState, Permission
from protect.orgs.models import Membership, Organisation, Team
from protect.orgs.scope import Scope
from protect.vault.access import is_holder
from protect.vault.models.keys import SLOTS
from protect.vault.sessions.unlocked import Unlocked, holders
from protect.vault.team_keys.recovery_kit import officers_of, pairs_of


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
        text = _(
            "Its people may not work for it now. They are told so when they sign in; nothing is "
            "lost."
        )
        return OrganisationStep(text)
    if state is OrganisationState.LEFT:
        text = _("It has left for good. What its teams sealed stays unread until its time ends.")
        return OrganisationStep(text)
    return next(_missing(scope, organisation), None)


def _proposed(scope: Scope, organisation: Organisation) -> OrganisationStep:
    if profiles.may_vouch(scope, organisation).exists():
        return OrganisationStep(
            _("Others must say that they know this organisation. Do you?"),
            # Translators: a button: leads to a page where one says that one knows an organisation.
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
        "Then the people who run the platform invite its first administrator; they work at "
        "{names}. From then on only its own people and they see it here."
    ).format(names=profiles.run_by())


def _missing(scope: Scope, organisation: Organisation) -> Iterator[OrganisationStep]:
    here = [organisation.pk]
    if scope.may(Permission.OPERATE) and not profiles.managers(organisation).exists():
        yield OrganisationStep(
            _("This organisation has no administrator yet, so its people cannot be invited."),
            _("Invite its first administrator"),
            reverse("vault:invitation_first", args=here),
        )
    if not scope.may(Permission.MANAGE_ORGANISATION, organisation=organisation.pk):
        return
    confirmed = [each for each in officers_of(organisation.pk).values() if each.confirmed_at]
    if len(confirmed) < len(SLOTS):
        yield OrganisationStep(
            _(
                "Three people must each keep a printed code. Without them, files are lost when no "
                "member of a team can sign in."
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
            _("There is no data protection officer yet to see who did what here."),
            _("Invite a data protection officer"),
            reverse("vault:invitation_new", args=here),
        )


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
    return [_of_team_alone(team) for team in alone] or [_("No file is lost: keys belong to teams.")]


def _of_team_alone(team: Team) -> str:
    if pairs_of(team):
        # Translators: {team} is the name of a team.
        text = _(
            "No other member holds the key of {team}: two recovery officers must then open it, "
            "with their codes on paper."
        )
    else:
        text = _(
            "No other member holds the key of {team}, and no two recovery officers could open it: "
            "its files are then lost for good. If they can still sign in, let them finish the "
            "team's recovery kit, or let a colleague in, before you send the link."
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
            "already written moves to the new key; all members go on working meanwhile."
        )
    return _("A supervisor then renews the team's key on the team's page.")


def _holds_key(membership: Membership) -> bool:
    return roles.gives_keys(membership.role) and membership.state == MembershipState.ACTIVE
