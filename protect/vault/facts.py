"""Counts of keys and people for operators, without names or contents."""

from datetime import datetime

from django.db.models import Count, OuterRef, QuerySet, Subquery

from protect.audit import models, rules
from protect.orgs import alarms
from protect.orgs.enums import MembershipState, OrganisationState, TeamState
from protect.orgs.models import Membership, Organisation, Team
from protect.vault.enums import KeyState, Opener
from protect.vault.integrity.heads import SIGN_HEADS_ACTION
from protect.vault.models import DekWrap, Record, RecoveryOfficer, TeamKey
from protect.vault.models.keys import OFFICER_SLOTS
from protect.vault.rows import show_all_rows
from protect.vault.team_keys.recovery_kit import CODES_PROVED_ACTIONS, DRILL_INTERVAL

HALVES_PER_KIT = 6  # two for each pair of three officers


def count_vault_state(*, at: datetime) -> dict[str, int]:
    """Count what is unfinished, due, damaged or unanswered: teams, keys, kits, officers, new
    memberships, records, alarms. The exact counts (class R2) are for operators only."""
    states = list(Team.objects.living().order_by("pk").values_list("state", flat=True))
    organisations = list(Organisation.objects.order_by("pk").values_list("pk", flat=True))
    with show_all_rows():
        wrap_counts = {
            "wraps_to_move": _outdated_wraps().count(),  # to the newest key version of their team
            # wraps that did not open when they were to be moved
            "wraps_damaged": DekWrap.objects.filter(damaged_at__isnull=False).count(),
        }
        overdue = Record.objects.filter(retention__lt=at.date().replace(day=1)).count()
    return {
        "teams_without_key": states.count(TeamState.NO_KEY),
        "teams_founding": states.count(TeamState.FOUNDING),  # they only practise: no recovery kit
        "teams_rotation_due": states.count(TeamState.ROTATION_DUE),  # a holder must sign in
        **wrap_counts,
        "kits_incomplete": _keys_without_full_kit().count(),  # two officers cannot restore them
        "officers_missing": _organisations_without_officers().count(),  # fewer than three
        "drills_due": _organisations_with_due_drill(at).count(),  # none for six months
        "people_waiting": _memberships_awaiting_admission().count(),  # memberships
        "records_overdue": overdue,  # records whose month is over: `protect vault erase-due`
        "alarms_open": len(alarms.unanswered_alarms(organisations)),  # no officer has answered them
    }


def heads_signed_at() -> datetime | None:
    """Return when the audit heads were last signed; None if never."""
    entries = models.Entry.objects.of_chain(rules.PLATFORM).filter(action=SIGN_HEADS_ACTION)
    return entries.order_by("-n").values_list("at", flat=True).first()


def _outdated_wraps() -> QuerySet[DekWrap]:
    """Return the undamaged wraps that are not yet under the newest key version of their team."""
    newest = TeamKey.objects.filter(team=OuterRef("team"), state=KeyState.ACTIVE).values("version")
    wraps = DekWrap.objects.filter(opener=Opener.TEAM, damaged_at=None)
    return wraps.filter(team_version__lt=Subquery(newest))


def _keys_without_full_kit() -> QuerySet[TeamKey]:
    keys = TeamKey.objects.filter(state=KeyState.ACTIVE).exclude(team__state=TeamState.RETIRED)
    return keys.annotate(half_count=Count("halves")).filter(half_count__lt=HALVES_PER_KIT)


def _organisations_with_keys() -> QuerySet[Organisation]:
    states_with_key = (TeamState.FOUNDING, TeamState.ACTIVE, TeamState.ROTATION_DUE)
    teams = Team.objects.filter(state__in=states_with_key)
    return Organisation.objects.active().filter(pk__in=teams.values("organisation"))


def _organisations_without_officers() -> QuerySet[Organisation]:
    """Return the organisations with keys that have fewer than three confirmed officers."""
    confirmed_officers = RecoveryOfficer.objects.exclude(confirmed_at=None).values("organisation")
    complete = confirmed_officers.annotate(officer_count=Count("pk")).filter(
        officer_count=len(OFFICER_SLOTS)
    )
    return _organisations_with_keys().exclude(pk__in=complete.values("organisation"))


def _organisations_with_due_drill(at: datetime) -> QuerySet[Organisation]:
    """Return organisations with keys, without a drill or restore for six months."""
    rows = models.Entry.objects.filter(action__in=CODES_PROVED_ACTIONS, at__gt=at - DRILL_INTERVAL)
    recent_drills = rows.filter(organisation__isnull=False)
    return _organisations_with_keys().exclude(pk__in=recent_drills.values("organisation"))


def _memberships_awaiting_admission() -> QuerySet[Membership]:
    rows = Membership.objects.filter(state=MembershipState.PENDING)
    rows = rows.filter(organisation__state=OrganisationState.ACTIVE)
    return rows.exclude(team__state=TeamState.RETIRED)
