"""Words for the standing of a team, and for the one thing that its viewer can do next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _, ngettext

from protect.kernel.text import plain_name
from protect.orgs.enums import Permission, TeamState
from protect.orgs.models import Membership, User
from protect.ui import moments
from protect.vault.models import RecoveryOfficer
from protect.vault.teams.standing import Next, Standing


@dataclass(frozen=True, slots=True)
class NextStep:
    """What comes next, in words. Without a verb there is nothing to press."""

    text: str
    verb: str = ""
    url: str = ""
    kind: str = "caution"  # of the notice: a key of SHAPES
    posts: bool = False


def state_of(team_standing: Standing) -> TeamState:
    """Return the state that a page shows: a renewal under way is due, too.
    To those who only read and write, a team whose key must be renewed is at work."""
    state = TeamState(team_standing.team.state)
    if state not in {TeamState.ACTIVE, TeamState.ROTATION_DUE}:
        return state
    is_shown = team_standing.is_due and (
        team_standing.keeps_keys or Permission.READ_AUDIT in team_standing.mine
    )
    return TeamState.ROTATION_DUE if is_shown else TeamState.ACTIVE


def names(places: Iterable[Membership]) -> str:
    # Translators: stands between the names of people in a list.
    return _(", ").join(plain_name(each.user.name) for each in places)


def appointed(officer: RecoveryOfficer, by: User | None) -> str:
    """Say who appointed a recovery officer, and when: the hint of a field for their words."""
    day = moments.exact(officer.created)
    if by is None:
        # Translators: {time} is when a recovery officer was appointed.
        return _("Appointed {time}; the history does not say by whom.").format(time=day)
    # Translators: {time} is when a recovery officer was appointed, {name} who did it.
    return _("Appointed {time} by {name}.").format(time=day, name=plain_name(by.name))


def describe_step(team_standing: Standing, step: Next | None = None) -> NextStep:
    """Return in words what comes next for the viewer, or another thing that they can do."""
    return STEP_TEXTS[step or team_standing.next](team_standing)


def _stopped(team_standing: Standing) -> NextStep:
    # Translators: {since} is a moment: then a key in the database was found to be a foreign one.
    text = _(
        "On {since} the stored key was not the one that this team knows: the database may have "
        "been changed. Do not write anything about survivors here until your data protection "
        "officer has said that it is cleared up."
    )
    return NextStep(text.format(since=_moment(team_standing.stopped_since)), kind="alarm")


def _make_key(team_standing: Standing) -> NextStep:
    return NextStep(
        _(
            "This team has no key yet. The key seals everything that the team writes. You make it "
            "and hold it first; then you let colleagues in, one by one."
        ),
        _("Make the team's key"),
        reverse("vault:team_key", args=[team_standing.team.pk]),
        posts=True,
    )


def _await_key(team_standing: Standing) -> NextStep:
    founders = names(team_standing.founders)
    if not founders:
        return NextStep(_("This team has no key yet. Its first supervisor will make it."))
    # Translators: {names} is one name or several.
    text = _("This team has no key yet. After signing in, one of these can make it: {names}.")
    return NextStep(text.format(names=founders))


def _invite(team_standing: Standing) -> NextStep:
    return NextStep(
        _("This team has no key yet, and no member who could make it. Invite a supervisor first."),
        _("Invite a supervisor"),
        reverse("vault:team_invitation_new", args=[team_standing.team.pk]),
    )


def _read_words(team_standing: Standing) -> NextStep:
    return NextStep(
        _("You are not in yet. A colleague lets you in when you have read your six words to them."),
        _("See your six words"),
        reverse("vault:team", args=[team_standing.team.pk]) + "#words",
        kind="info",
    )


def _restore(team_standing: Standing) -> NextStep:
    return NextStep(
        _(
            "No member is left who could let you in. Two recovery officers can open the team for "
            "you, with their codes on paper."
        ),
        _("Open the team with two officers"),
        reverse("vault:team_restore", args=[team_standing.place.pk]) if team_standing.place else "",
    )


def _await_restore(team_standing: Standing) -> NextStep:
    return NextStep(
        _(
            "No member is left who could let you in. A supervisor must first open the team with "
            "two recovery officers. Its files are safe."
        ),
    )


def _admit(team_standing: Standing) -> NextStep:
    first, count = team_standing.to_let_in[0], len(team_standing.to_let_in)
    # Translators: {count} people wait until a colleague gives them the key of the team.
    text = ngettext(
        "{count} person waits to be let in. Until then they can open nothing.",
        "{count} people wait to be let in. Until then they can open nothing.",
        count,
    )
    # Translators: a button: {name} is a person who gets the key of the team.
    verb = _("Let in {name}").format(name=plain_name(first.user.name))
    url = reverse("vault:team_admit", args=[first.pk])
    return NextStep(text.format(count=count), verb, url, kind="info")


def _rotate(team_standing: Standing) -> NextStep:
    url = reverse("vault:team_rotate", args=[team_standing.team.pk])
    if team_standing.begun_at:
        # Translators: {since} is when a renewal of a team's key began, {names} is one name or
        # several.
        text = _(
            "A renewal of the key was begun on {since} and is not finished: the old key still "
            "opens what has not moved. You can go on working. These can finish it: {names}."
        ).format(since=_moment(team_standing.begun_at), names=names(team_standing.renewers))
        return NextStep(text, _("Finish the renewal"), url)
    # Translators: {since} is a date: since then a team must get a new key.
    text = _(
        "The key has needed renewal since {since}: a member who held it has left, recovery "
        "officers opened it, or a colleague asked for it. You can go on working."
    )
    return NextStep(text.format(since=_moment(team_standing.due_since)), _("Renew the key"), url)


def _officers(team_standing: Standing) -> NextStep:
    if team_standing.team.state == TeamState.FOUNDING:
        text = ngettext(
            "The recovery kit needs three officers; {count} has confirmed. Without it, files are "
            "lost when no member of the team can sign in.",
            "The recovery kit needs three officers; {count} have confirmed. Without it, files are "
            "lost when no member of the team can sign in.",
            team_standing.officers,
        )
    else:
        text = ngettext(
            "The recovery kit needs three officers; {count} has confirmed. Until then not every "
            "two of them could open the team.",
            "The recovery kit needs three officers; {count} have confirmed. Until then not every "
            "two of them could open the team.",
            team_standing.officers,
        )
    text = text.format(count=team_standing.officers)
    if Permission.MANAGE_ORGANISATION in team_standing.mine:
        url = reverse("vault:officer_list", args=[team_standing.team.organisation_id])
        return NextStep(text, _("Appoint recovery officers"), url)
    return NextStep(text, _("See what is missing"), _kit(team_standing.team.pk))


def _finish_kit(team_standing: Standing) -> NextStep:
    if team_standing.team.state == TeamState.FOUNDING:
        text = _("Three officers are ready. With the recovery kit the team can begin its work.")
    elif team_standing.is_at_risk:
        text = _(
            "No two officers could open this team now, because officers were replaced. Finish "
            "its kit again."
        )
    else:
        text = _("The recovery kit has gaps, because an officer was replaced. Finish it again.")
    return NextStep(text, _("Finish the recovery kit"), _kit(team_standing.team.pk))


def _await_kit(team_standing: Standing) -> NextStep:
    if team_standing.is_at_risk:
        # Translators: a team, its recovery kit, and officers who were replaced.
        gap = _("No two officers could open this team now.")
    elif team_standing.team.state == TeamState.FOUNDING:
        gap = _("Three officers are ready, and the recovery kit is not finished.")
    else:
        gap = _("The recovery kit has gaps, because an officer was replaced.")
    text = f"{gap} {who_finishes_kit(team_standing)}"
    return NextStep(text, _("See what is missing"), _kit(team_standing.team.pk))


def who_finishes_kit(team_standing: Standing) -> str:
    """Name the members able to finish the recovery kit of a team."""
    if not team_standing.admitters:
        return _("A supervisor who holds the team's key must finish the kit. There is none.")
    # Translators: {names} is one name or several: who can finish a team's recovery kit.
    return _("These can finish the kit: {names}.").format(names=names(team_standing.admitters))


def _drill(team_standing: Standing) -> NextStep:
    return NextStep(
        _("The recovery codes have not been tried for six months. Let two officers type theirs."),
        _("Try the recovery codes"),
        _kit(team_standing.team.pk) + "#drill",
        kind="info",
    )


def _nothing(team_standing: Standing) -> NextStep:
    has_gaps = team_standing.team.state == TeamState.ACTIVE and not team_standing.has_kit
    if not team_standing.waiting and not team_standing.keeps_keys:
        return NextStep(_("You have nothing to do for this team."), kind="info")
    if not team_standing.waiting and has_gaps:
        text = _("You have nothing to do for this team. The recovery kit has gaps.")
        return NextStep(text, kind="info")
    if not team_standing.waiting:
        return NextStep(_("Nothing is left to do for this team."), kind="good")
    if not team_standing.admitters:
        return NextStep(
            _(
                "A person waits, and no member is left who could let them in. A supervisor who "
                "waits can open the team with two recovery officers."
            ),
        )
    # Translators: {names} is one name or several: people who can let others into the team.
    text = _("A person waits to be let in. These can do it: {names}.")
    return NextStep(text.format(names=names(team_standing.admitters)), kind="info")


def _moment(at: datetime | None) -> str:
    return moments.exact(at) if at else ""


def _kit(team: UUID) -> str:
    return reverse("vault:team_kit", args=[team])


STEP_TEXTS = {
    Next.STOPPED: _stopped,
    Next.MAKE_KEY: _make_key,
    Next.AWAIT_KEY: _await_key,
    Next.INVITE: _invite,
    Next.READ_WORDS: _read_words,
    Next.RESTORE: _restore,
    Next.AWAIT_RESTORE: _await_restore,
    Next.ADMIT: _admit,
    Next.ROTATE: _rotate,
    Next.OFFICERS: _officers,
    Next.FINISH_KIT: _finish_kit,
    Next.AWAIT_KIT: _await_kit,
    Next.DRILL: _drill,
    Next.NOTHING: _nothing,
}
