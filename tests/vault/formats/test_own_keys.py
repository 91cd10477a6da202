"""What the key in an issuer's own name says of a credential from elsewhere."""

import json
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest
from openbadgeslib.ob3 import OB3GuardUnavailable, OB3LdpVerifier, ldp

from protect.vault.formats import badges
from protect.vault.formats.badges import DidKeyResult, check_with_did_key
from protect.vault.formats.secrets import SigningSeed

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
PAST, FUTURE = "2026-02-03T04:05:06Z", "2999-02-03T04:05:06Z"
SEED = SigningSeed(bytes(range(32)))
NAME = f"did:key:{badges.public_key_of(SEED)}"
ELSEWHERE = "did:web:elsewhere.demo.example"
MOST = 16_384  # characters
BADGE: dict[str, Any] = {
    "@context": [badges.CREDENTIALS_CONTEXT, badges.OPEN_BADGES_CONTEXT],
    "id": "urn:uuid:0f3f6a1c-2b11-4d0e-9b62-7d9f1c527a3e",
    "type": ["VerifiableCredential", "AchievementCredential"],
    "issuer": {"id": NAME, "type": ["Profile"], "name": "Demo school elsewhere"},
    "validFrom": "2026-01-02T03:04:05Z",
    "credentialSubject": {
        "id": "urn:uuid:6a3f2f9c-6a4b-4d2c-9c53-0d2a3e0e1e12",
        "type": ["AchievementSubject"],
        "achievement": {
            "id": "https://elsewhere.demo.example/first-aid",
            "type": ["Achievement"],
            "name": "Demo first aid",
            "description": "Demo",
            "criteria": {"narrative": "Demo"},
        },
    },
}


def signed(said: dict[str, Any], name: str = NAME) -> dict[str, Any]:
    return badges.sign(BADGE | said, SEED, f"{name}#{badges.public_key_of(SEED)}", at=AT)


GENUINE = signed({})


def of_size(size: int) -> dict[str, Any]:
    """Return a signed badge of so many characters."""
    fill = "x" * (size - len(json.dumps(signed({"name": ""}))))
    document = signed({"name": fill})
    assert len(json.dumps(document)) == size
    return document


@pytest.mark.parametrize("issuer", [BADGE["issuer"], NAME])
def test_what_the_key_in_the_name_signed_holds(issuer):
    assert check_with_did_key(signed({"issuer": issuer})) is DidKeyResult.HOLDS


def test_what_the_key_in_the_name_did_not_sign_is_wrong():
    altered = deepcopy(GENUINE)
    altered["credentialSubject"]["achievement"]["name"] = "Demo other words"

    assert check_with_did_key(altered) is DidKeyResult.WRONG


@pytest.mark.parametrize("dates", [{"validUntil": PAST}, {"validFrom": FUTURE}])
def test_dates_are_told_apart_from_a_wrong_signature(dates):
    assert check_with_did_key(signed(dates)) is DidKeyResult.HOLDS_OUTSIDE_DATES
    assert check_with_did_key(GENUINE | dates) is DidKeyResult.WRONG


def test_sixteen_thousand_characters_are_judged_and_no_more():
    assert check_with_did_key(of_size(MOST)) is DidKeyResult.HOLDS
    assert check_with_did_key(of_size(MOST + 1)) is DidKeyResult.UNCHECKED


@pytest.mark.parametrize(
    "issuer", [None, {}, [], [NAME], {"id": None}, {"id": [NAME]}, "", NAME[4:]]
)
def test_without_a_name_that_is_a_key_nothing_is_judged(issuer):
    assert check_with_did_key(GENUINE | {"issuer": issuer}) is DidKeyResult.UNCHECKED


def test_without_an_issuer_nothing_is_judged():
    nobody = {member: value for member, value in GENUINE.items() if member != "issuer"}

    assert check_with_did_key(nobody) is DidKeyResult.UNCHECKED


@pytest.mark.parametrize(
    "proof",
    [
        None,
        [],
        "z",
        {},
        [GENUINE["proof"]],
        [GENUINE["proof"], GENUINE["proof"]],
        GENUINE["proof"] | {"cryptosuite": "ecdsa-rdfc-2019"},
        GENUINE["proof"] | {"proofPurpose": "authentication"},
    ],
)
def test_only_one_proof_of_the_suite_is_judged(proof):
    assert check_with_did_key(GENUINE | {"proof": proof}) is DidKeyResult.UNCHECKED


def test_a_key_that_the_proof_brings_along_says_nothing():
    other = f"did:key:{badges.public_key_of(SigningSeed(bytes(32)))}"

    assert check_with_did_key(signed({"issuer": other})) is DidKeyResult.UNCHECKED
    assert check_with_did_key(signed({}, name=ELSEWHERE)) is DidKeyResult.UNCHECKED


def test_an_issuer_whose_key_would_have_to_be_fetched_is_not_judged(monkeypatch):
    asked = fetches(monkeypatch)

    assert (
        check_with_did_key(signed({"issuer": ELSEWHERE}, name=ELSEWHERE)) is DidKeyResult.UNCHECKED
    )
    assert asked == []


def test_a_library_that_would_fetch_the_key_of_a_name_is_not_let(monkeypatch):
    asked = fetches(monkeypatch)

    assert check_with_did_key(GENUINE) is DidKeyResult.UNCHECKED
    assert asked == []


def fetches(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let the library ask for every key, as it does for names of hosts. Returns what it asked."""
    asked: list[str] = []

    def resolve(method: str, download: Any = None) -> bytes:
        return (download or fetch)(method)

    def fetch(url: str) -> bytes:
        asked.append(url)
        return b""

    monkeypatch.setattr(ldp, "resolve_verification_method", resolve)
    return asked


def test_where_the_guard_of_the_library_is_not_there_nothing_is_judged(monkeypatch):
    def refuse(*_given: object, **_more: object) -> None:
        raise OB3GuardUnavailable(badges.SIGNATURE_MISMATCH)

    monkeypatch.setattr(OB3LdpVerifier, "verify", refuse)

    assert check_with_did_key(GENUINE) is DidKeyResult.UNCHECKED
