"""Other verifiers accept documents that they fetch from the running site over HTTP.

The credential comes from the database through its page, keys and lists from their addresses.
"""

import json
from typing import Any

import pytest
from django.test import Client
from openbadgeslib.ob3 import OB3LdpVerifier

from protect.certificates.actions import certificates, status_lists
from protect.certificates.badges.shapes import format_instant
from protect.certificates.models import Certificate
from protect.kernel import clock
from protect.vault.models import BadgeKey
from protect.vault.server_keys import badge_keys
from tests.certificates.badges.given import altered_value, iterate_leaves, with_value
from tests.certificates.badges.test_independent import GOOD, run_verifiers
from tests.certificates.issued import make_key
from tests.trainings.finished import AT, LATER, attend, make_done_edition

HOST = "127.0.0.1:8000"


@pytest.fixture
def row(planners):
    make_key(planners.host)
    holder = attend(make_done_edition(planners.host), 360, planners.people["pia"], name="Demo Noor")
    return certificates.issue_certificate(planners.scope("pia"), holder, at=AT)


def fetch(url: str) -> Any:
    """Return a document as a stranger gets it from the public site."""
    host, _, path = url.partition("://")[2].partition("/")
    assert host == HOST
    with clock.frozen(LATER):
        answer = Client(headers={"host": host}).get(f"/{path}")
    assert answer.status_code == 200, url
    return json.loads(answer.content)


def fetch_badge(row: Certificate) -> Any:
    return fetch(f"http://{HOST}/certificates/{row.credential}/badge.json")


def make_case(document: Any) -> dict[str, Any]:
    """Return what a verifier needs, all fetched from where the certificate says."""
    issuer = document["issuer"]["id"].removeprefix("did:web:").split(":")
    address = "/".join([issuer[0].replace("%3A", ":"), *issuer[1:]])
    return {
        "document": document,
        "lists": [fetch(entry["statusListCredential"]) for entry in document["credentialStatus"]],
        "issuer": fetch(f"http://{address}/did.json"),
        "now": format_instant(LATER),
    }


@pytest.mark.node
def test_other_verifiers_accept_published_documents(row):
    assert run_verifiers(make_case(fetch_badge(row))) == [GOOD]


@pytest.mark.node
def test_other_verifiers_accept_the_named_file_of_the_holder(row):
    certificates.set_name_shown(row, is_shown=True, at=AT)
    named = fetch(f"http://{HOST}/trainings/en/own/{row.registration.own_token()}/certificate.json")

    assert "Demo Noor" in json.dumps(named)
    assert run_verifiers(make_case(named)) == [GOOD]


@pytest.mark.node
def test_other_verifiers_refuse_any_change(row):
    document = fetch_badge(row)
    good = make_case(document)
    cases = [
        good | {"document": with_value(document, path, altered_value(value))}
        for path, value in iterate_leaves(document)
    ]

    results = run_verifiers(*cases)

    assert len(results) > 35
    assert [result for result in results if result["verified"]] == []


@pytest.mark.node
def test_revocation_and_replacement_are_published_at_once(row, planners):
    scope = planners.scope("pia")
    made = certificates.replace_certificate(scope, row, at=LATER, reason="Demo")
    row.refresh_from_db()
    replaced = make_case(fetch_badge(row))
    certificates.revoke_certificate(scope, made, at=LATER, reason="Demo")

    assert run_verifiers(replaced, make_case(fetch_badge(made))) == [GOOD | {"revoked": True}] * 2


@pytest.mark.node
def test_certificates_of_a_distrusted_key_are_invalid_until_signed_again(row, planners):
    badge_keys.retire_key_as_operator(BadgeKey.objects.get(), at=LATER, distrust=True)
    before = make_case(fetch_badge(row))
    badge_keys.make_key_as_operator(planners.host, at=LATER)
    certificates.sign_again(at=LATER)
    status_lists.renew_lists(at=LATER)

    (first, second) = run_verifiers(before, make_case(fetch_badge(row)))

    assert (first["verified"], second) == (False, GOOD)


@pytest.mark.node
def test_certificate_of_a_retired_key_stays_valid(row, planners):
    badge_keys.make_key_as_operator(planners.host, at=LATER)
    status_lists.renew_lists(at=LATER)

    assert run_verifiers(make_case(fetch_badge(row))) == [GOOD]


def test_library_finds_keys_by_the_issuer_address_of_the_running_site(row):
    def download(url: str) -> bytes:
        return json.dumps(fetch(url.replace("https://", "http://"))).encode()

    found = OB3LdpVerifier().verify(fetch_badge(row), download=download)

    assert found.achievement.name == "Protection in practice: first conversations"
