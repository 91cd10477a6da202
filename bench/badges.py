"""Certificates signed and verified: ours, the library alone, and Digital Bazaar's in Node.

All sign the same document with the same suite (`eddsa-rdfc-2022`). “Ours” makes the document from
plain values, checks its shape and pins the contexts; “the library alone” signs a document that is
there already; Node does the same with its own canonicalisation. Each in one process, one thread.
The number of certificates: BADGES in the environment, otherwise 10,000.
"""

import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from openbadgeslib.ob3 import (
    OB3LdpVerifier,
    add_data_integrity_proof,
    verify_data_integrity_proof,
)

from bench.measure import seconds, table
from protect.certificates.badges.documents import CertificateContent, build_document
from protect.certificates.badges.issuers import Issuer
from protect.certificates.badges.status_lists import build_status_list
from protect.certificates.badges.verification import State, verify
from protect.vault.formats import badges
from protect.vault.formats.badges import IssuerKey
from protect.vault.formats.secrets import SigningSeed

COUNT = int(os.environ.get("BADGES", "10000"))
VERIFIED = max(1, COUNT // 10)  # verifying takes longer: a tenth of them
NODE = Path(__file__).with_name("badges.mjs")
HEAD = (
    "what",
    "signed",
    "per second",
    "× library",
    "verified",
    "per second",
    "× library",
)
AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SEED = SigningSeed(bytes(range(32)))
ADDRESS = "https://help.demo.example/issuers/7d9f1c52-7a3e-4d0e-9b62-0f3f6a1c2b11"
ISSUER = Issuer("Demo office", ADDRESS, badges.did_web(ADDRESS))
KEY = IssuerKey(ISSUER.controller, badges.public_key_of(SEED), AT - timedelta(days=1))

type Document = dict[str, Any]


def certificate_content(number: int) -> CertificateContent:
    return CertificateContent(
        id=UUID(int=number, version=4),
        issuer=ISSUER,
        title="Protection in practice: first conversations",
        short_title="Demo course A",
        criteria="At least 80 % of the planned time, and 60 % in the test.",
        minutes=360,
        day=date(2026, 11, 19),
        issued=AT,
        status_list=1,
        status_index=number % 131_072,
    )


def report() -> str:
    """Return the table. Nothing is kept."""
    documents = [build_document(certificate_content(number)) for number in range(COUNT)]
    ours, ours_signing = seconds(
        lambda: [sign(build_document(certificate_content(n))) for n in range(COUNT)]
    )
    pem = private_pem()
    _theirs, theirs_signing = seconds(
        lambda: [
            add_data_integrity_proof(document, pem, KEY.address, created=AT)
            for document in documents
        ]
    )
    sample = ours[:VERIFIED]
    node = in_node(documents, sample)
    signing = COUNT / theirs_signing
    verifying = VERIFIED / verified(library_verifier_without_check(), sample)
    rows = [
        ("the library alone", signing, verifying),
        (
            "the library, with its check of contexts",
            None,
            VERIFIED / verified(library_verifier(), sample),
        ),
        (
            "ours, from values to verdict",
            COUNT / ours_signing,
            VERIFIED / verified(own_verifier(), sample),
        ),
        ("Digital Bazaar in Node", COUNT / node["signing"], VERIFIED / node["verifying"]),
    ]
    return table(HEAD, [row(*each, signing, verifying) for each in rows]) + "\n\n" + note()


def row(
    name: str, signed: float | None, checked: float, signing: float, verifying: float
) -> tuple[object, ...]:
    of_signing = (COUNT, signed, signed / signing) if signed else ("", "", "")
    return (name, *of_signing, VERIFIED, checked, checked / verifying)


def sign(document: Document) -> Document:
    return badges.sign(document, SEED, KEY.address, at=AT)


def verified(verify_document: Callable[[Document], object], sample: list[Document]) -> float:
    """Return how long it took to accept all. Units: seconds."""
    accepted, duration = seconds(lambda: [verify_document(document) for document in sample])
    assert all(document is not False for document in accepted)
    return duration


def own_verifier() -> Callable[[Document], object]:
    lists = [sign(build_status_list(ISSUER, 1, [], at=AT))]
    return lambda each: verify(each, lists, [KEY], at=AT).state is State.VALID


def library_verifier() -> Callable[[Document], object]:
    return OB3LdpVerifier(pubkey_pem=public_pem()).verify


def library_verifier_without_check() -> Callable[[Document], object]:
    pem = public_pem()
    return lambda each: verify_data_integrity_proof(each, pem)


def private_pem() -> bytes:
    key = Ed25519PrivateKey.from_private_bytes(SEED.reveal())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def public_pem() -> bytes:
    key = Ed25519PublicKey.from_public_bytes(badges.decode_public_key(KEY.public))
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def in_node(documents: list[Document], sample: list[Document]) -> dict[str, float]:
    """Return the seconds that Node takes, without its start."""
    input_data = {
        "contexts": {url: badges.load_pinned_context(url) for url in badges.CONTEXT_HASHES},
        "key": {"id": KEY.address, "controller": KEY.controller, "seed": SEED.reveal().hex()},
        "documents": documents,
        "sample": sample,
    }
    process = subprocess.run(
        ["node", NODE], input=json.dumps(input_data), capture_output=True, text=True, check=True
    )
    timings: dict[str, float] = json.loads(process.stdout)
    return timings


def note() -> str:
    other = sign(build_document(replace(certificate_content(0), id=uuid4())))
    return (
        f"A certificate is {len(json.dumps(other)):,} bytes. Ours verifies two lists with each "
        "certificate, as a stranger must; the others look at the certificate alone."
    )
