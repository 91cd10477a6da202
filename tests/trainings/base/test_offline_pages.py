"""Offline copies of count and scan pages have no personal data and expire."""

import re
from datetime import timedelta

import pytest
from django.utils.http import parse_http_date

from protect.ui.assets import OFFLINE_CSP
from tests.outreach.requests import make_request, make_request_session
from tests.trainings.attending import first_session, make_filled_edition, start_session_at
from tests.trainings.planning import AT
from tests.vault.views.desk import Desk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter")]
OF_ITSELF = re.compile(  # the key, the number of a form and of the policy: different each time
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|nonce=\"[^\"]+\""
)


def held(host, asker):
    return make_request_session(make_request(host, asker=asker, class_level="secondary_1_3"), AT)


def plain(answer) -> str:
    return OF_ITSELF.sub("", answer.content.decode())


def test_offline_count_page_is_the_same_for_all_users_and_sessions(host, desk_of):
    pia, zoe = desk_of("pia"), desk_of("zoe")
    copies = [
        desk.get(f"/trainings/information-sessions/{held(host, asker).pk}/count/copy")
        for desk, asker in ((pia, "Demo School"), (zoe, "Demo College"))
    ]

    assert plain(copies[0]) == plain(copies[1])
    for copy in copies:
        assert copy.context["form"]["pass_text"].value() is None
        for word in ("Bruxelles", "Brussels", "Demo ", "2026", "@"):
            assert word not in plain(copy), word


def test_offline_scan_page_names_neither_training_nor_people(host, desk_of):
    edition, _ = make_filled_edition(host)
    session = start_session_at(first_session(edition), AT)
    pia, tom = desk_of("pia"), desk_of("tom", "trainer")
    copies = [client.get(f"/trainings/sessions/{session.pk}/scan/copy") for client in (pia, tom)]

    assert plain(copies[0]) == plain(copies[1])
    assert "Demo " not in plain(copies[0])
    assert edition.course_version.title not in plain(copies[0])
    assert "csrfmiddlewaretoken" not in plain(copies[0])


def test_offline_page_has_an_expiry_time(host, desk_of):
    address = f"/trainings/information-sessions/{held(host, 'Demo School').pk}/count/copy"
    until = parse_http_date(desk_of().get(address)["Expires"])

    assert until == (AT + timedelta(days=3)).timestamp()


def test_only_offline_pages_may_register_a_worker(host, desk_of):
    desk, session = desk_of(), held(host, "Demo School")
    kept = desk.get(f"/trainings/information-sessions/{session.pk}/count")[
        "Content-Security-Policy"
    ]
    plain = desk.get(f"/trainings/information-sessions/{session.pk}")["Content-Security-Policy"]

    assert "worker-src 'self'" in kept
    assert "trusted-types keeper" in kept
    assert "worker-src" not in plain
    assert "trusted-types 'none'" in plain


def test_worker_is_the_same_script_for_all_users():
    answer = Desk(at=AT).get("/trainings/keeper.js")

    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer["Content-Security-Policy"] == OFFLINE_CSP
    assert answer["Cache-Control"] == "no-store"
    assert not answer.cookies
