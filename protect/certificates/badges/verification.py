"""Verification of a certificate by its document, status lists, keys and an instant. The order of
the checks keeps a forger from choosing the answer: first whether the issuer belongs to this
platform, then shape, owner of the key, proof, and last what the document claims. A badge of another
issuer can have another shape: it is checked by the key in the issuer's name, or not at all."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from protect.certificates.badges import status_lists
from protect.certificates.badges.shapes import Credential, Proof, Status, StatusList, read_document
from protect.kernel.text import one_line
from protect.vault.formats import badges, errors


class State(TextChoices):
    """The result of a verification. Only VALID means that the certificate can be relied on."""

    # Translators, of each below: the result of checking a certificate.
    VALID = "valid", _("Valid")
    REVOKED = "revoked", _("Revoked")  # the issuer took it back
    # Translators: the result of checking a certificate: the issuer made another one instead.
    REPLACED = "replaced", _("Replaced by another certificate")
    ALTERED = "altered", _("Altered, or never signed")  # it is not what was signed
    # Translators: the result of checking a certificate: another organisation issued it elsewhere.
    FOREIGN = "foreign", _("Not issued by this platform")
    UNKNOWN_ISSUER = "unknown_issuer", _("Unknown issuer")
    # Translators: the result of checking a certificate: genuine, but something is missing.
    UNDECIDED = "undecided", _("Genuine, but not known whether it is still valid")


class Reason(TextChoices):
    # Translators, of each below: why a certificate was not accepted.
    """A reason for the result of a verification."""

    SHAPE = "shape", _("It does not have the form of this issuer's certificates.")
    PROOF = "proof", _("It has no valid signature: it was changed, or never signed.")
    # Translators: of a certificate that was issued elsewhere.
    SIGNED = "signed", _("Its signature is valid: nothing was changed since its issuer signed it.")
    # Translators: of a certificate that was issued elsewhere.
    UNCHECKED = "unchecked", _("We cannot check its signature. Ask its issuer.")
    # Translators: of a certificate that was issued elsewhere.
    OUTSIDE_DATES = "outside_dates", _("According to the dates in it, it is not valid now.")
    # Translators: of a certificate that was issued elsewhere.
    REVOCATION_UNKNOWN = (
        "revocation_unknown",
        _("We do not know whether its issuer has revoked it."),
    )
    ISSUER = "issuer", _("No keys of this issuer are known here.")
    KEY = "key", _("It names a key that the issuer does not publish.")
    # Translators: why a certificate was not accepted: its key may have been stolen.
    KEY_DISTRUSTED = "key_distrusted", _("Its key is no longer trusted. Ask for a new certificate.")
    KEY_DATES = "key_dates", _("According to its date, it was signed when its key was not in use.")
    TOO_EARLY = "too_early", _("Its date lies in the future.")  # For translators: of a certificate
    # Translators: why it cannot be said yet whether a certificate counts.
    LIST_MISSING = "list_missing", _("Its list of revoked certificates was not provided.")
    # Translators: why it cannot be said yet whether a certificate counts.
    LIST_WRONG = "list_wrong", _("The list of revoked certificates is not the issuer's.")
    # Translators: why it cannot be said yet whether a certificate counts.
    LIST_OLD = (
        "list_old",
        _(
            "The issuer's list of revoked certificates is out of date. Ask the issuer whether "
            "the certificate is still valid."
        ),
    )
    REVOKED = "set", _("The issuer's list of revoked certificates contains it.")


type Document = Mapping[str, Any]

CLOCK_SKEW = timedelta(minutes=5)  # accepted between two clocks
CREDENTIAL_TYPE, OLDER_BADGE_TYPE = "VerifiableCredential", "Assertion"
MAX_NAME_LETTERS = 200  # most characters shown of a foreign issuer's name
FOREIGN_REASONS = {
    badges.DidKeyResult.HOLDS: (Reason.SIGNED, Reason.REVOCATION_UNKNOWN),
    badges.DidKeyResult.HOLDS_OUTSIDE_DATES: (Reason.SIGNED, Reason.OUTSIDE_DATES),
    badges.DidKeyResult.UNCHECKED: (Reason.UNCHECKED,),
}


@dataclass(frozen=True, slots=True)
class VerifiedContent:
    """The content of a certificate with a valid proof."""

    id: str
    title: str
    short_title: str
    minutes: int
    day: date
    issuer: str
    controller: str
    issued: datetime
    signed: datetime
    key: str  # public, in multibase
    name: str | None  # of the holder; None: the document states none


@dataclass(frozen=True, slots=True)
class ForeignIssuer:
    """The issuer that a foreign badge names. The name is only the badge's own claim."""

    name: str
    id: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of a verification, its reasons and the proven content."""

    state: State
    reasons: tuple[Reason, ...] = ()
    content: VerifiedContent | None = None
    foreign: ForeignIssuer | None = None


class _VerificationFailed(Exception):
    def __init__(self, state: State, reason: Reason) -> None:
        super().__init__(reason)
        self.state, self.reason = state, reason


def verify(
    document: Mapping[str, Any],
    lists: Iterable[Mapping[str, Any]],
    keys: Collection[badges.IssuerKey],
    *,
    at: datetime,
    is_local_issuer: Callable[[str], bool] = lambda _name: False,
) -> Verdict:
    """Return whether a certificate is valid at an instant, and why. `lists` and `keys` may be
    of any issuer; the caller trusts only the keys. `is_local_issuer`: whether a name is of this
    platform, even if no key is known. Errors: ContextChanged, for altered JSON-LD contexts."""
    issuer = issuer_of(document)
    is_known = is_local_issuer(issuer) or any(key.controller == issuer for key in keys)
    if not is_known and _is_badge(document):
        return _foreign_verdict(document)
    try:
        credential, proof = _read_trusted(Credential, document, keys)
    except _VerificationFailed as refused:
        return Verdict(refused.state, (refused.reason,))
    content = _content_of_verified(credential, proof)
    if max(content.issued, content.signed) > at + CLOCK_SKEW:
        return Verdict(State.UNDECIDED, (Reason.TOO_EARLY,), content)
    reason = _find_revocation_reason(credential, list(lists), keys, at)
    if reason is None:
        return Verdict(State.VALID, (), content)
    return Verdict(
        State.REVOKED if reason is Reason.REVOKED else State.UNDECIDED, (reason,), content
    )


def issuer_of(document: Mapping[str, Any]) -> str:
    """Return the id of a document's issuer, such as a `did:web` name; "" if it names none."""
    issuer = document.get("issuer")
    name = issuer.get("id") if isinstance(issuer, Mapping) else issuer
    return name if isinstance(name, str) else ""


def is_genuine(document: Mapping[str, Any], keys: Collection[badges.IssuerKey]) -> bool:
    """Return whether one of these keys signed a certificate for its own issuer. Retired and
    distrusted keys count, because they still prove what it said. Errors: ContextChanged."""
    try:
        _read_signed(Credential, document, keys)
    except _VerificationFailed:
        return False
    return True


def _is_badge(document: Mapping[str, Any]) -> bool:
    """Return whether a document is a signed credential that names an issuer, or an older badge.
    Badges of version 2 have no proof: their issuer's address tells whether they are valid."""
    kinds = document.get("type")
    type_list = [kinds] if isinstance(kinds, str) else kinds or ()
    type_names = {kind for kind in type_list if isinstance(kind, str)}
    if OLDER_BADGE_TYPE in type_names:
        return ":" in str(document.get("id", ""))
    is_signed = isinstance(document.get("proof"), Mapping | list) and bool(document["proof"])
    return CREDENTIAL_TYPE in type_names and ":" in issuer_of(document) and is_signed


def _foreign_verdict(document: Mapping[str, Any]) -> Verdict:
    """Return the verdict on a badge of another issuer, without a network request."""
    own_key = badges.check_with_did_key(document)
    if own_key is badges.DidKeyResult.WRONG:
        return Verdict(State.ALTERED, (Reason.PROOF,))
    return Verdict(State.FOREIGN, FOREIGN_REASONS[own_key], foreign=_foreign_issuer(document))


def _foreign_issuer(document: Mapping[str, Any]) -> ForeignIssuer:
    issuer = document.get("issuer")
    name = issuer.get("name") if isinstance(issuer, Mapping) else None
    address = issuer_of(document) or str(document.get("id", ""))
    return ForeignIssuer(_to_short_line(name) or _to_short_line(address), _to_short_line(address))


def _to_short_line(text: object) -> str:
    return one_line(text)[:MAX_NAME_LETTERS] if isinstance(text, str) else ""


def _read_trusted[S: (Credential, StatusList)](
    shape: type[S], document: Mapping[str, Any], keys: Collection[badges.IssuerKey]
) -> tuple[S, Proof]:
    """Return a document and its proof, if its issuer's key is trusted and was in use then."""
    signed, proof, key = _read_signed(shape, document, keys)
    created = datetime.fromisoformat(proof.created)
    if key.distrusted is not None:
        raise _VerificationFailed(State.UNKNOWN_ISSUER, Reason.KEY_DISTRUSTED)
    if not key.created - CLOCK_SKEW <= created <= (key.retired or created) + CLOCK_SKEW:
        raise _VerificationFailed(State.UNKNOWN_ISSUER, Reason.KEY_DATES)
    return signed, proof


def _read_signed[S: (Credential, StatusList)](
    shape: type[S], document: Mapping[str, Any], keys: Collection[badges.IssuerKey]
) -> tuple[S, Proof, badges.IssuerKey]:
    """Return a document, its proof and the key of its own issuer that signed it."""
    try:
        signed = read_document(shape, document)
    except ValueError:
        raise _VerificationFailed(State.ALTERED, Reason.SHAPE) from None
    proof = signed.proof
    if proof is None:
        raise _VerificationFailed(State.ALTERED, Reason.PROOF)
    issuer = signed.issuer if isinstance(signed.issuer, str) else signed.issuer.id
    key = _find_key(issuer, proof, keys)
    try:
        badges.must_verify(document, key.public)
    except errors.Damaged:
        raise _VerificationFailed(State.ALTERED, Reason.PROOF) from None
    return signed, proof, key


def _find_key(issuer: str, proof: Proof, keys: Collection[badges.IssuerKey]) -> badges.IssuerKey:
    issuer_keys = [key for key in keys if key.controller == issuer]
    for key in issuer_keys:
        if key.address == proof.verification_method:
            return key
    raise _VerificationFailed(State.UNKNOWN_ISSUER, Reason.KEY if issuer_keys else Reason.ISSUER)


def _find_revocation_reason(
    credential: Credential, lists: list[Document], keys: Collection[badges.IssuerKey], at: datetime
) -> Reason | None:
    """Return Reason.REVOKED if the certificate is revoked, another Reason if no current list
    tells, and None if it is not. A set bit counts however old its list is, because bits are never
    cleared."""
    (entry,), issuer = credential.credential_status, credential.issuer.id
    candidates = [row for row in lists if row.get("id") == entry.status_list_credential]
    read = [_read_status_entry(entry, issuer, document, keys) for document in candidates]
    entries = [*filter(None, read)]
    if not entries:
        return Reason.LIST_WRONG if candidates else Reason.LIST_MISSING
    if any(bit for bit, _until in entries):
        return Reason.REVOKED
    newest = max(until for _bit, until in entries)
    return Reason.LIST_OLD if newest < at - CLOCK_SKEW else None


def _read_status_entry(
    entry: Status, issuer: str, document: Mapping[str, Any], keys: Collection[badges.IssuerKey]
) -> tuple[bool, datetime] | None:
    """Return an entry's bit and its list's expiry; None if the issuer did not sign that list."""
    try:
        status_list, _proof = _read_trusted(StatusList, document, keys)
        bits = status_lists.decode_list(status_list.credential_subject.encoded_list)
        bit = status_lists.is_set(bits, int(entry.status_list_index))
        valid_until = datetime.fromisoformat(status_list.valid_until)
    except (_VerificationFailed, ValueError):
        return None
    return (bit, valid_until) if status_list.issuer == issuer else None


def _content_of_verified(credential: Credential, proof: Proof) -> VerifiedContent:
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
