"""Record refusals, as codes, in the history that an organisation's officers read.
They are recorded after the response. Sign-in records its refusals in a chain of its
own. A requested step-up, a mistake in a form and an edit conflict are not refusals."""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from threading import Lock
from typing import NamedTuple
from uuid import UUID

from django.db import Error, transaction
from django.http import Http404, HttpRequest

from protect.audit.context import AuditContext
from protect.audit.rules import ALARM_OUTCOMES, hour_of
from protect.kernel import clock
from protect.kernel.errors import ProtectError
from protect.orgs import access as orgs_access, alarms
from protect.orgs.actions.alarms import add_alarm
from protect.orgs.scope import Scope
from protect.site.errors import NotFound
from protect.vault import access, enums, errors, rows
from protect.vault.integrity.record_states import organisation_to_alert

log = logging.getLogger("protect")

NOT_FOUND_LIMIT = 20  # 404s of a user in an hour, at addresses with an id; the last one is recorded
RECORDED_STATUSES = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS})
KEY_REFUSAL_CODES = {errors.CodeWrong.code, errors.FingerprintDiffers.code, errors.KeyNotReady.code}
# Recorded at any status.
RECORDED_CODES = ALARM_OUTCOMES | KEY_REFUSAL_CODES | {"packet_closed", "pin_changed"}
# Codes that sign-in records in its own chain.
AUTH_CODES = {errors.FactorRefused.code, "passphrase_refused", "reset_refused", "sign_in_refused"}
# Not recorded, as no user decided it: overload by sign-ins, and a form of an old session.
UNINTENDED_CODES = {errors.Crowded.code, "form_too_old"}
VISITOR_ACTION = "vault.seal_of_visitor"  # in alarms: a visitor wrote to a team with a forged key


class Target(NamedTuple):
    """The organisation to record a refusal for; `target` is "" if the user may not see it."""

    organisation: UUID | None  # None: the user has no home organisation
    target: str = ""
    team: UUID | None = None

    def for_alarm(self, code: str) -> "Target":
        """Return a copy with an alarm's target: the team if its key differs, and never ""."""
        if code == errors.TeamKeyMismatch.code and self.team:
            return self._replace(target=f"team:{self.team}")
        return self._replace(target=self.target or f"organisation:{self.organisation}")


class NotFoundCounter:
    """Count in memory a user's 404s in the current hour of the clock. Thread-safe."""

    def __init__(self, limit: int = NOT_FOUND_LIMIT) -> None:
        self._limit = limit
        self._lock = Lock()
        self._hour = -1.0
        self._counts: Counter[UUID] = Counter()

    def has_reached_limit(self, person: UUID) -> bool:
        """Count a 404 of a user; return True only for the one that reaches the limit."""
        hour = hour_of(clock.now()).timestamp()
        with self._lock:
            if hour != self._hour:
                self._hour = hour
                self._counts.clear()
            self._counts[person] += 1
            return self._counts[person] == self._limit


NOT_FOUND_COUNTER = NotFoundCounter()


def record_refusals(request: HttpRequest, refused: Iterable[ProtectError]) -> None:
    """Record a desk request's refusals after its transaction, and that a user met many 404s."""
    errors_met = list(refused)
    recorded = {}
    for error in filter(is_recorded, errors_met):
        recorded[error.code, error.facts.get("team"), error.facts.get("target")] = error
    for error in recorded.values():
        with _log_database_errors(error.code):
            _record_refusal(request, error)
    has_id = request.resolver_match is not None and "pk" in request.resolver_match.kwargs
    if has_id and any(isinstance(each, NotFound) for each in errors_met):
        with _log_database_errors(NotFound.code):
            person = _user_id_of(request)
            if person is not None and NOT_FOUND_COUNTER.has_reached_limit(person):
                _write_refusal_or_alarm(person, "desk.missing", NotFound.code, _home_target(person))


def record_visitor_refusals(refused: Iterable[ProtectError]) -> None:
    """Alarm the data protection officers if a visitor met a forged key of a team."""
    for error in refused:
        with _log_database_errors(error.code):
            for target in _targets_named_by(error):
                _write_alarm(None, VISITOR_ACTION, error.code, target)


@contextmanager
def _log_database_errors(code: str) -> Iterator[None]:
    """Log a database error, by the code of the refusal to be recorded, instead of raising it."""
    try:
        yield
    except Error as error:
        log.error("unwritten outcome=%s error=%s", code, type(error).__name__)


def is_recorded(error: ProtectError) -> bool:
    """Return whether a refusal is for data protection officers: rights, limits, keys, consent …"""
    is_relevant = error.status in RECORDED_STATUSES or error.code in RECORDED_CODES
    return is_relevant and error.code not in AUTH_CODES | UNINTENDED_CODES


def _record_refusal(request: HttpRequest, error: ProtectError) -> None:
    """Record a refusal for each organisation that it concerns; nothing without an account."""
    person = _user_id_of(request)
    if person is None:
        return
    page = (request.resolver_match and request.resolver_match.url_name) or "page"
    for target in _targets_named_by(error) or [_target_of_request(request, person)]:
        _write_refusal_or_alarm(person, f"desk.{page}", error.code, target)


def _write_refusal_or_alarm(person: UUID, action: str, code: str, target: Target) -> None:
    """Record, once an hour, an organisation's alarm for one of ALARM_OUTCOMES, else a refusal."""
    if code in ALARM_OUTCOMES and target.organisation is not None:
        _write_alarm(person, action, code, target.for_alarm(code))
        return
    audit = AuditContext(at=clock.now(), actor=person, organisation=target.organisation)
    audit.record_refusal_once(action, target.target, outcome=code)


def _write_alarm(person: UUID | None, action: str, code: str, target: Target) -> None:
    if target.organisation is not None:
        at = clock.now()
        add_alarm(target.organisation, target.target, code, action=action, actor=person, at=at)


def _targets_named_by(error: ProtectError) -> list[Target]:
    """Return targets of the organisations that an alarm concerns; [] if the error names none."""
    team, target = error.facts.get("team"), error.facts.get("target")
    if error.code == errors.TeamKeyMismatch.code and team is not None:
        pk = UUID(str(team))
        organisations = alarms.organisations_named_for_team(pk)
        return [Target(organisation, f"team:{pk}", pk) for organisation in organisations]
    if error.code == errors.RecordDamaged.code and target is not None:
        organisation = organisation_to_alert(str(target))
        return [Target(organisation, str(target))] if organisation else []
    return []


def _user_id_of(request: HttpRequest) -> UUID | None:
    """Return the user's id, even before the second factor; None without an account."""
    entry = getattr(request, "entry", None)
    if entry is not None:
        return UUID(str(entry.session.user_id))
    user = getattr(request, "user", None)
    return user.pk if user is not None and user.is_authenticated else None


def _target_of_request(request: HttpRequest, person: UUID) -> Target:
    """Return the target that the address names if the user may see it, else their organisation."""
    match = request.resolver_match
    find_target = TARGET_FINDERS.get(match.route.partition("/")[0]) if match else None
    if match is None or find_target is None or "pk" not in match.kwargs:
        return _home_target(person)
    scope, pk = orgs_access.scope_of(request), match.kwargs["pk"]
    try:
        with transaction.atomic():
            rows.show_rows_of_teams(scope.teams)
            return find_target(scope, pk)
    except Http404:
        return _home_target(person)


def _home_target(person: UUID) -> Target:
    home = orgs_access.home_organisation(person)
    return Target(home.pk if home else None)


def _membership_target(scope: Scope, pk: UUID) -> Target:
    membership = orgs_access.get_membership(scope, pk)
    return Target(membership.organisation_id, f"membership:{pk}", membership.team_id)


def _note_target(scope: Scope, pk: UUID) -> Target:
    record = access.get_record(scope, pk, enums.Kind.NOTE)
    return Target(record.owner_team.organisation_id, f"note:{pk}", record.owner_team_id)


TARGET_FINDERS: dict[str, Callable[[Scope, UUID], Target]] = {  # by first segment of the path
    "organisations": lambda scope, pk: Target(
        orgs_access.get_organisation(scope, pk).pk, f"organisation:{pk}"
    ),
    "teams": lambda scope, pk: Target(
        access.get_team_in_reach(scope, pk).organisation_id, f"team:{pk}"
    ),
    "places": _membership_target,
    "invitations": lambda scope, pk: Target(
        orgs_access.get_invitation(scope, pk).organisation_id, f"invitation:{pk}"
    ),
    "notes": _note_target,
}
