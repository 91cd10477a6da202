"""People who sign in, and the authenticators in their pockets."""

import base64
import hashlib
import hmac
import json
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from protect.notices.models import Outgoing
from protect.orgs.actions import Browser
from protect.orgs.enums import MembershipState, OrganisationKind, OrganisationState, TeamState
from protect.orgs.models import Membership, Organisation, Team, User
from protect.vault.formats.credentials.codes import RecoveryCode
from protect.vault.sessions import authentication
from protect.vault.sessions.browser_sessions import BrowserSession
from protect.vault.sign_in import enrolment, second_factors
from protect.vault.sign_in.passkeys import Answer

AT = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
EARLIER = AT - timedelta(hours=1)
PASSWORD = "orchard lantern pebble window thistle"
OTHER = "marble candle river pencil harbour"
BROWSER = Browser("192.0.2.7")
ORIGIN, SITE = "https://desk.demo.example", "desk.demo.example"


@dataclass
class Person:
    """Somebody with a complete account."""

    user: User
    code: RecoveryCode
    seed: bytes
    password: str = PASSWORD

    def totp(self, at: datetime) -> str:
        return totp(self.seed, at)


def totp(seed: bytes, at: datetime) -> str:
    return TOTP(seed, 6, SHA1(), 30).generate(int(at.timestamp())).decode()


def seed_of(offer: second_factors.TotpOffer) -> bytes:
    return base64.b32decode(parse_qs(urlsplit(offer.uri).query)["secret"][0])


def make_team(name: str = "Demo desk") -> Team:
    organisation = Organisation.objects.create(
        name=f"{name} office",
        kind=OrganisationKind.IOM_OFFICE,
        country="BE",
        zone="Europe/Brussels",
        state=OrganisationState.ACTIVE,
        created=EARLIER,
    )
    return Team.objects.create(
        organisation=organisation, name=name, state=TeamState.ACTIVE, created=EARLIER
    )


def join(user: User, team: Team, role: str = "caseworker", state=MembershipState.ENROLLED):
    return Membership.objects.create(
        user=user,
        organisation=team.organisation,
        team=team,
        role=role,
        state=state,
        created=EARLIER,
        admitted_at=EARLIER if state == MembershipState.ACTIVE else None,
    )


def begin(person: Person, at: datetime = AT, browser: Browser = BROWSER) -> BrowserSession:
    return authentication.begin(person.user.email, person.password, browser=browser, at=at)


def let_in(person: Person, at: datetime = AT) -> BrowserSession:
    """Sign somebody in with password and app."""
    return second_factors.pass_with_totp(begin(person, at), person.totp(at), browser=BROWSER, at=at)


def make_person(name: str, at: datetime = EARLIER) -> Person:
    """Make a complete account as its screens do, one step after the other."""
    user = User.objects.create_user(f"{name}@demo.example", name=f"Demo {name.title()}")
    given = enrolment.begin_keys(user, PASSWORD, "enrol", at=at)
    assert given.entry
    assert given.code
    entry = enrolment.confirm_code(given.entry, given.code.printed(), at=at)
    seed = seed_of(second_factors.offer_totp(entry, at=at))
    entry = second_factors.confirm_totp(entry, totp(seed, at), at=at)
    authentication.sign_out(entry, at=at)
    return Person(user, given.code, seed)


def mailed_token() -> str:
    """Return the secret of the one link that was mailed since this was last asked."""
    mail = Outgoing.objects.filter(template__in=["invitation", "password_reset"]).get()
    mail.delete()
    return mail.link.rsplit("/", 1)[1]


@dataclass
class SoftPasskey:
    """A passkey made of software: ES256, a counter, and PRF."""

    has_prf: bool = True
    is_verified: bool = True
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    credential: bytes = field(default_factory=lambda: os.urandom(16))
    secret: bytes = field(default_factory=lambda: os.urandom(32))
    count: int = 0
    origin: str = ORIGIN

    def create(self, options: str) -> Answer:
        """Answer navigator.credentials.create()."""
        asked = json.loads(options)
        told = {"fmt": "none", "attStmt": {}, "authData": self._data(with_key=True)}
        response = {
            "clientDataJSON": self._client("webauthn.create", asked["challenge"]),
            "attestationObject": cbor2.dumps(told),
        }
        return Answer(self._json(response), self._prf(asked["extensions"]["prf"]["eval"]))

    def get(self, options: str) -> Answer:
        """Answer navigator.credentials.get()."""
        asked = json.loads(options)
        client, data = self._client("webauthn.get", asked["challenge"]), self._data()
        signed = data + hashlib.sha256(client).digest()
        response = {
            "clientDataJSON": client,
            "authenticatorData": data,
            "signature": self.key.sign(signed, ec.ECDSA(hashes.SHA256())),
        }
        salts = asked["extensions"]["prf"]["evalByCredential"]
        return Answer(self._json(response), self._prf(salts.get(self._id(), {"first": ""})))

    def _id(self) -> str:
        return bytes_to_base64url(self.credential)

    def _prf(self, salt: dict[str, str]) -> str:
        if not self.has_prf:
            return ""
        made = hmac.digest(self.secret, base64url_to_bytes(salt["first"]), "sha256")
        return bytes_to_base64url(made)

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _data(self, *, with_key: bool = False) -> bytes:
        self.count += 1
        flags = 0x01 | (0x04 if self.is_verified else 0) | (0x40 if with_key else 0)
        head = hashlib.sha256(SITE.encode()).digest() + bytes([flags])
        data = head + self.count.to_bytes(4, "big")
        if with_key:
            size = len(self.credential).to_bytes(2, "big")
            data += bytes(16) + size + self.credential + self._cose()
        return data

    def _cose(self) -> bytes:
        point = self.key.public_key().public_numbers()
        x, y = point.x.to_bytes(32, "big"), point.y.to_bytes(32, "big")
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})

    def _json(self, response: dict[str, bytes]) -> str:
        texts = {name: bytes_to_base64url(value) for name, value in response.items()}
        return json.dumps(
            {"id": self._id(), "rawId": self._id(), "type": "public-key", "response": texts}
        )
