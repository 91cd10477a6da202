"""What is said of a team: how it stands, and the one thing that somebody can do for it next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from protect.kernel.text import plain_name
from protect.orgs.enums import Permission, TeamState
from protect.orgs.models import Membership, User
from protect.ui import moments
from protect.vault.actions.standing import Next, Standing
from protect.vault.models import RecoveryOfficer


@dataclass(frozen=True, slots=True)
class Said:
    """What comes next, in words. Without a verb there is nothing to press."""

    kind: str  # of the notice: a key of SHAPES
    text: str
    verb: str = ""
    url: str = ""
    posts: bool = False


def state_of(found: Standing) -> TeamState:
    """Return the state that a page shows: a renewal under way is due, too.

    To those who only read and write, a team whose key must be renewed is at work.
    """
    state = TeamState(found.team.state)
    if state not in {TeamState.ACTIVE, TeamState.ROTATION_DUE}:
        return state
    is_told = found.is_due and (found.keeps_keys or Permission.READ_AUDIT in found.mine)
    return TeamState.ROTATION_DUE if is_told else TeamState.ACTIVE


def names(places: Iterable[Membership]) -> str:
    """Return the names of people in a row."""
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


def said(found: Standing, step: Next | None = None) -> Said:
    """Return what comes next for somebody, or another thing that they can do, in words."""
    return SAYERS[step or found.next](found)


def _stopped(found: Standing) -> Said:
    # Translators: {since} is a moment: then a key in the database was found to be a foreign one.
    text = _(
        "On {since} the stored key was not the one that this team knows: the database may have "
        "been changed. Do not write anything about survivors here until your data protection "
        "officer has said that it is cleared up."
    )
    return Said("alarm", text.format(since=_moment(found.stopped_since)))


def _make_key(found: Standing) -> Said:
    return Said(
        "caution",
        _(
            "This team has no key yet. The key seals everything that the team writes. You make it "
            "and hold it first; then you let colleagues in, one by one."
        ),
        _("Make the team's key"),
        reverse("vault:team_key", args=[found.team.pk]),
        posts=True,
    )


def _await_key(found: Standing) -> Said:
    founders = names(found.founders)
    if not founders:
        return Said("caution", _("This team has no key yet. Its first supervisor will make it."))
    # Translators: {names} is one name or several.
    text = _("This team has no key yet. After signing in, one of these can make it: {names}.")
    return Said("caution", text.format(names=founders))


def _invite(found: Standing) -> Said:
    return Said(
        "caution",
        _("This team has no key yet, and nobody who could make it. Invite a supervisor first."),
        _("Invite a supervisor"),
        reverse("vault:team_invitation_new", args=[found.team.pk]),
    )


def _read_words(found: Standing) -> Said:
    return Said(
        "info",
        _("You are not in yet. A colleague lets you in when you have read your six words to them."),
        _("See your six words"),
        _page(found.team.pk) + "#words",
    )


def _restore(found: Standing) -> Said:
    return Said(
        "caution",
        _(
            "Nobody is left who could let you in. Two recovery officers can open the team for you, "
            "with their codes on paper."
        ),
        _("Open the team with two officers"),
        reverse("vault:team_restore", args=[found.place.pk]) if found.place else "",
    )


def _await_restore(found: Standing) -> Said:
    return Said(
        "caution",
        _(
            "Nobody is left who could let you in. A supervisor must first open the team with two "
            "recovery officers. Its files are safe."
        ),
    )


def _admit(found: Standing) -> Said:
    first, count = found.to_let_in[0], len(found.to_let_in)
    # Translators: {count} people wait until a colleague gives them the key of the team.
    text = ngettext(
        "{count} person waits to be let in. Until then they can open nothing.",
        "{count} people wait to be let in. Until then they can open nothing.",
        count,
    )
    # Translators: a button: {name} is a person who gets the key of the team.
    verb = _("Let in {name}").format(name=plain_name(first.user.name))
    url = reverse("vault:team_admit", args=[first.pk])
    return Said("info", text.format(count=count), verb, url)


def _rotate(found: Standing) -> Said:
    url = reverse("vault:team_rotate", args=[found.team.pk])
    if found.begun_at:
        # Translators: {since} is when a renewal of a team's key began, {names} is one name or
        # several.
        text = _(
            "A renewal of the key was begun on {since} and is not finished: the old key still "
            "opens what has not moved. You can go on working. These can finish it: {names}."
        ).format(since=_moment(found.begun_at), names=names(found.renewers))
        return Said("caution", text, _("Finish the renewal"), url)
    # Translators: {since} is a date: since then a team must get a new key.
    text = _(
        "The key has needed renewal since {since}: a member who held it has left, recovery "
        "officers opened it, or a colleague asked for it. You can go on working."
    )
    return Said(
        "caution",
        text.format(since=_moment(found.due_since)),
        _("Renew the key"),
        url,
    )


def _officers(found: Standing) -> Said:
    if found.team.state == TeamState.FOUNDING:
        text = ngettext(
            "The recovery kit needs three officers; {count} has confirmed. Without it, files are "
            "lost when nobody of the team can sign in.",
            "The recovery kit needs three officers; {count} have confirmed. Without it, files are "
            "lost when nobody of the team can sign in.",
            found.officers,
        )
    else:
        text = ngettext(
            "The recovery kit needs three officers; {count} has confirmed. Until then not every "
            "two of them could open the team.",
            "The recovery kit needs three officers; {count} have confirmed. Until then not every "
            "two of them could open the team.",
            found.officers,
        )
    text = text.format(count=found.officers)
    if Permission.MANAGE_ORGANISATION in found.mine:
        url = reverse("vault:officer_list", args=[found.team.organisation_id])
        return Said("caution", text, _("Appoint recovery officers"), url)
    return Said("caution", text, _("See what is missing"), _kit(found.team.pk))


def _finish_kit(found: Standing) -> Said:
    if found.team.state == TeamState.FOUNDING:
        text = _("Three officers are ready. With the recovery kit the team can begin its work.")
    elif found.is_at_risk:
        text = _(
            "No two officers could open this team now, because officers were replaced. Finish "
            "its kit again."
        )
    else:
        text = _("The recovery kit has gaps, because an officer was replaced. Finish it again.")
    return Said("caution", text, _("Finish the recovery kit"), _kit(found.team.pk))


def _await_kit(found: Standing) -> Said:
    if found.is_at_risk:
        # Translators: a team, its recovery kit, and officers who were replaced.
        gap = _("No two officers could open this team now.")
    elif found.team.state == TeamState.FOUNDING:
        gap = _("Three officers are ready, and the recovery kit is not finished.")
    else:
        gap = _("The recovery kit has gaps, because an officer was replaced.")
    text = f"{gap} {who_finishes_kit(found)}"
    return Said("caution", text, _("See what is missing"), _kit(found.team.pk))


def who_finishes_kit(found: Standing) -> str:
    """Say who can finish the recovery kit of a team."""
    if not found.admitters:
        return _("A supervisor who holds the team's key must finish the kit. There is none.")
    # Translators: {names} is one name or several: who can finish a team's recovery kit.
    return _("These can finish the kit: {names}.").format(names=names(found.admitters))


def _drill(found: Standing) -> Said:
    return Said(
        "info",
        _("Nobody has tried the recovery codes for six months. Let two officers type theirs."),
        _("Try the recovery codes"),
        _kit(found.team.pk) + "#drill",
    )


def _nothing(found: Standing) -> Said:
    """Say who must act, where somebody waits and the person who asks cannot help."""
    has_gaps = found.team.state == TeamState.ACTIVE and not found.has_kit
    if not found.waiting and not found.keeps_keys:
        return Said("info", _("You have nothing to do for this team."))
    if not found.waiting and has_gaps:
        return Said("info", _("You have nothing to do for this team. The recovery kit has gaps."))
    if not found.waiting:
        return Said("good", _("Nothing is left to do for this team."))
    if not found.admitters:
        return Said(
            "caution",
            _(
                "Somebody waits, and nobody is left who could let them in. A supervisor who waits "
                "can open the team with two recovery officers."
            ),
        )
    # Translators: {names} is one name or several: people who can let others into the team.
    text = _("Somebody waits to be let in. These can do it: {names}.")
    return Said("info", text.format(names=names(found.admitters)))


def _moment(at: datetime | None) -> str:
    return moments.exact(at) if at else ""


def _page(team: UUID) -> str:
    return reverse("vault:team", args=[team])


def _kit(team: UUID) -> str:
    return reverse("vault:team_kit", args=[team])


SAYERS = {
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
