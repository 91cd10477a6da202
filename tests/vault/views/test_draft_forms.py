"""A form that is filled from a kept draft: the draft goes when the form is saved, never before."""

import html
import re
from datetime import timedelta

import pytest

from protect.ui.forms import RESUME_DRAFT_FIELD
from protect.vault.models import Draft, Record
from protect.vault.organisations.forms import InvitationForm
from protect.vault.sessions import drafts
from protect.vault.sign_in import posted
from tests.vault.signing import AT
from tests.vault.views.desk import Desk, led_to, words
from tests.vault.views.noting import TYPED, home, noted, said

pytestmark = pytest.mark.django_db
CAST_IS_KEPT = True
HIDDEN = re.compile(r'<input type="hidden"\s+name="([^"]*)"\s+value="([^"]*)"')
WITHOUT_TITLE = {"title": [""], "text": ["Demo <text>"], "months": ["12"]}


def put(person, address: str, **fields: list[str]) -> Draft:
    kept = drafts.keep_draft(person.user.pk, address, fields, at=AT)
    assert kept
    return kept


def hidden_of(answer) -> dict[str, str]:
    """Return what the hidden fields of a page would send."""
    found = HIDDEN.findall(answer.content.decode())
    return {name: html.unescape(value) for name, value in found}


def test_a_draft_that_lacks_something_is_gone_once_its_form_is_saved(cast):
    desk, address = Desk().let_in(cast.amal), f"{home(cast.desk)}/new"
    row = put(cast.amal, address, **WITHOUT_TITLE)

    mended = desk.post(address, **hidden_of(desk.get(f"/drafts/{row.pk}")))
    assert "This field is required" in words(mended)
    assert Draft.objects.count() == 1
    again = hidden_of(mended)
    saved = desk.post(address, **TYPED, **{drafts.USED_DRAFT_FIELD: again[drafts.USED_DRAFT_FIELD]})

    assert (mended.status_code, saved.status_code) == (422, 302)
    assert again[drafts.USED_DRAFT_FIELD] == str(row.pk)
    assert "No unsent forms" in words(desk.get("/drafts"))


def test_a_form_that_was_filled_from_no_draft_names_none(cast):
    desk, address = Desk().let_in(cast.amal), f"{home(cast.desk)}/new"

    pages = desk.get(address), desk.post(address, title="", text="Demo text", months="24")

    assert [page.status_code for page in pages] == [200, 422]
    assert all(drafts.USED_DRAFT_FIELD not in page.content.decode() for page in pages)


def go_on(desk: Desk, row: Draft):
    """Press the main button on the page of a draft."""
    page = desk.get(f"/drafts/{row.pk}")
    assert f'name="{RESUME_DRAFT_FIELD}"' in page.content.decode()
    return desk.post(row.address, **hidden_of(page), **{RESUME_DRAFT_FIELD: "1"})


def test_going_on_shows_the_form_as_it_was_left_and_saves_nothing(cast):
    desk, address = Desk().let_in(cast.amal), f"{home(cast.desk)}/new"
    row = put(cast.amal, address, title=["Demo Title"], text=["Demo <text>"], months=["12"])

    page = go_on(desk, row)

    shown = page.content.decode()
    assert (page.status_code, Record.objects.count(), Draft.objects.count()) == (200, 0, 1)
    assert "Demo &lt;text&gt;</textarea>" in shown
    assert 'value="Demo Title"' in shown
    assert 'value="12"' in shown
    assert "There is a problem. Correct this first:" not in shown
    assert RESUME_DRAFT_FIELD not in shown
    assert desk.post(address, **TYPED, **hidden_of(page)).status_code == 302
    assert (Record.objects.count(), Draft.objects.count()) == (1, 0)


def test_going_on_with_a_changed_note_still_tells_of_what_a_colleague_saved(cast):
    record, desk = noted(cast.amal, cast.desk), Desk().let_in(cast.amal)
    row = put(cast.amal, f"/notes/{record.pk}/edit", **WITHOUT_TITLE, seen=["1"], had=["24"])
    theirs = {**TYPED, "text": "By Sana", "seen": "1", "had": "24"}
    assert Desk().let_in(cast.sana).post(row.address, **theirs).status_code == 302

    page = go_on(desk, row)
    sent = desk.post(row.address, **{**TYPED, "text": "By Amal"}, **hidden_of(page))

    assert (page.status_code, sent.status_code) == (200, 409)
    assert said(cast.amal, record) == ("Demo Title", "By Sana")


def test_going_on_waits_for_a_proof_of_who_it_is_and_the_draft_stays_one(cast):
    desk, address = Desk().let_in(cast.dana), f"/organisations/{cast.office.pk}/invite"
    row = put(cast.dana, address, email=["demo@example.org"], language=["fr"])
    desk.at += timedelta(minutes=11)

    assert led_to(go_on(desk, row)) == "/confirm"

    kept = drafts.read_draft(cast.dana.unlocked(), Draft.objects.get().pk, at=desk.at)
    assert kept
    assert kept[1].keys() == {"email", "language"}


@pytest.mark.parametrize(
    "name", sorted(n for n, page in posted.DRAFT_PAGES.items() if page.can_resume)
)
def test_a_form_of_a_page_where_one_can_go_on_is_never_valid_when_it_is_only_shown(name):
    form = type(posted.DRAFT_PAGES[name].form())
    extra = {"roles": ()} if form is InvitationForm else {}

    shown = form({RESUME_DRAFT_FIELD: "1", "name": "Demo"}, **extra)

    assert not shown.is_bound
    assert not shown.is_valid()
    assert shown.errors == {}


def test_where_a_page_sends_more_than_its_form_has_one_can_only_send(cast):
    row = put(cast.amal, "/security/passkeys/new", name=["Demo"])

    page = Desk().let_in(cast.amal).get(f"/drafts/{row.pk}")

    assert "Send form" in words(page)
    assert RESUME_DRAFT_FIELD not in page.content.decode()


def test_the_list_says_every_way_in_which_a_form_is_kept(cast):
    page = words(Desk().let_in(cast.amal).get("/drafts"))

    assert "Each is deleted after a day." in page
    assert "When the desk locks while you type or asks you to confirm your identity," in page


def test_numbers_of_a_draft_stand_at_the_side_of_the_page_and_texts_at_their_own(cast):
    row = put(cast.amal, f"{home(cast.desk)}/new", text=["Demo text"], months=["24"])

    page = Desk().let_in(cast.amal).get(f"/drafts/{row.pk}").content.decode()

    assert re.search(r"<dd>\s*24\s*</dd>", page)
    assert re.search(r'<dd dir="auto">\s*Demo text\s*</dd>', page)


def test_the_list_of_what_was_not_sent_says_whether_it_leads_home_or_back(cast):
    desk = Desk().let_in(cast.amal)
    to_home, back = words(desk.get("/drafts")), words(desk.get("/drafts?next=/teams"))

    assert "Go to your home page" in to_home
    assert "Continue to where you were" not in to_home
    assert "Continue to where you were" in back
