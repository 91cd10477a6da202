"""Two other verifiers (Node and a library) accept signed documents and refuse changed ones."""

import json
import subprocess
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import HealthCheck, given, settings
from openbadgeslib.ob3 import OB3LdpVerifier, OB3VerificationError

from protect.certificates.badges.documents import CertificateContent, build_document
from protect.certificates.badges.issuers import build_issuer_document
from protect.certificates.badges.shapes import format_instant
from protect.vault.formats import badges
from tests.certificates.badges.given import (
    ADDRESS,
    AT,
    CONTENT,
    CONTROLLER,
    FOREIGN_SEED,
    ISSUER,
    KEY,
    KEYS,
    LATER,
    OLD_KEY,
    OLD_SEED,
    OTHER,
    PROFILE,
    SIGNED,
    SIGNED_WITHOUT_NAME,
    STATUS_INDEX,
    STATUS_LISTS,
    altered_value,
    iterate_leaves,
    make_status_lists,
    sign,
    with_value,
    without_member,
)
from tests.certificates.badges.test_documents import certificates

VERIFIER = Path(__file__).with_name("verifier.mjs")
GOOD = {"verified": True, "revoked": False}


def make_case(document: Any, lists: Any = STATUS_LISTS, issuer: Any = PROFILE) -> dict[str, Any]:
    return {"document": document, "lists": lists, "issuer": issuer, "now": format_instant(LATER)}


def run_verifiers(*cases: dict[str, Any]) -> list[dict[str, Any]]:
    given = {
        "contexts": {url: badges.load_pinned_context(url) for url in badges.CONTEXT_HASHES},
        "cases": cases,
    }
    done = subprocess.run(
        ["node", VERIFIER], input=json.dumps(given), capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


@pytest.mark.node
def test_other_verifiers_accept_certificates_also_with_a_name_or_a_retired_key():
    then = OLD_KEY.retired
    old = sign(build_document(replace(CONTENT, issued=then)), OLD_SEED, at=then)

    assert (
        run_verifiers(make_case(SIGNED), make_case(SIGNED_WITHOUT_NAME), make_case(old))
        == [GOOD] * 3
    )


@pytest.mark.node
def test_other_verifiers_see_only_the_revoked_index_as_revoked():
    near = make_status_lists(STATUS_INDEX - 1, STATUS_INDEX + 1, 0, 131_071)

    assert run_verifiers(
        make_case(SIGNED, make_status_lists(STATUS_INDEX)), make_case(SIGNED, near)
    ) == [
        GOOD | {"revoked": True},
        GOOD,
    ]


@pytest.mark.node
def test_other_verifiers_refuse_any_changed_field():
    fields = dict(iterate_leaves(SIGNED))
    cases = [
        make_case(with_value(SIGNED, path, altered_value(value))) for path, value in fields.items()
    ]

    found = dict(zip(fields, run_verifiers(*cases), strict=True))

    assert len(found) > 40
    assert [path for path, result in found.items() if result["verified"]] == []


@pytest.mark.node
def test_other_verifiers_refuse_removed_or_added_fields():
    fields = [path for path, _value in iterate_leaves(SIGNED)]
    fewer = [make_case(without_member(SIGNED, path)) for path in fields]
    more = [
        make_case(with_value(SIGNED, ("credentialSubject", "grade"), "A")),
        make_case(with_value(SIGNED, ("credentialSubject", "achievement", "creditsAvailable"), 9)),
        make_case(with_value(SIGNED, ("validUntil",), "2090-01-01T00:00:00Z")),
    ]

    assert [result for result in run_verifiers(*fewer, *more) if result["verified"]] == []


@pytest.mark.node
def test_other_verifiers_refuse_a_foreign_key_a_wrong_purpose_and_a_wrong_date():
    strange = f"{CONTROLLER}#{badges.public_key_of(FOREIGN_SEED)}"
    forged = badges.sign(build_document(CONTENT), FOREIGN_SEED, KEY.address, at=AT)
    unpublished = badges.sign(build_document(CONTENT), FOREIGN_SEED, strange, at=AT)
    elsewhere = deepcopy(PROFILE) | {"id": OTHER}
    purpose = with_value(SIGNED, ("proof", "proofPurpose"), "authentication")
    early = sign(build_document(replace(CONTENT, issued=LATER.replace(year=2027))))
    distrusted = build_issuer_document(ISSUER, [replace(KEY, retired=LATER, distrusted=LATER)])
    stale = make_status_lists(at=AT.replace(month=9))

    results = run_verifiers(
        make_case(forged),
        make_case(unpublished),
        make_case(SIGNED, issuer=elsewhere),
        make_case(purpose),
        make_case(early),
        make_case(SIGNED, issuer=distrusted),
        make_case(SIGNED, stale),
        make_case(SIGNED, []),
        make_case(SIGNED, [with_value(STATUS_LISTS[0], ("validUntil",), "2090-01-01T00:00:00Z")]),
    )

    assert [result["verified"] for result in results] == [False] * len(results)


@pytest.mark.node
@settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
@given(certificates(count=40))
def test_other_verifiers_read_every_issued_document_as_written(made: list[CertificateContent]):
    cases = []
    for badge in made:
        place = badge.status_index
        lists = make_status_lists(*[n for n in (place - 1, place + 1) if 0 <= n < 131_072])
        cases.append(make_case(sign(build_document(badge)), lists))

    assert run_verifiers(*cases) == [GOOD] * len(cases)


def fetched(url: str) -> bytes:
    assert url == f"{ADDRESS}/did.json"
    return json.dumps(PROFILE).encode()


def test_library_finds_keys_by_the_issuer_address():
    found = OB3LdpVerifier().verify(SIGNED, download=fetched)

    assert found.achievement.name == CONTENT.title
    assert OB3LdpVerifier.for_issuer_did(CONTROLLER).verify(SIGNED, download=fetched)


def pinned() -> OB3LdpVerifier:
    key = Ed25519PublicKey.from_public_bytes(badges.decode_public_key(KEY.public))
    return OB3LdpVerifier(
        pubkey_pem=key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )


def test_library_accepts_a_certificate_with_the_key_alone():
    assert pinned().verify(SIGNED).id == SIGNED["id"]


@pytest.mark.parametrize("path", [path for path, _value in iterate_leaves(SIGNED)], ids=str)
def test_the_library_refuses_any_changed_field(path):
    value = dict(iterate_leaves(SIGNED))[path]

    with pytest.raises(OB3VerificationError):
        pinned().verify(with_value(SIGNED, path, altered_value(value)))


def test_profile_lists_all_published_keys():
    assert [method["id"] for method in PROFILE["verificationMethod"]] == [k.address for k in KEYS]
