"""Whether a certificate counts: a function of the document, lists, keys and a moment.

The order is what keeps a forger from choosing the answer: the shape first, then whose key it is,
then the proof, and only then anything that the document says of itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from protect.trainings.badges import statuses
from protect.trainings.badges.shapes import Credential, Proof, Status, StatusList, read
from protect.trainings.badges.statuses import Purpose
from protect.trainings.badges.verdicts import Reason, State
from protect.vault.formats import badges
from protect.vault.formats.badges import IssuerKey
from protect.vault.formats.errors import Damaged

SKEW = timedelta(minutes=5)  # between two clocks


@dataclass(frozen=True, slots=True)
class Told:
    """What a certificate says. Only ever of one whose proof holds."""

    id: str
    title: str
    short_title: str
    minutes: int
    day: date
    issuer: str
    controller: str
    issued: datetime
    signed: datetime
    key: str
    name: str | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result, why, and what may be shown of the certificate."""

    state: State
    reasons: tuple[Reason, ...] = ()
    told: Told | None = None


class _Refused(Exception):
    def __init__(self, state: State, reason: Reason) -> None:
        super().__init__(reason)
        self.state, self.reason = state, reason


def verify(
    document: Mapping[str, Any],
    lists: Iterable[Mapping[str, Any]],
    keys: Collection[IssuerKey],
    *,
    at: datetime,
) -> Verdict:
    """Return whether a certificate counts at a moment, with reasons.

    `lists` may hold lists of others; `keys` are those that the caller trusts, whoever's they are.
    Errors: ContextChanged, when this installation can verify nothing.
    """
    try:
        found, proof = _genuine(Credential, document, keys)
    except _Refused as refused:
        return Verdict(refused.state, (refused.reason,))
    told = _told(found, proof)
    if max(told.issued, told.signed) > at + SKEW:
        return Verdict(State.UNDECIDED, (Reason.TOO_EARLY,), told)
    state, reasons = _by_lists(found, list(lists), keys, at)
    return Verdict(state, reasons, told)


def issuer_of(document: Mapping[str, Any]) -> str:
    """Return the name under which a certificate's keys are to be looked for; nothing if none."""
    issuer = document.get("issuer")
    found = issuer.get("id") if isinstance(issuer, Mapping) else None
    return found if isinstance(found, str) else ""


def _genuine[S: (Credential, StatusList)](
    shape: type[S], document: Mapping[str, Any], keys: Collection[IssuerKey]
) -> tuple[S, Proof]:
    """Return a document that one of these keys signed for its own issuer."""
    try:
        found = read(shape, document)
    except ValueError:
        raise _Refused(State.ALTERED, Reason.SHAPE) from None
    proof = found.proof
    if proof is None:
        raise _Refused(State.ALTERED, Reason.PROOF)
    issuer = found.issuer if isinstance(found.issuer, str) else found.issuer.id
    key = _key_of(issuer, proof, keys)
    try:
        badges.must_verify(document, key.public)
    except Damaged:
        raise _Refused(State.ALTERED, Reason.PROOF) from None
    created = datetime.fromisoformat(proof.created)
    if key.distrusted is not None:
        raise _Refused(State.UNKNOWN_ISSUER, Reason.KEY_DISTRUSTED)
    if not key.created - SKEW <= created <= (key.retired or created) + SKEW:
        raise _Refused(State.UNKNOWN_ISSUER, Reason.KEY_DATES)
    return found, proof


def _key_of(issuer: str, proof: Proof, keys: Collection[IssuerKey]) -> IssuerKey:
    own = [key for key in keys if key.controller == issuer]
    if not own:
        raise _Refused(State.UNKNOWN_ISSUER, Reason.ISSUER)
    named = [key for key in own if key.address == proof.verification_method]
    if not named:
        raise _Refused(State.UNKNOWN_ISSUER, Reason.KEY)
    return named[0]


def _by_lists(
    found: Credential,
    lists: list[Mapping[str, Any]],
    keys: Collection[IssuerKey],
    at: datetime,
) -> tuple[State, tuple[Reason, ...]]:
    """Return what the lists say. A bit that is set counts however old its list: none is unset."""
    said: dict[str, Reason | None] = {}
    for entry in found.credential_status:
        said[entry.status_purpose] = _look_up(entry, found.issuer.id, lists, keys, at)
    if said.keys() != set(Purpose):
        return State.ALTERED, (Reason.SHAPE,)
    if said[Purpose.REFRESH] is Reason.SET:
        return State.REPLACED, (Reason.SET,)
    if said[Purpose.REVOCATION] is Reason.SET:
        return State.REVOKED, (Reason.SET,)
    missing = sorted({reason for reason in said.values() if reason is not None})
    return (State.UNDECIDED, tuple(missing)) if missing else (State.VALID, ())


def _look_up(
    entry: Status,
    issuer: str,
    lists: list[Mapping[str, Any]],
    keys: Collection[IssuerKey],
    at: datetime,
) -> Reason | None:
    """Return SET, or why the list does not say that the bit is clear; None when it is."""
    given = [each for each in lists if each.get("id") == entry.status_list_credential]
    read_lists = [each for each in (_list(entry, issuer, one, keys) for one in given) if each]
    if not read_lists:
        return Reason.LIST_WRONG if given else Reason.LIST_MISSING
    if any(bit for bit, _until in read_lists):
        return Reason.SET
    newest = max(until for _bit, until in read_lists)
    return Reason.LIST_OLD if newest < at - SKEW else None


def _list(
    entry: Status, issuer: str, document: Mapping[str, Any], keys: Collection[IssuerKey]
) -> tuple[bool, datetime] | None:
    """Return the bit of an entry and until when it can be relied on; None for no list of theirs."""
    try:
        found, _proof = _genuine(StatusList, document, keys)
        bits = statuses.decode(found.credential_subject.encoded_list)
        bit = statuses.is_set(bits, int(entry.status_list_index))
        until = datetime.fromisoformat(found.valid_until)
    except (_Refused, ValueError):
        return None
    is_meant = found.credential_subject.status_purpose == entry.status_purpose
    return (bit, until) if is_meant and found.issuer == issuer else None


def _told(found: Credential, proof: Proof) -> Told:
    subject = found.credential_subject
    return Told(
        id=found.id.removeprefix("urn:uuid:"),
        title=subject.achievement.name,
        short_title=found.name,
        minutes=int(subject.result[0].value),
        day=datetime.fromisoformat(subject.activity_end_date).date(),
        issuer=found.issuer.name,
        controller=found.issuer.id,
        issued=datetime.fromisoformat(found.valid_from),
        signed=datetime.fromisoformat(proof.created),
        key=proof.verification_method.partition("#")[2],
        name=subject.identifier[0].identity_hash if subject.identifier else None,
    )
