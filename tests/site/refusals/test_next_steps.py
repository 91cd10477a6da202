import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from protect.kernel import clock
from protect.orgs.models import User
from protect.site.errors import NotFound, SiteRefusal
from protect.site.refusals.pages import next_step, split_message
from protect.uploads.refusal_reasons import MAX_FILE_BYTES, MEBIBYTE
from protect.vault.errors import PartnerKeyMismatch, TeamKeyMismatch
from protect.vault.models import SealedFile
from protect.vault.records import notes
from protect.vault.records.notes import NoteContent
from tests.vault.cast import AT, make_cast
from tests.vault.views.desk import Desk, words

HEADING = re.compile(r"<h1>\s*(.*?)\s*</h1>", re.DOTALL)
BUTTON = re.compile(r'<a class="button" href="([^"]*)">([^<]*)</a>')

pytestmark = pytest.mark.django_db


def test_heading_is_the_first_sentence_of_the_message():
    assert split_message(SiteRefusal("failed")) == ("This failed on our side.", "Nothing was kept.")
    assert split_message(NotFound()) == (
        "This page does not exist, or you do not have access to it.",
        "",
    )


@pytest.mark.parametrize(
    ("address", "heading", "more"),
    [
        ("/invited/x", "This invitation is no longer valid.", "ask the person who invited you"),
        ("/reset/x", "This link no longer works.", "Ask for a new one."),
        ("/restart/x", "This link no longer works.", "Ask for a new one."),
    ],
)
def test_expired_mailed_link_leads_to_sign_in(address, heading, more):
    answer = Desk().get(address)

    page = answer.content.decode()
    assert answer.status_code == 410
    assert HEADING.findall(page) == [heading]
    assert more in words(answer)
    assert BUTTON.findall(page) == [("/sign-in", "Sign in")]
    assert "Go back to the page where you were, or start at the home page." not in words(answer)


def test_other_refusals_lead_to_the_desk():
    answer = Desk().get("/nothing/here")

    assert BUTTON.findall(answer.content.decode()) == [("/", "Go to the home page")]
    assert "Go back to the page where you were, or start at the home page." in words(answer)


@pytest.mark.parametrize("is_locked", [False, True])
def test_oversized_file_is_refused_in_the_users_language_with_a_link_back(
    settings, tmp_path, monkeypatch, is_locked
):
    monkeypatch.setattr("django.utils.timezone.now", clock.now)
    settings.LEDGER = tmp_path / "ledger.jsonl"
    cast = make_cast()
    record = notes.write_note(
        cast.amal.unlocked(), cast.desk, NoteContent("Demo", "Demo text"), at=AT
    )
    User.objects.filter(pk=cast.amal.pk).update(language="fr")
    desk = Desk().let_in(cast.amal)
    if is_locked:
        desk.post("/lock")

    file = SimpleUploadedFile("Demo scan.pdf", bytes(MAX_FILE_BYTES + MEBIBYTE))
    answer = desk.post(f"/notes/{record.pk}/files", file=file)

    assert answer.status_code == 422
    assert '<html lang="fr"' in answer.content.decode()
    assert [url for url, _verb in BUTTON.findall(answer.content.decode())] == [
        f"/notes/{record.pk}"
    ]
    assert not SealedFile.objects.exists()


@pytest.mark.parametrize("mismatch", [TeamKeyMismatch(), PartnerKeyMismatch()])
def test_key_mismatch_page_names_the_officer(rf, mismatch):
    todo = next_step(rf.get("/teams"), mismatch).todo

    assert "data protection officer, who sees in the history of your organisation what" in todo
