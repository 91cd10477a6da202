"""Guests read what is in force in their group, by their own link."""

import pytest
from django.test import Client

from protect.coordination.groups.actions import end_member
from protect.coordination.groups.guest_links import make_token
from protect.coordination.procedures.actions import translations
from protect.kernel import clock
from tests.coordination.cast import AT, make_group, make_member
from tests.coordination.procedures.drafting import make_in_force, make_procedure

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("one_connection")]


@pytest.fixture
def browser():
    with clock.frozen(AT):
        yield Client(headers={"host": "127.0.0.1"})


def test_a_guest_reads_what_is_in_force_in_the_own_group(cast, browser):
    group = make_group(cast)
    guest = make_member(cast, group, "police@demo.example")
    version = make_in_force(cast, group, title="Demo in force")
    translations.set_translation(cast.scope(), version, "ar", "إجراء", at=AT)
    draft = make_procedure(cast, group, title="Demo draft")
    foreign = make_in_force(cast, make_group(cast), title="Demo of others")
    page = f"/trainings/en/groups/{make_token(guest.pk)}"

    listed = browser.get(f"{page}/procedures").text
    papers = [browser.get(f"{page}/procedures/{version.pk}/info-{tag}.pdf") for tag in ("en", "ar")]

    assert f"{page}/procedures" in browser.get(page).text
    assert "Demo in force" in listed
    assert "Demo draft" not in listed
    assert "Demo of others" not in listed
    assert all(paper.content.startswith(b"%PDF") for paper in papers)
    for pk, tag in ((draft.pk, "en"), (foreign.pk, "en"), (version.pk, "hr")):
        assert browser.get(f"{page}/procedures/{pk}/info-{tag}.pdf").status_code == 404


def test_a_former_guest_reads_nothing(cast, browser):
    group = make_group(cast)
    guest = make_member(cast, group, "police@demo.example")
    version = make_in_force(cast, group)
    end_member(cast.scope(), guest, at=AT)
    page = f"/trainings/en/groups/{make_token(guest.pk)}/procedures"

    assert browser.get(page).status_code == 404
    assert browser.get(f"{page}/{version.pk}/info-en.pdf").status_code == 404
