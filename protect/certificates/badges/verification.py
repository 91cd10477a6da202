"""Whether a certificate counts: a function of the document, lists, keys and a moment.

The order keeps a forger from choosing the answer: whether it names an issuer of here, the shape,
whose key it is, the proof, and only then what the document says of itself. A badge of another
issuer has shapes of its own: it is checked by the key in the issuer's name, or not at all."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from protect.certificates.badges import status_lists
from protect.certificates.badges.shapes import Credential, Proof, Status, StatusList, read
from protect.kernel.text import one_line
from protect.vault.formats import badges, errors


class State(TextChoices):
    """The result of a verification. Only `valid` is a yes."""

    # Translators, of each below: the result of checking a certificate.
    VALID = "valid", _("Valid")
    REVOKED = "revoked", _("Revoked")  # the issuer took it back
    # Translators: the result of checking a certificate: the issuer made another one instead.
    REPLACED = "replaced", _("Replaced by another certificate")
    ALTERED = "altered", _("Altered, or never signed")  # it is not what was signed
    # Translators: the result of checking a certificate: another organisation issued it elsewhere.
    FOREIGN = "foreign", _("Not issued by this platform")
    UNKNOWN_ISSUER = "unknown_issuer", _("The issuer is not known here")
    # Translators: the result of checking a certificate: genuine, but something is missing.
    UNDECIDED = "undecided", _("Genuine, but not known whether it still counts")


class Reason(TextChoices):
    # Translators, of each below: why a certificate was not accepted.
    SHAPE = "shape", _("It is not built as this issuer builds certificates.")
    PROOF = "proof", _("The signature does not belong to this text: something was changed.")
    # Translators: of a certificate that was issued elsewhere.
    SIGNED = "signed", _("Its signature is valid: nothing was changed since its issuer signed it.")
    # Translators: of a certificate that was issued elsewhere.
    UNCHECKED = "unchecked", _("We cannot check its signature. Ask its issuer.")
    # Translators: of a certificate that was issued elsewhere.
    OUTSIDE_DATES = "outside_dates", _("By its own dates it does not count now.")
    # Translators: of a certificate that was issued elsewhere.
    REVOCATION_UNKNOWN = (
        "revocation_unknown",
        _("We do not know whether its issuer has revoked it."),
    )
    ISSUER = "issuer", _("No keys of this issuer are known here.")
    KEY = "key", _("It names a key that the issuer does not publish.")
    # Translators: why a certificate was not accepted: its key may have been stolen.
    KEY_DISTRUSTED = "key_distrusted", _("Its key is no longer trusted. Ask for a new certificate.")
    KEY_DATES = "key_dates", _("It says it was signed when its key was not in use.")
    # Translators: why it cannot be said yet whether a certificate counts.
    TOO_EARLY = "too_early", _("Its date lies in the future.")
    # Translators: why it cannot be said yet whether a certificate counts.
    LIST_MISSING = "list_missing", _("Its list of revoked certificates was not given.")
    # Translators: why it cannot be said yet whether a certificate counts.
    LIST_WRONG = "list_wrong", _("The list of revoked certificates is not the issuer's.")
    # Translators: why it cannot be said yet whether a certificate counts.
    LIST_OLD = "list_old", _("The list of revoked certificates is too old. Fetch it again.")
    SET = "set", _("The issuer's list says so.")


SKEW = timedelta(minutes=5)  # between two clocks
CREDENTIAL, OLDER = "VerifiableCredential", "Assertion"
MOST_LETTERS = 200  # of what a stranger's badge says of its issuer
ELSEWHERE = {
    badges.OwnKey.HOLDS: (Reason.SIGNED, Reason.REVOCATION_UNKNOWN),
    badges.OwnKey.HOLDS_OUTSIDE_DATES: (Reason.SIGNED, Reason.OUTSIDE_DATES),
    badges.OwnKey.UNCHECKED: (Reason.UNCHECKED,),
}


@dataclass(frozen=True, slots=True)
class VerifiedContent:
    """The content of a certificate whose proof holds."""

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
class Foreign:
    """The issuer that a badge from elsewhere names. The name is the badge's own claim."""

    name: str
    id: str


@dataclass(frozen=True, slots=True)
class Verdict:
    state: State
    reasons: tuple[Reason, ...] = ()
    content: VerifiedContent | None = None
    foreign: Foreign | None = None


class _Refused(Exception):
    def __init__(self, state: State, reason: Reason) -> None:
        super().__init__(reason)
        self.state, self.reason = state, reason


def verify(
    document: Mapping[str, Any],
    lists: Iterable[Mapping[str, Any]],
    keys: Collection[badges.IssuerKey],
    *,
    at: datetime,
    is_here: Callable[[str], bool] = lambda _name: False,
) -> Verdict:
    """Return whether a certificate counts at a moment, with reasons. `lists` and `keys`, which the
    caller trusts, may be of any issuer. `is_here`: whether a name is one of this platform, also
    without a key. Errors: ContextChanged, when this installation can verify nothing."""
    issuer = issuer_of(document)
    is_known = is_here(issuer) or any(key.controller == issuer for key in keys)
    if not is_known and _is_badge(document):
        return _elsewhere(document)
    try:
        credential, proof = _genuine(Credential, document, keys)
    except _Refused as refused:
        return Verdict(refused.state, (refused.reason,))
    content = _content_of(credential, proof)
    if max(content.issued, content.signed) > at + SKEW:
        return Verdict(State.UNDECIDED, (Reason.TOO_EARLY,), content)
    reason = _look_up(credential, list(lists), keys, at)
    if reason is None:
        return Verdict(State.VALID, (), content)
    state = State.REVOKED if reason is Reason.SET else State.UNDECIDED
    return Verdict(state, (reason,), content)


def issuer_of(document: Mapping[str, Any]) -> str:
    """Return the issuer's name, by which to find its keys; "" without one."""
    issuer = document.get("issuer")
    name = issuer.get("id") if isinstance(issuer, Mapping) else issuer
    return name if isinstance(name, str) else ""


def is_genuine(document: Mapping[str, Any], keys: Collection[badges.IssuerKey]) -> bool:
    """Return whether one of these keys signed a certificate for its own issuer. A key that was
    retired or distrusted since counts: it says what stood in the certificate.
    Errors: ContextChanged."""
    try:
        _signed(Credential, document, keys)
    except _Refused:
        return False
    return True


def _is_badge(document: Mapping[str, Any]) -> bool:
    """Return whether a document is a signed credential that names an issuer, or an older badge.
    Badges of version 2 have no proof: whether they count is asked at their issuer's address."""
    kinds = document.get("type")
    listed = [kinds] if isinstance(kinds, str) else kinds or ()
    named = {kind for kind in listed if isinstance(kind, str)}
    if OLDER in named:
        return ":" in str(document.get("id", ""))
    is_signed = isinstance(document.get("proof"), Mapping | list) and bool(document["proof"])
    return CREDENTIAL in named and ":" in issuer_of(document) and is_signed


def _elsewhere(document: Mapping[str, Any]) -> Verdict:
    """Return the verdict on a badge of another issuer, without a network request."""
    own_key = badges.check_by_own_key(document)
    if own_key is badges.OwnKey.WRONG:
        return Verdict(State.ALTERED, (Reason.PROOF,))
    return Verdict(State.FOREIGN, ELSEWHERE[own_key], foreign=_foreign(document))


def _foreign(document: Mapping[str, Any]) -> Foreign:
    issuer = document.get("issuer")
    name = issuer.get("name") if isinstance(issuer, Mapping) else None
    address = issuer_of(document) or str(document.get("id", ""))
    return Foreign(_line(name) or _line(address), _line(address))


def _line(text: object) -> str:
    shown = text if isinstance(text, str) else ""
    return one_line(shown)[:MOST_LETTERS]


def _genuine[S: (Credential, StatusList)](
    shape: type[S], document: Mapping[str, Any], keys: Collection[badges.IssuerKey]
) -> tuple[S, Proof]:
    """Return a document that one of these keys signed for its own issuer, while it counted."""
    signed, proof, key = _signed(shape, document, keys)
    created = datetime.fromisoformat(proof.created)
    if key.distrusted is not None:
        raise _Refused(State.UNKNOWN_ISSUER, Reason.KEY_DISTRUSTED)
    if not key.created - SKEW <= created <= (key.retired or created) + SKEW:
        raise _Refused(State.UNKNOWN_ISSUER, Reason.KEY_DATES)
    return signed, proof


def _signed[S: (Credential, StatusList)](
    shape: type[S], document: Mapping[str, Any], keys: Collection[badges.IssuerKey]
) -> tuple[S, Proof, badges.IssuerKey]:
    """Return a document that one of these keys signed for its own issuer, its proof and the key."""
    try:
        signed = read(shape, document)
    except ValueError:
        raise _Refused(State.ALTERED, Reason.SHAPE) from None
    proof = signed.proof
    if proof is None:
        raise _Refused(State.ALTERED, Reason.PROOF)
    issuer = signed.issuer if isinstance(signed.issuer, str) else signed.issuer.id
    key = _key_of(issuer, proof, keys)
    try:
        badges.must_verify(document, key.public)
    except errors.Damaged:
        raise _Refused(State.ALTERED, Reason.PROOF) from None
    return signed, proof, key


def _key_of(issuer: str, proof: Proof, keys: Collection[badges.IssuerKey]) -> badges.IssuerKey:
    own = [key for key in keys if key.controller == issuer]
    if not own:
        raise _Refused(State.UNKNOWN_ISSUER, Reason.ISSUER)
    named = [key for key in own if key.address == proof.verification_method]
    if not named:
        raise _Refused(State.UNKNOWN_ISSUER, Reason.KEY)
    return named[0]


def _look_up(
    credential: Credential,
    lists: list[Mapping[str, Any]],
    keys: Collection[badges.IssuerKey],
    at: datetime,
) -> Reason | None:
    """Return SET, or why the list does not say that the bit is clear; None when it is. A set bit
    counts however old its list: none is unset."""
    (entry,), issuer = credential.credential_status, credential.issuer.id
    candidates = [each for each in lists if each.get("id") == entry.status_list_credential]
    read_lists = [each for each in (_list(entry, issuer, one, keys) for one in candidates) if each]
    if not read_lists:
        return Reason.LIST_WRONG if candidates else Reason.LIST_MISSING
    if any(bit for bit, _until in read_lists):
        return Reason.SET
    newest = max(until for _bit, until in read_lists)
    return Reason.LIST_OLD if newest < at - SKEW else None


def _list(
    entry: Status, issuer: str, document: Mapping[str, Any], keys: Collection[badges.IssuerKey]
) -> tuple[bool, datetime] | None:
    """Return the bit of an entry and its expiry; None for a list of another issuer."""
    try:
        status_list, _proof = _genuine(StatusList, document, keys)
        bits = status_lists.decode(status_list.credential_subject.encoded_list)
        bit = status_lists.is_set(bits, int(entry.status_list_index))
        until = datetime.fromisoformat(status_list.valid_until)
    except (_Refused, ValueError):
        return None
    return (bit, until) if status_list.issuer == issuer else None


def _content_of(credential: Credential, proof: Proof) -> VerifiedContent:
    subject = credential.credential_subject
    return VerifiedContent(
        id=credential.id.removeprefix("urn:uuid:"),
        title=subject.achievement.name,
        short_title=credential.name,
        minutes=int(subject.result[0].value),
        day=datetime.fromisoformat(subject.activity_end_date).date(),
        issuer=credential.issuer.name,
        controller=credential.issuer.id,
        issued=datetime.fromisoformat(credential.valid_from),
        signed=datetime.fromisoformat(proof.created),
        key=proof.verification_method.partition("#")[2],
        name=subject.identifier[0].identity_hash if subject.identifier else None,
    )
