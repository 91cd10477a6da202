"""Counts of keys and people for an operator: never names, never contents."""

from datetime import datetime

from django.db.models import Count, OuterRef, QuerySet, Subquery

from protect.audit import models, rules
from protect.orgs import alarms
from protect.orgs.enums import MembershipState, OrganisationState, TeamState
from protect.orgs.models import Membership, Organisation, Team
from protect.vault.enums import KeyState, Opener
from protect.vault.integrity.heads import SIGNED
from protect.vault.models import DekWrap, Record, RecoveryOfficer, TeamKey
from protect.vault.models.keys import SLOTS
from protect.vault.rows import all_rows
from protect.vault.team_keys.recovery_kit import DRILL, DRILLED

HALVES = 6  # two for each pair of three officers


def state(*, at: datetime) -> dict[str, int]:
    """Return where teams, keys and people stand. Class R2, exact: for operators alone."""
    states = list(Team.objects.living().order_by("pk").values_list("state", flat=True))
    organisations = list(Organisation.objects.order_by("pk").values_list("pk", flat=True))
    with all_rows():
        of_rows = {
            "wraps_to_move": _to_move().count(),  # to the newest version of their team's key
            # did not open when they were to be moved
            "wraps_damaged": DekWrap.objects.filter(damaged_at__isnull=False).count(),
        }
        overdue = Record.objects.filter(retention__lt=at.date().replace(day=1)).count()
    return {
        "teams_without_key": states.count(TeamState.NO_KEY),
        "teams_founding": states.count(TeamState.FOUNDING),  # only practise: no recovery kit yet
        "teams_rotation_due": states.count(TeamState.ROTATION_DUE),  # a holder must sign in
        **of_rows,
        "kits_incomplete": _incomplete().count(),  # two of three officers could not restore them
        "officers_missing": _without_officers().count(),  # organisations with fewer than three
        "drills_due": _without_drill(at).count(),  # officers tried no codes for six months
        "people_waiting": _waiting().count(),  # for a colleague to let them in
        "records_overdue": overdue,  # their month is over: `protect vault erase-due`
        "alarms_open": len(alarms.unanswered(organisations)),  # that no officer has answered
    }


def signed_at() -> datetime | None:
    """Return when the heads of the audit were last signed; None if they never were."""
    entries = models.Entry.objects.of_chain(rules.PLATFORM).filter(action=SIGNED)
    return entries.order_by("-n").values_list("at", flat=True).first()


def _to_move() -> QuerySet[DekWrap]:
    newest = TeamKey.objects.filter(team=OuterRef("team"), state=KeyState.ACTIVE).values("version")
    return DekWrap.objects.filter(
        opener=Opener.TEAM, damaged_at=None, team_version__lt=Subquery(newest)
    )


def _incomplete() -> QuerySet[TeamKey]:
    keys = TeamKey.objects.filter(state=KeyState.ACTIVE).exclude(team__state=TeamState.RETIRED)
    return keys.annotate(given=Count("halves")).filter(given__lt=HALVES)


def _at_work() -> QuerySet[Organisation]:
    """Return active organisations that have a team with a key."""
    holding = (TeamState.FOUNDING, TeamState.ACTIVE, TeamState.ROTATION_DUE)
    teams = Team.objects.filter(state__in=holding)
    return Organisation.objects.active().filter(pk__in=teams.values("organisation"))


def _without_officers() -> QuerySet[Organisation]:
    confirmed = RecoveryOfficer.objects.exclude(confirmed_at=None).values("organisation")
    enough = confirmed.annotate(given=Count("pk")).filter(given=len(SLOTS))
    return _at_work().exclude(pk__in=enough.values("organisation"))


def _without_drill(at: datetime) -> QuerySet[Organisation]:
    drills = models.Entry.objects.filter(action__in=DRILLED, at__gt=at - DRILL)
    recent_drills = drills.filter(organisation__isnull=False)
    return _at_work().exclude(pk__in=recent_drills.values("organisation"))


def _waiting() -> QuerySet[Membership]:
    rows = Membership.objects.filter(
        state=MembershipState.PENDING, organisation__state=OrganisationState.ACTIVE
    )
    return rows.exclude(team__state=TeamState.RETIRED)
