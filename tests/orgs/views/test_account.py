import re

import pytest
from django.utils import timezone

from protect.audit.models import Entry
from protect.orgs.models import Membership, User
from tests.vault.views.desk import Desk, led_to, words

pytestmark = pytest.mark.django_db
CAST_IS_KEPT = True


def of(user) -> tuple[str, str]:
    return User.objects.values_list("name", "language").get(pk=user.pk)


def changes() -> int:
    return Entry.objects.filter(action="orgs.change_profile").count()


def test_account_page_shows_name_address_and_time_zone(cast):
    said = words(Desk().let_in(cast.amal).get("/account"))

    assert "amal@demo.example" in said
    assert "Europe/Brussels Your screens use the time zone of Demo office" in said


def test_new_name_and_language_are_saved_and_confirmed_in_that_language(cast):
    desk = Desk().let_in(cast.amal)

    answer = desk.post("/account", name="  Demo   Amal B. ", language="ar")

    assert led_to(answer) == "/account"
    assert of(cast.amal.user) == ("Demo Amal B.", "ar")
    assert changes() == 1
    shown = desk.get("/account")
    assert 'lang="ar"' in shown.content.decode()
    assert 'dir="rtl"' in shown.content.decode()


@pytest.mark.parametrize(
    ("name", "language"), [("", "en"), ("x" * 121, "en"), ("Demo", "xx"), ("Demo\x1b", "en")]
)
def test_invalid_values_change_nothing(cast, name, language):
    before = of(cast.amal.user)

    answer = Desk().let_in(cast.amal).post("/account", name=name, language=language)

    assert answer.status_code == 422
    assert of(cast.amal.user) == before
    assert changes() == 0


def test_posted_id_cannot_select_another_account(cast):
    Desk().let_in(cast.amal).post(
        "/account", name="Demo Other", language="fr", user=str(cast.bela.pk), email="x@demo.example"
    )

    assert of(cast.bela.user) == ("Demo Bela", "en")
    assert User.objects.get(pk=cast.amal.pk).email == "amal@demo.example"


def test_only_languages_of_the_desk_are_offered(cast):
    field = Desk().let_in(cast.amal).get("/account").context["form"].fields["language"]

    assert [tag for tag, _name in field.choices] == ["en", "fr", "nl", "ar"]
    assert field.help_text == ""


def test_another_language_stays_and_the_page_says_what_stands_in(cast):
    User.objects.filter(pk=cast.amal.pk).update(language="fa")
    desk = Desk().let_in(cast.amal)

    answer = desk.get("/account")

    assert '<option value="fa" selected>' in answer.content.decode()
    assert (
        "not available in \u2068فارسی\u2069 yet, so your screens are in \u2068English\u2069."
        in words(answer)
    )
    assert re.search(r'<html lang="en"\s+dir="ltr">', answer.content.decode())
    assert answer.headers["Content-Language"] == "en"
    assert led_to(desk.post("/account", name="Demo Amal B.", language="fa")) == "/account"
    assert of(cast.amal.user) == ("Demo Amal B.", "fa")


def test_user_without_membership_uses_utc(cast):
    Membership.objects.filter(user=cast.amal.user).delete()

    assert "UTC You are not a member" in words(Desk().let_in(cast.amal).get("/account"))


def test_account_page_needs_a_session(db):
    assert led_to(Desk().get("/account")) == "/sign-in"


def test_stopped_clock_is_restored(cast):
    Desk().let_in(cast.amal).get("/account")

    assert timezone.get_current_timezone_name() == "UTC"
