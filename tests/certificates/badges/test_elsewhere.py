"""Badges of other issuers: recognised, and checked if their issuer name contains the key."""

import json
import socket
import subprocess
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from protect.certificates.badges.verification import MAX_NAME_LETTERS, Reason, State, verify
from protect.vault.formats import badges
from protect.vault.formats.badges import MAX_FOREIGN_LENGTH, DidKeyResult, check_with_did_key
from protect.vault.server_keys.badge_keys import is_own_controller
from tests.certificates.badges.given import (
    AT,
    KEYS,
    LATER,
    SIGNED,
    STATUS_INDEX,
    STATUS_LISTS,
    iterate_leaves,
    make_status_lists,
    with_value,
)

ISSUER = Path(__file__).with_name("issuer.mjs")
WEB = "did:web:elsewhere.demo.example"
GENUINE = (State.FOREIGN, (Reason.SIGNED, Reason.REVOCATION_UNKNOWN))
UNCHECKED = (State.FOREIGN, (Reason.UNCHECKED,))
# Built as Open Badges allow it and we never do: criteria with an address, an image, evidence.
BADGE: dict[str, Any] = {
    "@context": [badges.CREDENTIALS_CONTEXT, badges.OPEN_BADGES_CONTEXT],
    "id": "urn:uuid:0f3f6a1c-2b11-4d0e-9b62-7d9f1c527a3e",
    "type": ["VerifiableCredential", "AchievementCredential"],
    "name": "Demo first aid",
    "issuer": {"id": "", "type": ["Profile"], "name": "Demo school elsewhere"},
    "validFrom": "2026-01-02T03:04:05Z",
    "credentialSubject": {
        "id": "urn:uuid:6a3f2f9c-6a4b-4d2c-9c53-0d2a3e0e1e12",
        "type": ["AchievementSubject"],
        "achievement": {
            "id": "https://elsewhere.demo.example/first-aid",
            "type": ["Achievement"],
            "name": "Demo first aid",
            "description": "Demo",
            "criteria": {"id": "https://elsewhere.demo.example/criteria", "narrative": "Demo"},
            "image": {"id": "https://elsewhere.demo.example/badge.png", "type": "Image"},
        },
    },
    "evidence": [{"id": "https://elsewhere.demo.example/work", "type": ["Evidence"]}],
}


@cache
def foreign_badges() -> dict[str, Any]:
    """Return badges that another library signed: by how their issuer is named."""
    short = BADGE | {"issuer": "", "validUntil": "2026-02-03T04:05:06Z"}
    asked = {
        "key": {"document": BADGE, "seed": "07" * 32, "name": "key"},
        "short": {"document": short, "seed": "08" * 32, "name": "key"},
        "web": {"document": BADGE, "seed": "09" * 32, "name": WEB},
    }
    given = {
        "contexts": {url: badges.load_pinned_context(url) for url in badges.CONTEXT_HASHES},
        "now": "2026-01-02T03:04:05Z",
        "badges": [*asked.values()],
    }
    done = subprocess.run(
        ["node", ISSUER], input=json.dumps(given), capture_output=True, text=True, check=True
    )
    return dict(zip(asked, json.loads(done.stdout), strict=True))


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    def refuse(*given: object) -> None:
        raise AssertionError("nothing is fetched")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def verify_document(document: Any, keys=KEYS):
    return verify(document, STATUS_LISTS, keys, at=LATER)


def state_and_reasons(document: Any) -> tuple[State, tuple[Reason, ...]]:
    verdict = verify_document(document)
    return verdict.state, verdict.reasons


@pytest.mark.node
def test_genuine_badge_of_another_issuer_is_recognised_with_a_valid_signature():
    verdict = verify_document(foreign_badges()["key"])

    assert (verdict.state, verdict.reasons, verdict.content) == (*GENUINE, None)
    assert verdict.foreign.name == "Demo school elsewhere"
    assert verdict.foreign.id.startswith("did:key:z6Mk")


@pytest.mark.node
def test_only_an_altered_badge_is_called_altered():
    document = foreign_badges()["key"]
    paths = [
        path for path, _value in iterate_leaves(document) if path[0] not in {"@context", "proof"}
    ]
    texts = [path for path in paths if path[-1] in {"name", "narrative", "description"}]

    assert len(texts) >= 4
    for path in texts:
        verdict = verify_document(with_value(document, path, "Demo other words"))
        assert (verdict.state, verdict.reasons) == (State.ALTERED, (Reason.PROOF,)), path
        assert verdict.foreign is None
    for path in paths:
        value = dict(iterate_leaves(document))[path]
        assert state_and_reasons(with_value(document, path, f"{value}x")) != GENUINE, path


@pytest.mark.node
def test_an_issuer_whose_keys_would_have_to_be_fetched_cannot_be_checked_here():
    verdict = verify_document(foreign_badges()["web"])

    assert (verdict.state, verdict.reasons) == UNCHECKED
    assert (verdict.foreign.name, verdict.foreign.id) == ("Demo school elsewhere", WEB)


@pytest.mark.node
def test_issuer_without_a_name_is_named_by_its_key_and_old_dates_are_reported():
    verdict = verify_document(foreign_badges()["short"])

    assert verdict.reasons == (Reason.SIGNED, Reason.OUTSIDE_DATES)
    assert verdict.foreign.name == verdict.foreign.id == foreign_badges()["short"]["issuer"]


@pytest.mark.node
@pytest.mark.parametrize(
    "proof",
    [
        {"cryptosuite": "ecdsa-rdfc-2019"},
        {"type": "Ed25519Signature2020"},
        {"verificationMethod": {"type": "Multikey", "publicKeyMultibase": KEYS[1].public}},
        {"verificationMethod": f"did:key:{KEYS[1].public}#{KEYS[1].public}"},
    ],
)
def test_unsupported_proof_or_embedded_key_is_not_checked(proof):
    document = deepcopy(foreign_badges()["key"])
    document["proof"] |= proof

    assert state_and_reasons(document) == UNCHECKED


@pytest.mark.node
def test_unknown_json_ld_contexts_are_not_fetched():
    document = deepcopy(foreign_badges()["key"])
    document["@context"].append("https://elsewhere.demo.example/context.json")

    assert state_and_reasons(document) == UNCHECKED


@pytest.mark.node
def test_too_large_document_is_not_checked():
    document = foreign_badges()["key"] | {"description": "x" * MAX_FOREIGN_LENGTH}

    assert check_with_did_key(document) is DidKeyResult.UNCHECKED


def test_a_badge_of_version_2_is_not_called_altered():
    older = {
        "@context": "https://w3id.org/openbadges/v2",
        "type": "Assertion",
        "id": "https://elsewhere.demo.example/assertions/1",
        "badge": "https://elsewhere.demo.example/badges/1",
        "verification": {"type": "hosted"},
    }
    verdict = verify_document(older)

    assert (verdict.state, verdict.reasons) == UNCHECKED
    assert verdict.foreign.name == older["id"]


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"issuer": WEB},
        BADGE | {"issuer": WEB},  # nobody signed it
        BADGE | {"issuer": WEB, "proof": []},
        SIGNED | {"issuer": "", "proof": {"type": "DataIntegrityProof"}},
        SIGNED | {"type": ["Demo"], "issuer": WEB},
    ],
)
def test_an_unsigned_document_is_no_badge_of_another_issuer(document):
    assert verify_document(document).state is State.ALTERED


def test_altered_certificate_of_this_platform_is_called_altered():
    other_shape = with_value(SIGNED, ("credentialSubject", "achievement", "grade"), "A")

    assert state_and_reasons(other_shape) == (State.ALTERED, (Reason.SHAPE,))
    assert state_and_reasons(SIGNED | {"issuer": SIGNED["issuer"]["id"]}) == (
        State.ALTERED,
        (Reason.SHAPE,),
    )


def test_unknown_issuer_name_of_this_platform_is_not_called_another_issuer(settings):
    settings.PUBLIC_URL = "https://help.demo.example"
    name = "did:web:help.demo.example:issuers:7d9f1c52-7a3e-4d0e-9b62-0f3f6a1c2b12"
    document = with_value(SIGNED, ("issuer", "id"), name)
    verdict = verify(document, STATUS_LISTS, KEYS, at=LATER, is_local_issuer=is_own_controller)

    assert (verdict.state, verdict.reasons) == (State.UNKNOWN_ISSUER, (Reason.ISSUER,))
    assert verdict.foreign is None
    for other in (WEB, "did:web:help.demo.example.evil.example:issuers:1", "did:key:z6Mk"):
        assert not is_own_controller(other)


def test_foreign_issuer_name_is_shortened_to_one_line():
    issuer = {"id": WEB, "name": "Demo\n\u202eschool\x00 " + "x" * 500}
    verdict = verify_document(BADGE | {"issuer": issuer, "proof": {"type": "DataIntegrityProof"}})

    assert verdict.foreign.name.startswith("Demo school x")
    assert len(verdict.foreign.name) == MAX_NAME_LETTERS


def test_revoked_certificate_of_this_platform_is_reported_as_revoked():
    verdict = verify(SIGNED, make_status_lists(STATUS_INDEX), KEYS, at=AT)

    assert (verdict.state, verdict.foreign) == (State.REVOKED, None)
