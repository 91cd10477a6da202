import hmac
import http.server
import threading
from contextlib import suppress
from copy import deepcopy
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, strategies as st
from openbadgeslib.ob3 import contexts, did_key_from_pem
from openbadgeslib.ob3.contexts import UnknownContextError, document_loader

from protect.vault.formats import badges
from protect.vault.formats.badges import CREDENTIALS_CONTEXT, IssuerKey
from protect.vault.formats.credentials import peppers
from protect.vault.formats.errors import ContextChanged, Forged, Malformed, NotCanonical
from protect.vault.formats.secrets import Pepper, SigningSeed
from tests.vault.formats.given import flip

AT = datetime(2026, 11, 20, 12, 0, 30, 999, tzinfo=UTC)
SEED = SigningSeed(bytes(range(32)))
PUBLIC = badges.public_key_of(SEED)
KEY = IssuerKey("did:web:demo.example:issuers:1", PUBLIC, AT)
DOCUMENT = {
    "@context": [CREDENTIALS_CONTEXT],
    "id": "https://demo.example/status/1",
    "type": ["VerifiableCredential"],
    "issuer": KEY.controller,
    "validFrom": "2026-11-20T12:00:00Z",
    "credentialSubject": {"id": "urn:uuid:0b1a2a8e-2f0b-4f5e-8a55-0e6f1b9a7c11"},
}
SIGNED = badges.sign(DOCUMENT, SEED, KEY.address, at=AT)


def test_a_key_is_spelled_as_the_library_spells_it():
    # RFC 8032, 7.1, test 1
    raw = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    key = Ed25519PublicKey.from_public_bytes(raw)
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    assert badges.encode_public_key(raw) == did_key_from_pem(pem).removeprefix("did:key:")
    assert badges.decode_public_key(badges.encode_public_key(raw)) == raw


@given(st.binary(min_size=32, max_size=32))
def test_every_key_is_read_as_it_was_spelled(raw):
    assert badges.decode_public_key(badges.encode_public_key(raw)) == raw


@given(st.text(max_size=60) | st.text("z6Mk" + badges.BASE58_ALPHABET, max_size=60))
def test_a_text_that_is_no_key_is_refused_and_nothing_else_happens(text):
    with suppress(Malformed):
        assert badges.encode_public_key(badges.decode_public_key(text)) == text


@pytest.mark.parametrize(
    "text", ["", "z", PUBLIC[1:], f"1{PUBLIC}", f"{PUBLIC}1", f"z1{PUBLIC[1:]}", PUBLIC[:-1] + "0"]
)
def test_another_spelling_of_a_key_is_none(text):
    with pytest.raises(
        Malformed, match=r"^not (base58|an Ed25519 key in multibase)$|^a public key of"
    ):
        badges.decode_public_key(text)


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_key_of_another_size_is_none(size):
    with pytest.raises(Malformed, match=r"^a public key of another size$"):
        badges.encode_public_key(bytes(size))


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://demo.example", "did:web:demo.example"),
        ("https://demo.example/issuers/1/", "did:web:demo.example:issuers:1"),
        ("http://127.0.0.1:8000/issuers/1", "did:web:127.0.0.1%3A8000:issuers:1"),
        ("https://demo.example/a b:c", "did:web:demo.example:a%20b%3Ac"),
    ],
)
def test_an_address_has_one_name(address, name):
    assert badges.did_web(address) == name


@pytest.mark.parametrize("address", ["", "/issuers/1", "https://", "https://a@demo.example/"])
def test_what_is_no_address_has_no_name(address):
    with pytest.raises(ValueError, match=r"^not a URL with a host$"):
        badges.did_web(address)


def test_a_proof_names_key_purpose_and_second():
    assert SIGNED["proof"] == SIGNED["proof"] | {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": "2026-11-20T12:00:30Z",
        "verificationMethod": KEY.address,
        "proofPurpose": "assertionMethod",
    }
    assert "proof" not in DOCUMENT
    assert badges.sign(DOCUMENT, SEED, KEY.address, at=AT) == SIGNED


def test_what_was_signed_is_verified_with_the_public_half():
    badges.must_verify(SIGNED, PUBLIC)
    with pytest.raises(Forged, match=r"^the proof does not verify$"):
        badges.must_verify(SIGNED, badges.public_key_of(SigningSeed.generate()))
    with pytest.raises(Malformed):
        badges.must_verify(SIGNED, "z6Mk")


@pytest.mark.parametrize("bit", [0, 7, 255, 256, 511])
def test_a_signature_with_one_bit_turned_is_refused(bit):
    number = 0
    for letter in SIGNED["proof"]["proofValue"][1:]:
        number = number * 58 + badges.BASE58_ALPHABET.index(letter)
    number = int.from_bytes(flip(number.to_bytes(64), bit))
    letters = ""
    while number:
        number, digit = divmod(number, 58)
        letters = badges.BASE58_ALPHABET[digit] + letters
    spoilt = deepcopy(SIGNED)
    spoilt["proof"]["proofValue"] = f"z{letters}"

    with pytest.raises(Forged):
        badges.must_verify(spoilt, PUBLIC)


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("type", "Ed25519Signature2020"),
        ("cryptosuite", "eddsa-jcs-2022"),
        ("created", "2026-11-20T12:00:31Z"),
        ("verificationMethod", f"{KEY.controller}#other"),
        ("proofPurpose", "authentication"),
        ("proofValue", "z"),
        ("proofValue", ""),
        ("proofValue", None),
        ("expires", "2020-01-01T00:00:00Z"),
    ],
)
def test_a_proof_that_says_something_else_is_refused(member, value):
    spoilt = deepcopy(SIGNED)
    spoilt["proof"][member] = value

    with pytest.raises(Forged):
        badges.must_verify(spoilt, PUBLIC)


@pytest.mark.parametrize("proof", [None, [], {}, "z", [SIGNED["proof"], SIGNED["proof"]]])
def test_none_two_and_strange_proofs_are_refused(proof):
    with pytest.raises(Forged):
        badges.must_verify(SIGNED | {"proof": proof}, PUBLIC)


def test_the_key_that_seeds_are_sealed_with_is_of_its_own():
    pepper = Pepper(b"p" * 32)
    # RFC 5869 by hand: extract without salt, expand to one block
    kept = hmac.digest(
        hmac.digest(bytes(32), b"p" * 32, "sha256"), b"protect badge 1\x01", "sha256"
    )

    assert peppers.badge_key(pepper) == kept
    assert peppers.badge_key(pepper) != peppers.second_factor_key(pepper)


def test_a_document_is_not_signed_twice():
    with pytest.raises(NotCanonical, match=r"^a document that cannot be signed$"):
        badges.sign(SIGNED, SEED, KEY.address, at=AT)


def test_contexts_of_credentials_and_badges_are_pinned():
    assert badges.CONTEXT_HASHES.keys() == {CREDENTIALS_CONTEXT, badges.OPEN_BADGES_CONTEXT}


def test_a_key_is_in_use_until_somebody_says_otherwise():
    assert (KEY.retired, KEY.distrusted) == (None, None)


@pytest.mark.parametrize("url", badges.CONTEXT_HASHES)
def test_each_context_is_the_one_that_old_certificates_were_signed_under(url):
    assert "@context" in badges.load_pinned_context(url)


def test_a_library_with_another_context_signs_and_verifies_nothing(monkeypatch):
    badges.load_pinned_context.cache_clear()
    monkeypatch.setattr(contexts, "load_context", lambda url: {"@context": {}})

    with pytest.raises(ContextChanged, match=r"^another context than the pinned one$"):
        badges.sign(DOCUMENT, SEED, KEY.address, at=AT)
    with pytest.raises(ContextChanged, match=r"^another context than the pinned one$"):
        badges.must_verify(SIGNED, PUBLIC)
    monkeypatch.undo()
    badges.must_verify(SIGNED, PUBLIC)


class Asked(http.server.BaseHTTPRequestHandler):
    """Would gladly give a context, and notes who asked."""

    asked: list[str] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"@context": {}}')


@pytest.fixture
def context_server():
    Asked.asked.clear()
    with http.server.HTTPServer(("127.0.0.1", 0), Asked) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/context"
        server.shutdown()
        thread.join()


def test_a_context_of_somebody_is_never_fetched(context_server):
    strange = DOCUMENT | {"@context": [CREDENTIALS_CONTEXT, context_server]}

    with pytest.raises(Malformed, match=r"^a context that is not pinned$"):
        badges.sign(strange, SEED, KEY.address, at=AT)
    with pytest.raises(Malformed, match=r"^a context that is not pinned$"):
        badges.must_verify(SIGNED | {"@context": [CREDENTIALS_CONTEXT, context_server]}, PUBLIC)
    with pytest.raises(Malformed, match=r"^a context that is not pinned$"):
        badges.load_pinned_context(context_server)
    with pytest.raises(UnknownContextError):
        document_loader()(context_server, {})
    assert Asked.asked == []


@pytest.mark.parametrize(
    "named", [None, {}, CREDENTIALS_CONTEXT, [CREDENTIALS_CONTEXT, {"id": "@id"}], [1]]
)
def test_contexts_are_a_list_of_pinned_addresses(named):
    with pytest.raises(Malformed):
        badges.must_verify(SIGNED | {"@context": named}, PUBLIC)
