"""What the cast typed while locked, as the pages of drafts show it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from protect.kernel import clock
from protect.vault.models import Draft, SealedFile
from protect.vault.sessions import drafts
from tests.uploads.sample_files import picture
from tests.vault import cast as people
from tests.vault.signing import AT
from tests.vault.views.desk import Desk, words
from tests.vault.views.noting import noted

pytestmark = pytest.mark.django_db
CAST_IS_KEPT = True


def test_what_was_typed_stands_in_the_order_and_the_words_of_its_form(cast):
    desk = Desk().let_in(cast.amal)
    note = noted(cast.amal, cast.desk)
    desk.post("/lock")
    typed = {"seen": "1", "had": "24", "months": "24", "text": "Demo text", "title": "Demo Title"}
    desk.post(f"/notes/{note.pk}/edit", **typed)

    page = words(Desk().let_in(cast.amal).get(f"/drafts/{Draft.objects.get().pk}"))

    said = page.partition("it is submitted to the page “ Change a note ”")[0]
    shown = "Title Demo Title Text Demo text Keep it for how many months? 24"
    assert shown in said
    assert not {"seen", "had", "Seen", "Had", str(note.pk)} & set(said.split())


def test_what_is_chosen_is_said_in_words_and_what_was_left_empty_is_left_out(cast):
    desk = Desk().let_in(cast.dana)
    desk.post("/lock")
    address = f"/organisations/{cast.office.pk}/invite"
    desk.post(address, email="", role="protection_officer", language="fr")

    page = words(Desk().let_in(cast.dana).get(f"/drafts/{Draft.objects.get().pk}"))

    assert "Role Data protection officer Language of the mail Français" in page
    assert "E-mail address" not in page
    assert "protection_officer" not in page


def test_a_file_that_was_sent_while_locked_is_said_to_be_lost(cast):
    note, desk = noted(cast.amal, cast.desk), Desk().let_in(cast.amal)
    scan = SimpleUploadedFile("PLANTED.png", picture("PNG"), content_type="image/png")
    desk.post("/lock")

    answer = desk.post(f"/notes/{note.pk}/files", file=scan)

    assert answer.headers["Location"].endswith("&before=not_kept")
    assert not Draft.objects.exists()
    assert not SealedFile.objects.exists()


def test_what_was_sealed_to_a_forgotten_key_is_not_listed(cast):
    with clock.frozen(AT):
        row = drafts.keep_draft(cast.amal.pk, "/account", {"text": ["Demo words"]}, at=AT)
    assert row
    people.renew(cast.amal)
    desk = Desk().let_in(cast.amal)

    assert "No unsent forms" in words(desk.get("/drafts"))
    assert desk.get(f"/drafts/{row.pk}").status_code == 404
