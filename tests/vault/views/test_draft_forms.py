"""A form that is filled from a kept draft: the draft goes when the form is saved, never before."""

from __future__ import annotations

import html
import re

import pytest

from protect.vault.actions import drafts
from protect.vault.models import Draft
from tests.vault.signing import AT
from tests.vault.views.desk import Desk, words
from tests.vault.views.noting import TYPED, home

pytestmark = pytest.mark.django_db
HIDDEN = re.compile(r'<input type="hidden"\s+name="([^"]*)"\s+value="([^"]*)"')
WITHOUT_TITLE = {"title": [""], "text": ["Demo <text>"], "months": ["12"]}


def put(person, address: str, **fields: list[str]) -> Draft:
    kept = drafts.keep(person.user.pk, address, fields, at=AT)
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
    saved = desk.post(address, **TYPED, **{drafts.USED: again[drafts.USED]})

    assert (mended.status_code, saved.status_code) == (422, 302)
    assert again[drafts.USED] == str(row.pk)
    assert "Nothing waits here" in words(desk.get("/drafts"))


def test_a_form_that_was_filled_from_no_draft_names_none(cast):
    desk, address = Desk().let_in(cast.amal), f"{home(cast.desk)}/new"

    pages = desk.get(address), desk.post(address, title="", text="Demo text", months="24")

    assert [page.status_code for page in pages] == [200, 422]
    assert all(drafts.USED not in page.content.decode() for page in pages)
