from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import resolve

from protect.audit import facts as audit
from protect.notices.models import Outgoing
from protect.vault.integrity import heads
from tests.vault.cast import AT, entries, make_person, must_verify, serve
from tests.vault.traces import refused

pytestmark = pytest.mark.django_db
SEED, OLD_SEED = b"s" * 32, b"o" * 32


@pytest.fixture(autouse=True)
def seeds(settings) -> None:
    settings.SIGNING_SEEDS = [SEED]


def told() -> list[tuple[str, str]]:
    rows = Outgoing.objects.filter(template="head_of_audit").order_by("to")
    return [(row.to.partition("@")[0], row.link) for row in rows]


def test_every_chain_is_signed_as_it_stands(cast):
    found = heads.sign_heads(at=AT)

    assert [replace(each, signature="") for each in found] == audit.current_heads(at=AT)
    assert {each.chain for each in found} >= {"platform", f"org:{cast.office.pk}"}
    assert all(heads.is_signed(each, heads.public_keys()) for each in found)
    assert entries("sign_heads") == 1
    must_verify()


@pytest.mark.parametrize(
    "changes",
    [
        {"n": 2},
        {"at": "2026-11-30T09:00:01Z"},
        {"hash": "00" * 32},
        {"chain": "sign-in"},
        {"signature": "00" * 64},
        {"signature": ""},
    ],
)
def test_a_head_that_says_something_else_is_not_signed(changes):
    (head,) = heads.sign_heads(at=AT)

    assert heads.is_signed(head, heads.public_keys())
    assert not heads.is_signed(replace(head, **changes), heads.public_keys())


def test_signature_of_an_older_key_is_still_valid(settings):
    settings.SIGNING_SEEDS = [OLD_SEED]
    (head,) = heads.sign_heads(at=AT)

    settings.SIGNING_SEEDS = [SEED, OLD_SEED]
    assert heads.is_signed(head, heads.public_keys())

    settings.SIGNING_SEEDS = [SEED]
    assert not heads.is_signed(head, heads.public_keys())


def test_only_officers_get_mail_once_a_day(cast):
    jonas, karla = make_person("jonas"), make_person("karla")
    for person, organisation in (
        (jonas, cast.office),
        (karla, cast.office),
        (karla, cast.partner),
    ):
        serve(person, organisation, "protection_officer")

    for hours in (0, 1, 24):
        heads.sign_heads(at=AT + timedelta(hours=hours))

    desk = "https://desk.demo.example"
    own = f"{desk}/organisations/{cast.office.pk}/history"
    assert told() == [("jonas", own)] * 2 + [("karla", f"{desk}/")] * 2


def test_the_mail_leads_to_a_page_of_the_desk():
    found = resolve(f"/organisations/{uuid4()}/history", "protect.site.urls.desk")

    assert found.view_name == "orgs:organisation_history"


def test_missing_signing_key_prevents_signing_mail_and_audit(cast, settings):
    settings.SIGNING_SEEDS = []

    with refused("signing_key_missing"):
        heads.sign_heads(at=AT)
