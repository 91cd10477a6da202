"""Sentences about a team as one viewer sees it, and about the viewer's next step."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _, ngettext

from protect.kernel.text import plain_isolated_name
from protect.orgs.enums import Permission, TeamState
from protect.orgs.models import Membership, User
from protect.ui import moments
from protect.vault.models import RecoveryOfficer
from protect.vault.teams.team_info import TeamInfo, TeamStep


@dataclass(frozen=True, slots=True)
class NextStep:
    """A team step in words. Without a verb it has no button."""

    text: str
    verb: str = ""
    url: str = ""
    kind: str = "caution"  # kind of the notice: a key of STATE_ICONS (ui.py)
    posts: bool = False  # whether its button posts to `url` instead of opening it


def shown_state_of(info: TeamInfo) -> TeamState:
    """Return the team's state as this viewer sees it: a renewal under way still counts as due.
    To members who only read and write, a team whose key needs renewal is simply active."""
    state = TeamState(info.team.state)
    if state not in {TeamState.ACTIVE, TeamState.ROTATION_DUE}:
        return state
    is_shown = info.is_renewal_due and (
        info.maintains_keys or Permission.READ_AUDIT in info.permissions
    )
    return TeamState.ROTATION_DUE if is_shown else TeamState.ACTIVE


def join_member_names(memberships: Iterable[Membership]) -> str:
    # Translators: stands between the names of people in a list.
    return _(", ").join(plain_isolated_name(membership.user.name) for membership in memberships)


def describe_appointment(officer: RecoveryOfficer, appointer: User | None) -> str:
    """Return the hint of an officer's field: the member who appointed the officer, and when."""
    moment = moments.exact_text(officer.created)
    if appointer is None:
        # Translators: {time} is when a recovery officer was appointed.
        return _("Appointed {time}; the history does not say by whom.").format(time=moment)
    name = plain_isolated_name(appointer.name)
    # Translators: {time} is when a recovery officer was appointed, {name} who did it.
    return _("Appointed {time} by {name}.").format(time=moment, name=name)


def describe_step(info: TeamInfo, step: TeamStep | None = None) -> NextStep:
    """Return `step` in words, or without `step` the viewer's most urgent step."""
    return STEP_DESCRIBERS[step or info.next](info)


def _describe_key_alarm(info: TeamInfo) -> NextStep:
    # Translators: {since} is a moment: then a key in the database was found to be a foreign one.
    text = _(
        "On {since} the stored key was not the one that this team knows: the database may have "
        "been changed. Do not write anything about survivors here until your data protection "
        "officer has said that it is cleared up."
    )
    return NextStep(text.format(since=_moment_text(info.stopped_since)), kind="alarm")


def _describe_make_key_step(info: TeamInfo) -> NextStep:
    return NextStep(
        _(
            "This team has no key yet. The key seals everything that the team writes. "
            "Make the key first, then let colleagues in one by one."
        ),
        _("Make the team's key"),
        reverse("vault:team_make_key", args=[info.team.pk]),
        posts=True,
    )


def _describe_await_key_step(info: TeamInfo) -> NextStep:
    founders = join_member_names(info.founders)
    if not founders:
        return NextStep(_("This team has no key yet. Its first supervisor will make it."))
    # Translators: {names} is one name or several.
    text = _("This team has no key yet. One of these people can make it after signing in: {names}.")
    return NextStep(text.format(names=founders))


def _describe_invite_step(info: TeamInfo) -> NextStep:
    return NextStep(
        _("This team has no key yet, and no member who could make it. Invite a supervisor first."),
        _("Invite a supervisor"),
        reverse("vault:team_invitation_new", args=[info.team.pk]),
    )


def _describe_read_own_words_step(info: TeamInfo) -> NextStep:
    return NextStep(
        _(
            "You cannot open this team's files yet. Read your six words to a colleague, who"
            " then lets you in."
        ),
        _("See your six words"),
        reverse("vault:team", args=[info.team.pk]) + "#words",
        kind="info",
    )


def _describe_restore_step(info: TeamInfo) -> NextStep:
    return NextStep(
        _(
            "No member can let you in now. If the team's recovery kit was finished, two"
            " recovery officers can open the team for you with their codes on paper."
        ),
        _("Open the team with two officers"),
        reverse("vault:team_restore", args=[info.membership.pk]) if info.membership else "",
    )


def _describe_await_restore_step(info: TeamInfo) -> NextStep:
    return NextStep(
        _(
            "No member can let you in now. A supervisor must first open the team with two recovery "
            "officers. This works only if the team's recovery kit was finished."
        )
    )


def _describe_admit_step(info: TeamInfo) -> NextStep:
    first, count = info.admittable_members[0], len(info.admittable_members)
    # Translators: {count} people wait until a colleague gives them the key of the team.
    text = ngettext(
        "{count} person is waiting to be let in. Until then they cannot open any files.",
        "{count} people are waiting to be let in. Until then they cannot open any files.",
        count,
    )
    # Translators: a button: {name} is a person who gets the key of the team.
    verb = _("Let in {name}").format(name=plain_isolated_name(first.user.name))
    url = reverse("vault:team_admit", args=[first.pk])
    return NextStep(text.format(count=count), verb, url, kind="info")


def _describe_rotate_step(info: TeamInfo) -> NextStep:
    url = reverse("vault:team_rotate", args=[info.team.pk])
    if info.renewal_begun_at:
        # Translators: {since} is when a renewal of a team's key began, {names} is one name or
        # several.
        text = _(
            "A renewal of the key was begun on {since} and is not finished: the old key"
            " still opens records that have not moved to the new one. You can go on "
            "working. These members can finish it: {names}."
        ).format(since=_moment_text(info.renewal_begun_at), names=join_member_names(info.renewers))
        # Translators: a button: go on with a renewal of a team's key that was not finished.
        return NextStep(text, _("Finish the key renewal"), url)
    text = _(  # For translators: {since} is a date: since then a team must get a new key
        "The key has needed renewal since {since}: a member who held it has left, recovery "
        "officers opened the team, or a member asked for the renewal. You can go on working."
    )
    return NextStep(
        text.format(since=_moment_text(info.renewal_due_since)), _("Renew the key"), url
    )


def _describe_officers_step(info: TeamInfo) -> NextStep:
    if info.team.state == TeamState.FOUNDING:
        text = ngettext(
            "The recovery kit needs three officers; {count} has confirmed. Without it, files are "
            "lost when no member of the team can sign in.",
            "The recovery kit needs three officers; {count} have confirmed. Without it, files are "
            "lost when no member of the team can sign in.",
            info.confirmed_officers,
        )
    else:
        text = ngettext(
            "The recovery kit needs three officers; {count} has confirmed. Until then not every "
            "two of them could open the team.",
            "The recovery kit needs three officers; {count} have confirmed. Until then not every "
            "two of them could open the team.",
            info.confirmed_officers,
        )
    text = text.format(count=info.confirmed_officers)
    if Permission.MANAGE_ORGANISATION in info.permissions:
        url = reverse("vault:officer_list", args=[info.team.organisation_id])
        return NextStep(text, _("Appoint recovery officers"), url)
    return NextStep(text, _("See what is missing"), _kit_url(info.team.pk))


def _describe_finish_kit_step(info: TeamInfo) -> NextStep:
    if info.team.state == TeamState.FOUNDING:
        text = _("Three officers are ready. With the recovery kit the team can begin its work.")
    elif info.is_at_risk:
        text = _(
            "No two officers could open this team now, because officers were replaced. Finish "
            "its recovery kit."
        )
    else:
        text = _(
            "The recovery kit is no longer complete, because an officer was replaced. Finish it."
        )
    return NextStep(text, _("Finish the recovery kit"), _kit_url(info.team.pk))


def _describe_await_kit_step(info: TeamInfo) -> NextStep:
    if info.is_at_risk:
        gap = _("No two officers could open this team now.")  # For translators: recovery officers
    elif info.team.state == TeamState.FOUNDING:
        gap = _("Three officers are ready, and the recovery kit is not finished.")
    else:
        gap = _("The recovery kit is no longer complete, because an officer was replaced.")
    text = f"{gap} {describe_kit_finishers(info)}"
    return NextStep(text, _("See what is missing"), _kit_url(info.team.pk))


def describe_kit_finishers(info: TeamInfo) -> str:
    """Return a sentence that names the members who can finish the team's recovery kit."""
    if not info.admitters:
        return _(
            "Only a supervisor who holds the team's key can finish the kit, and the "
            "team has no such supervisor."
        )
    names = join_member_names(info.admitters)
    # Translators: {names} is one name or several: who can finish a team's recovery kit.
    return _("These members can finish the kit: {names}.").format(names=names)


def _describe_drill_step(info: TeamInfo) -> NextStep:
    return NextStep(
        _(
            "The recovery codes have not been tested for six months. Ask two officers to "
            "type theirs."
        ),
        _("Test the recovery codes"),
        _kit_url(info.team.pk) + "#drill",
        kind="info",
    )


def _describe_nothing_step(info: TeamInfo) -> NextStep:
    has_gaps = info.team.state == TeamState.ACTIVE and not info.has_kit
    if not info.waiting and not info.maintains_keys:
        return NextStep(_("You have nothing to do for this team."), kind="info")
    if not info.waiting and has_gaps:
        text = _("You have nothing to do for this team. The recovery kit has gaps.")
        return NextStep(text, kind="info")
    if not info.waiting:
        return NextStep(_("You have nothing left to do for this team."), kind="good")
    if not info.admitters:
        return NextStep(
            _(
                "A person is waiting, but no member can let them in now. If the "
                "recovery kit was finished, a supervisor who is waiting can open the "
                "team with two recovery officers."
            )
        )
    # Translators: {names} is one name or several: people who can let others into the team.
    text = _("A person is waiting to be let in. These members can do it: {names}.")
    return NextStep(text.format(names=join_member_names(info.admitters)), kind="info")


def _moment_text(at: datetime | None) -> str:
    return moments.exact_text(at) if at else ""


def _kit_url(team: UUID) -> str:
    return reverse("vault:team_kit", args=[team])


STEP_DESCRIBERS = {
    TeamStep.STOPPED: _describe_key_alarm,
    TeamStep.MAKE_KEY: _describe_make_key_step,
    TeamStep.AWAIT_KEY: _describe_await_key_step,
    TeamStep.INVITE: _describe_invite_step,
    TeamStep.READ_WORDS: _describe_read_own_words_step,
    TeamStep.RESTORE: _describe_restore_step,
    TeamStep.AWAIT_RESTORE: _describe_await_restore_step,
    TeamStep.ADMIT: _describe_admit_step,
    TeamStep.ROTATE: _describe_rotate_step,
    TeamStep.OFFICERS: _describe_officers_step,
    TeamStep.FINISH_KIT: _describe_finish_kit_step,
    TeamStep.AWAIT_KIT: _describe_await_kit_step,
    TeamStep.DRILL: _describe_drill_step,
    TeamStep.NOTHING: _describe_nothing_step,
}
