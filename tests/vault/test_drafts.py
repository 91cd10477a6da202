from datetime import timedelta
from uuid import uuid4

import pytest

from protect.orgs.models import User
from protect.vault.enums import Owner
from protect.vault.errors import MemberKeyMismatch
from protect.vault.formats.secrets import UserSecret
from protect.vault.integrity import key_register
from protect.vault.models import Draft, UserKey
from protect.vault.sessions import drafts
from protect.vault.sessions.drafts import DRAFT_LIFETIME, DRAFT_LIMIT
from tests.vault.cast import AT, make_person, renew
from tests.vault.traces import everything, refused, spoilt

pytestmark = pytest.mark.django_db
FORM = {"text": ["PLANTED one", "two"], "title": [""]}


@pytest.fixture
def amal(db):
    return make_person("amal")


def keep(person, fields=None, at=AT, address="/notes/new"):
    return drafts.keep_draft(person.pk, address, fields or FORM, at=at)


def read(person, draft, at=AT):
    return drafts.read_draft(person.unlocked(), draft.pk, at=at)


def test_form_posted_while_locked_is_offered_after_unlocking(amal):
    draft = keep(amal)

    found, fields = read(amal, draft)

    assert fields == FORM
    assert (found.pk, found.address) == (draft.pk, "/notes/new")
    assert drafts.waiting_drafts(amal.unlocked(), at=AT) == [draft]


def test_draft_is_sealed_to_the_new_key_if_the_account_restarts_meanwhile(amal, monkeypatch):
    newest_of = UserKey.newest_of
    once = [None]

    def read_and_begin_anew(user):
        found = newest_of(user)
        if once:
            once.pop()
            renew(amal)
            key_register.register_retirement(Owner.PERSON, amal.pk, 1, at=AT)  # as after the commit
        return found

    monkeypatch.setattr(UserKey, "newest_of", read_and_begin_anew)

    draft = keep(amal)

    assert draft.user_version == 2
    assert read(amal, draft)[1] == FORM


def test_no_draft_is_sealed_to_a_replaced_key(amal):
    UserKey.objects.filter(user=amal.pk).update(public=UserSecret.generate().public().raw)

    with refused(MemberKeyMismatch):
        keep(amal)


def test_row_of_a_draft_contains_no_text(amal):
    keep(amal)

    assert "PLANTED" not in repr(everything())


@pytest.mark.parametrize(
    "name", ["password", "old", "again", "code", "code_1", "CODE", "totp", "csrfmiddlewaretoken"]
)
def test_passwords_and_codes_are_never_kept(amal, name):
    draft = keep(amal, {**FORM, name: ["PLANTED secret"]})

    assert read(amal, draft)[1] == FORM


def test_form_with_only_secrets_or_blanks_is_not_kept(amal):
    for fields in ({"password": ["secret"]}, {"text": [""]}, {"text": []}):
        assert keep(amal, fields) is None
    assert not Draft.objects.exists()


def test_user_without_keys_keeps_no_draft(db):
    user = User.objects.create_user("new@demo.example")

    assert drafts.keep_draft(user.pk, "/notes/new", FORM, at=AT) is None


def test_other_users_cannot_read_or_delete_a_draft(amal):
    draft, bela = keep(amal), make_person("bela")

    assert read(bela, draft) is None
    assert drafts.waiting_drafts(bela.unlocked(), at=AT) == []
    assert not drafts.delete_draft(bela.pk, draft.pk)
    Draft.objects.filter(pk=draft.pk).update(user=bela.user)
    assert read(bela, draft) is None


def test_a_draft_moved_to_another_form_does_not_open_there(amal):
    draft = keep(amal)
    Draft.objects.filter(pk=draft.pk).update(address="/teams/retire")

    assert read(amal, draft) is None


def test_changed_bytes_do_not_open(amal):
    draft = keep(amal)
    Draft.objects.filter(pk=draft.pk).update(ct=spoilt(draft.ct))

    assert read(amal, draft) is None


def test_restarted_account_cannot_open_earlier_drafts(amal):
    draft = keep(amal)
    renew(amal)

    assert read(amal, draft) is None
    assert drafts.waiting_drafts(amal.unlocked(), at=AT) == []


def test_draft_is_deleted_after_a_day(amal):
    draft = keep(amal)
    last = AT + DRAFT_LIFETIME - timedelta(seconds=1)

    assert read(amal, draft, last)
    assert drafts.delete_expired_drafts(at=last) == 0
    assert read(amal, draft, AT + DRAFT_LIFETIME) is None
    assert drafts.waiting_drafts(amal.unlocked(), at=AT + DRAFT_LIFETIME) == []
    assert drafts.delete_expired_drafts(at=AT + DRAFT_LIFETIME) == 1


def test_the_newest_five_of_a_person_stay(amal):
    other = keep(make_person("bela"))
    made = [keep(amal, at=AT + timedelta(minutes=n)) for n in range(DRAFT_LIMIT + 2)]

    waiting = drafts.waiting_drafts(amal.unlocked(), at=AT)
    assert [draft.pk for draft in waiting] == [draft.pk for draft in reversed(made[2:])]
    assert Draft.objects.filter(pk=other.pk).exists()


def test_a_draft_that_was_used_is_dropped_once(amal):
    draft = keep(amal)

    assert drafts.delete_draft(amal.pk, draft.pk)
    assert not drafts.delete_draft(amal.pk, draft.pk)
    assert read(amal, draft) is None


def test_unknown_draft_is_none(amal):
    assert drafts.read_draft(amal.unlocked(), uuid4(), at=AT) is None
