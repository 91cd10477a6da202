import json
import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from uuid import uuid4

import pytest
from hypothesis import given, settings, strategies as st

from protect.certificates.badges.documents import CertificateContent, build_document
from protect.certificates.badges.status_lists import LIST_SIZE
from protect.certificates.badges.verification import State, verify
from tests.certificates.badges.given import (
    AT,
    CONTENT,
    CONTROLLER,
    ISSUER,
    KEYS,
    LATER,
    SIGNED,
    SIGNED_WITHOUT_NAME,
    STATUS_LISTS,
    iterate_leaves,
    make_status_lists,
    sign,
)
from tests.refusals import refuses

PRINTABLE = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=40
).filter(lambda text: text == text.strip())
FORMS = PRINTABLE | st.sampled_from(
    [
        'Demo "course" \\ A\\n',
        "دورة تجريبية",
        "Å é Å",
        "\u202eDemo\u202c",
        "🧭",
        "<b>&amp;",
        "@id",
        "_:b0",
    ]
)
MADE_ANEW = st.builds(
    CertificateContent,
    id=st.uuids(),
    issuer=st.builds(replace, st.just(ISSUER), name=FORMS),
    title=FORMS,
    short_title=FORMS,
    criteria=FORMS,
    minutes=st.integers(1, 60_000),
    day=st.dates(date(1000, 1, 1), date(9999, 12, 31)),
    issued=st.just(AT),
    status_list=st.just(1),
    status_index=st.integers(0, LIST_SIZE - 1),
    name=st.none() | FORMS,
)


def certificates(count: int) -> st.SearchStrategy[list[CertificateContent]]:
    return st.lists(MADE_ANEW, min_size=count, max_size=count)


@settings(max_examples=40, deadline=None)
@given(MADE_ANEW)
def test_every_issued_document_verifies_and_keeps_its_content(made):
    verdict = verify(sign(build_document(made)), STATUS_LISTS, KEYS, at=LATER)

    assert verdict.state is State.VALID
    told = verdict.content
    assert (told.title, told.short_title, told.name) == (made.title, made.short_title, made.name)
    assert (told.minutes, told.day, told.issuer) == (made.minutes, made.day, made.issuer.name)
    assert (told.id, told.controller, told.issued) == (str(made.id), CONTROLLER, made.issued)


@given(MADE_ANEW)
def test_the_same_certificate_gives_the_same_document(made):
    assert build_document(made) == build_document(made)
    assert json.loads(json.dumps(build_document(made))) == build_document(made)


def test_certificate_document_has_no_other_fields():
    said = {str(value) for _path, value in iterate_leaves(SIGNED_WITHOUT_NAME)}

    assert not any("@" in text for text in said)
    assert not any("Demo Person" in text for text in said)
    assert "evidence" not in SIGNED_WITHOUT_NAME
    assert "identifier" not in SIGNED_WITHOUT_NAME["credentialSubject"]
    assert SIGNED["name"] == "Demo course A"  # the neutral one stands in lists of wallets
    assert SIGNED["credentialSubject"]["achievement"]["name"] == CONTENT.title


def test_two_certificates_have_different_random_subject_ids():
    one, two = build_document(CONTENT), build_document(replace(CONTENT, id=uuid4()))

    assert one["credentialSubject"]["id"] != two["credentialSubject"]["id"]
    assert one["credentialSubject"]["id"].startswith("urn:uuid:")
    assert str(CONTENT.id) not in one["credentialSubject"]["id"]
    assert (
        one["credentialSubject"]["achievement"]["id"]
        == two["credentialSubject"]["achievement"]["id"]
    )


def test_an_instant_is_written_in_utc():
    east = datetime(2026, 11, 21, 1, 30, tzinfo=timezone(timedelta(hours=14)))

    document = build_document(replace(CONTENT, issued=east, day=date(2026, 11, 20)))

    assert document["validFrom"] == "2026-11-20T11:30:00Z"
    assert document["credentialSubject"]["activityEndDate"] == "2026-11-20T00:00:00Z"


@pytest.mark.parametrize("field", ["title", "short_title", "criteria", "name"])
@pytest.mark.parametrize(
    "text", ["", " Demo", "Demo\n", "a\tb", "a\x00b", "a\x7fb", "\ud800", "x" * 2001]
)
def test_text_with_ambiguous_characters_is_refused(field, text):
    with refuses("certificates_unfit"):
        build_document(replace(CONTENT, **{field: text}))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"minutes": 0}, "minutes"),
        ({"minutes": -1}, "minutes"),
        ({"minutes": 60_001}, "minutes"),
        ({"status_index": -1}, "status_index"),
        ({"status_index": LIST_SIZE}, "status_index"),
        ({"status_list": 0}, "status_index"),
        ({"issued": datetime(2026, 11, 20)}, "issued"),  # noqa: DTZ001 - it is refused
        ({"issuer": replace(ISSUER, name="")}, "name"),
        ({"issuer": replace(ISSUER, address="ftp://demo.example")}, "url"),
        ({"issuer": replace(ISSUER, address="https://demo.example/a b")}, "url"),
        ({"issuer": replace(ISSUER, controller="did:key:z6Mk")}, "id"),
    ],
)
def test_impossible_content_is_refused_with_its_field_name(change, field):
    with refuses("certificates_unfit") as refused:
        build_document(replace(CONTENT, **change))
    assert refused.value.facts == {"field": field}
    assert "Nothing was issued" in refused.value.text()


@pytest.mark.parametrize("place", [0, LIST_SIZE - 1])
def test_first_and_last_status_index_are_valid(place):
    signed = sign(build_document(replace(CONTENT, status_index=place)))

    assert verify(signed, STATUS_LISTS, KEYS, at=LATER).state is State.VALID
    assert verify(signed, make_status_lists(place), KEYS, at=LATER).state is State.REVOKED


def test_refused_characters_are_control_characters():
    assert {unicodedata.category(character) for character in "\n\t\x00\x7f\x85"} == {"Cc"}
    assert build_document(replace(CONTENT, day=datetime(2026, 1, 2, tzinfo=UTC).date()))
