"""What a writer to the database does to a person whose session is locked, or to what keeps it open.

The page says what became of their text, and their officers learn of the key.
"""

from datetime import timedelta

import pytest

from protect.audit.models import Entry
from protect.vault.models import Draft, UnlockSession, UserKey
from protect.vault.sessions import drafts
from tests.vault.adversary.database_writer import see_all_rows
from tests.vault.cast import AT
from tests.vault.signing import make_person
from tests.vault.views.desk import Desk, led_to

CAST_IS_KEPT = True

pytestmark = pytest.mark.django_db


def post_late(cast, desk: Desk):
    """Send a note when the session has locked meanwhile."""
    desk.at = AT + timedelta(minutes=30)
    return desk.post(f"/teams/{cast.desk.pk}/notes/new", title="t", text="typed", months="24")


@pytest.mark.parametrize("key", ["another", "junk"])
def test_text_posted_while_locked_is_sealed_to_no_unknown_key_and_its_writer_learns_it(
    cast, writer, ledger_state, key
):
    if ledger_state == "rebuilt":
        pytest.skip("a rebuilt ledger knows the key that was written (docs/threat-model.md)")
    desk = Desk().let_in(cast.amal)
    see_all_rows()
    public = b"\1junk" if key == "junk" else writer.forged_user.public().raw
    UserKey.objects.filter(user=cast.amal.user).update(public=public)

    answer = post_late(cast, desk)

    see_all_rows()
    assert led_to(answer) == "/unlock"
    assert "before=not_kept" in answer.headers["Location"]
    assert Draft.objects.count() == 0
    assert [entry.outcome for entry in Entry.objects.alarms()] == ["key_mismatch"]


def test_dropped_draft_that_is_put_back_with_a_later_end_does_not_open(cast):
    draft = drafts.keep_draft(cast.amal.pk, "/notes/new", {"text": ["older text"]}, at=AT)
    drafts.delete_draft(cast.amal.pk, draft.pk)
    draft.save(force_insert=True)
    assert drafts.read_draft(cast.amal.unlocked(), draft.pk, at=AT)
    year_later = AT + timedelta(days=365)
    Draft.objects.update(expires=year_later + drafts.DRAFT_LIFETIME)

    assert drafts.read_draft(cast.amal.unlocked(), draft.pk, at=year_later) is None


def test_open_session_whose_sealed_secret_was_overwritten_is_locked_and_opens_again():
    gita = make_person("gita")
    desk = Desk().sign_in(gita)
    UnlockSession.objects.update(blob=b"\1junk")

    assert led_to(desk.get("/")) == "/unlock"
    assert desk.get("/sign-in").status_code < 500
    assert led_to(desk.post("/unlock", password=gita.password)) == "/"
    assert desk.get("/").status_code == 200


def test_session_whose_sealed_secret_was_overwritten_can_be_ended():
    desk = Desk().sign_in(make_person("gita"))
    UnlockSession.objects.update(blob=b"\1junk")

    assert desk.post("/sign-out").status_code < 400
    assert not UnlockSession.objects.exists()


def test_session_before_its_second_factor_whose_secret_was_overwritten_is_over():
    gita, desk = make_person("gita"), Desk()
    desk.post("/sign-in", email=gita.user.email, password=gita.password)
    UnlockSession.objects.update(blob=b"\1junk")

    assert led_to(desk.get("/")) == "/sign-in"
    assert desk.get("/sign-in").status_code == 200
