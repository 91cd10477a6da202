"""What a writer to the database who has an account of their own does with sessions.

Pages that need no key of a team (histories, people, appointments) ask only who is signed in.
"""

import pytest

from protect.kernel import clock
from protect.vault.enums import SessionState, WrapKind
from protect.vault.formats import context, sealed
from protect.vault.formats.secrets import UnlockToken, UserSecret
from protect.vault.models import Session, TotpDevice, UnlockSession, UserWrap
from protect.vault.models.sessions import stored_session_key
from protect.vault.sign_in.cookies import SESSION_KEY, UNLOCK_COOKIE
from tests.vault.browsing import SID
from tests.vault.signing import AT, Person, make_person
from tests.vault.views.desk import Desk, led_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def petra() -> Person:
    """Holds whatever role that needs no key."""
    return make_person("petra")


@pytest.fixture
def mallory() -> Person:
    """An account like any other; they also write rows."""
    return make_person("mallory")


def begin(person: Person) -> Desk:
    """Come as far as the second factor."""
    desk = Desk()
    desk.post("/sign-in", email=person.user.email, password=person.password)
    return desk


def give_session_to(desk: Desk, person: Person, session: UnlockSession) -> None:
    """Write a session down as another person's, open to the cookie of this browser."""
    token = UnlockToken.from_text(desk.client.cookies[UNLOCK_COOKIE].value)
    bound = context.unlock(user=person.user.pk, session=session.pk)
    UnlockSession.objects.filter(pk=session.pk).update(
        user=person.user,
        user_version=1,
        token_hash=token.stored_hash(),
        blob=sealed.seal_user_secret(UserSecret.generate(), token, bound),
    )


def is_out(desk: Desk) -> bool:
    return led_to(desk.get("/")) == "/sign-in"


@pytest.mark.parametrize("keeps_hash", [True, False])
def test_session_before_its_second_factor_becomes_no_other_persons(petra, mallory, keeps_hash):
    desk = begin(mallory)
    session = UnlockSession.objects.get(user=mallory.user)
    before = session.token_hash
    give_session_to(desk, petra, session)
    if keeps_hash:
        UnlockSession.objects.update(token_hash=before)
    TotpDevice.objects.filter(user=petra.user).delete()

    assert is_out(desk)
    assert desk.post("/second-factor").status_code != 200


def test_open_session_becomes_no_other_persons(petra, mallory):
    desk = Desk().sign_in(mallory)
    give_session_to(desk, petra, UnlockSession.objects.get(user=mallory.user))

    assert is_out(desk)


def test_what_another_persons_session_says_means_nothing_under_ones_own_cookie(petra, mallory):
    Desk().sign_in(petra)
    desk = Desk().sign_in(mallory)
    own = Session.objects.get(session_key=stored_session_key(desk.client.cookies[SID].value))
    theirs = Session.objects.exclude(pk=own.pk).get()
    Session.objects.filter(pk=own.pk).update(session_data=theirs.session_data)
    give_session_to(desk, petra, UnlockSession.objects.get(user=petra.user))

    assert is_out(desk)
    with clock.frozen(AT):
        assert SESSION_KEY not in desk.client.session


@pytest.mark.parametrize("state", [SessionState.PROVISIONAL, SessionState.UNLOCKED])
def test_passphrase_and_rows_that_say_the_second_factor_was_shown_open_nothing(petra, state):
    """Without the confirmation of its code, the account would ask for a new one, and open then."""
    desk = begin(petra)
    UnlockSession.objects.update(stepped_up=AT, state=state)
    UserWrap.objects.filter(kind=WrapKind.RECOVERY).update(confirmed_at=None)

    assert is_out(desk)
