"""Records refusals in the history that an organisation's officers read: codes, after the response.

Sign-in has a chain of its own and records its refusals itself. A request to re-authenticate is no
refusal, nor is a mistake in a form or a conflict between two windows.
"""

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
from protect.audit.rules import ALARMS, hour_of
from protect.kernel import clock
from protect.kernel.errors import ProtectError
from protect.orgs.access import get_invitation, get_membership, get_organisation, home_of, scope_of
from protect.orgs.actions.alarms import note_alarm
from protect.orgs.alarms import organisations_of_team
from protect.orgs.scope import Scope
from protect.site.errors import NotHere
from protect.vault import access, enums, errors
from protect.vault.integrity.record_states import organisation_to_alert
from protect.vault.rows import show_teams

log = logging.getLogger("protect")

MANY = 20  # addresses with an id, within an hour, at which one person finds nothing
KEPT_STATUS = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS})
KEPT = ALARMS | {
    errors.CodeWrong.code,
    errors.FingerprintDiffers.code,
    errors.KeyNotReady.code,
    "packet_closed",
    "pin_changed",
}
# What signing in writes into its own chain.
OF_SIGN_IN = {errors.FactorRefused.code, "passphrase_refused", "reset_refused", "sign_in_refused"}
# Caused by no decision of a user: a rush of sign-ins, and conflicts of two windows.
UNINTENDED = {errors.Crowded.code, "form_too_old"}
BY_VISITOR = "vault.seal_of_visitor"  # a person without an account wrote to a team


class Place(NamedTuple):
    """The organisation whose history gets the entry, and its target, "" if out of reach."""

    organisation: UUID | None
    target: str = ""
    team: UUID | None = None

    def for_alarm(self, code: str) -> "Place":
        if code == errors.TeamKeyMismatch.code and self.team:
            return self._replace(target=f"team:{self.team}")
        return self._replace(target=self.target or f"organisation:{self.organisation}")


class MissCounter:
    """Counts, in memory and for an hour, how often a person met a 404. Thread-safe."""

    def __init__(self, many: int = MANY) -> None:
        self._many = many
        self._lock = Lock()
        self._hour = -1.0
        self._counts: Counter[UUID] = Counter()

    def has_become_many(self, person: UUID) -> bool:
        hour = hour_of(clock.now()).timestamp()
        with self._lock:
            if hour != self._hour:
                self._hour = hour
                self._counts.clear()
            self._counts[person] += 1
            return self._counts[person] == self._many


MISSES = MissCounter()


def record_refusals(request: HttpRequest, refused: Iterable[ProtectError]) -> None:
    """Record the refusals of a desk request, once its transaction is over."""
    met = list(refused)
    kept = {
        (each.code, each.facts.get("team"), each.facts.get("target")): each
        for each in met
        if is_kept(each)
    }
    for error in kept.values():
        with _logged(error.code):
            _record_refusal(request, error)
    names_a_thing = request.resolver_match is not None and "pk" in request.resolver_match.kwargs
    if names_a_thing and any(isinstance(each, NotHere) for each in met):
        with _logged(NotHere.code):
            person = _person(request)
            if person is not None and MISSES.has_become_many(person):
                _write(person, "desk.missing", NotHere.code, _home(person))


def record_visitor_refusals(refused: Iterable[ProtectError]) -> None:
    """Alarm the officers of a team whose forged key a visitor without an account met."""
    for error in refused:
        with _logged(error.code):
            for place in _places_named(error):
                _alarm(None, BY_VISITOR, error.code, place)


@contextmanager
def _logged(code: str) -> Iterator[None]:
    try:
        yield
    except Error as error:
        log.error("unwritten outcome=%s error=%s", code, type(error).__name__)


def is_kept(error: ProtectError) -> bool:
    """Return whether an officer should learn of a refusal: of rights, keys, consent and damage."""
    is_ours = error.status in KEPT_STATUS or error.code in KEPT
    return is_ours and error.code not in OF_SIGN_IN | UNINTENDED


def _record_refusal(request: HttpRequest, error: ProtectError) -> None:
    person = _person(request)
    if person is None:
        return
    page = (request.resolver_match and request.resolver_match.url_name) or "page"
    for place in _places_named(error) or [_place(request, person)]:
        _write(person, f"desk.{page}", error.code, place)


def _write(person: UUID, action: str, code: str, place: Place) -> None:
    if code in ALARMS and place.organisation is not None:
        _alarm(person, action, code, place.for_alarm(code))
        return
    audit = AuditContext(at=clock.now(), actor=person, organisation=place.organisation)
    audit.record_refusal_once(action, place.target, outcome=code)


def _alarm(person: UUID | None, action: str, code: str, place: Place) -> None:
    if place.organisation is not None:
        at = clock.now()
        note_alarm(place.organisation, place.target, code, action=action, actor=person, at=at)


def _places_named(error: ProtectError) -> list[Place]:
    """Return the places that an alarm names: of a team all that its history knows, rows may lie."""
    team, target = error.facts.get("team"), error.facts.get("target")
    if error.code == errors.TeamKeyMismatch.code and team is not None:
        pk = UUID(str(team))
        return [Place(each, f"team:{pk}", pk) for each in organisations_of_team(pk)]
    if error.code == errors.RecordDamaged.code and target is not None:
        organisation = organisation_to_alert(str(target))
        return [Place(organisation, str(target))] if organisation else []
    return []


def _person(request: HttpRequest) -> UUID | None:
    """Return the user, also while the second factor is missing; None without an account."""
    entry = getattr(request, "entry", None)
    if entry is not None:
        return UUID(str(entry.session.user_id))
    user = getattr(request, "user", None)
    return user.pk if user is not None and user.is_authenticated else None


def _place(request: HttpRequest, person: UUID) -> Place:
    """Return an address's organisation and target if the user may see it, else only their own."""
    match = request.resolver_match
    find = FINDERS.get(match.route.partition("/")[0]) if match else None
    if match is None or find is None or "pk" not in match.kwargs:
        return _home(person)
    scope, pk = scope_of(request), match.kwargs["pk"]
    try:
        with transaction.atomic():
            show_teams(scope.teams)
            return find(scope, pk)
    except Http404:
        return _home(person)


def _home(person: UUID) -> Place:
    home = home_of(person)
    return Place(home.pk if home else None)


def _membership(scope: Scope, pk: UUID) -> Place:
    place = get_membership(scope, pk)
    return Place(place.organisation_id, f"membership:{pk}", place.team_id)


def _record(scope: Scope, pk: UUID) -> Place:
    record = access.get_record(scope, pk, enums.Kind.NOTE)
    return Place(record.owner_team.organisation_id, f"note:{pk}", record.owner_team_id)


# By the first word of an address.
FINDERS: dict[str, Callable[[Scope, UUID], Place]] = {
    "organisations": lambda scope, pk: Place(get_organisation(scope, pk).pk, f"organisation:{pk}"),
    "teams": lambda scope, pk: Place(
        access.get_team_in_reach(scope, pk).organisation_id, f"team:{pk}"
    ),
    "places": _membership,
    "invitations": lambda scope, pk: Place(
        get_invitation(scope, pk).organisation_id, f"invitation:{pk}"
    ),
    "notes": _record,
}
