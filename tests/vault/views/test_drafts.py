import html
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import translation

from protect.kernel import clock
from protect.orgs.models import User
from protect.vault.models import Draft
from protect.vault.sessions import drafts
from protect.vault.sign_in import posted
from tests.guards.matrix import STAFF, addresses
from tests.vault.signing import AT, OTHER, PASSWORD, make_person
from tests.vault.views.desk import Desk, led_to, words

pytestmark = pytest.mark.django_db
AMAL_IS_KEPT = True
HIDDEN = re.compile(r'<input type="hidden"\s+name="([^"]*)"\s+value="([^"]*)">')
FORM = re.compile(r'<form class="form"[^>]*\saction="([^"]*)">(.*?)</form>', re.DOTALL)
NAME = "Demo Amal, “of the office”\r\n<b>&"


def keep(desk: Desk, address: str = "/account", **fields: str) -> Draft:
    """Post a form while it is locked, and unlock."""
    desk.post("/lock")
    desk.post(address, **(fields or {"name": NAME, "language": "en"}))
    desk.at += timedelta(minutes=1)
    answer = desk.post("/unlock?next=/keys", password=PASSWORD)
    assert answer.headers["Location"] == "/drafts?next=%2Fkeys"
    return Draft.objects.get()


def form_of(answer) -> tuple[str, dict[str, str]]:
    """Return where a page would send what was kept, and what it would send."""
    [(address, fields)] = FORM.findall(answer.content.decode())
    return address, {name: html.unescape(value) for name, value in HIDDEN.findall(fields)}


def named_addresses() -> list[str]:
    """Return the names of all addresses of the desk, as they stand after a colon."""
    return [name for name, _ in addresses()]


def name_of(person) -> str:
    return User.objects.values_list("name", flat=True).get(pk=person.user.pk)


def put(user, address: str, *, at=AT) -> Draft:
    with clock.frozen(at):
        kept = drafts.keep_draft(user.pk, address, {"text": ["Demo words"]}, at=at)
    assert kept
    return kept


def test_what_was_typed_while_locked_is_shown_and_nothing_was_sent(amal, desk):
    row = keep(desk)

    listed = words(desk.get("/drafts"))
    assert "Demo Amal, “of the office” &lt;b&gt;&amp; Your account · 1 minute ago" in listed
    page = desk.get(f"/drafts/{row.pk}")
    assert "Your name Demo Amal, “of the office” &lt;b&gt;&amp;" in words(page)
    assert "Language of your screens and mail English" in words(page)
    assert "it is submitted to the page “ Your account ”" in words(page)
    assert "/account" not in words(page)
    assert name_of(amal) == "Demo Amal"


def test_it_is_sent_with_a_fresh_token_and_gone_then(amal, desk):
    row = keep(desk, name="Demo Amal of the office", language="ar")
    desk.client.handler.enforce_csrf_checks = True
    address, fields = form_of(desk.get(f"/drafts/{row.pk}"))
    assert fields.pop("csrfmiddlewaretoken")
    assert desk.post(address, **fields).status_code == 403  # without the token
    assert Draft.objects.count() == 1

    address, fields = form_of(desk.get(f"/drafts/{row.pk}"))
    answer = desk.post(address, **fields)

    assert (address, led_to(answer)) == ("/account", "/account")
    assert name_of(amal) == "Demo Amal of the office"
    assert Draft.objects.count() == 0
    assert desk.get("/drafts").status_code == 200


def test_pages_and_fields_are_named_in_the_language_of_the_reader():
    with translation.override("fr"):
        assert posted.page_title("orgs:account") not in ("", "Your account")
        (label, text), *_rest = posted.typed_texts("vault:note_new", {"title": ["Demo"]})

    assert (label, text) == ("Titre", "Demo")


def test_hidden_fields_of_the_rows_of_a_page_are_not_listed():
    digest = "0f" * 32
    fields = {
        "text_lead": ["Demo words"],
        "source_lead": [digest],
        "saw_lead": ["3"],
        "keep_lead": ["on"],
    }

    assert posted.typed_texts("content:translation", fields) == [("What you typed", "Demo words")]
    change = {"seen": ["4"], "text_lead": ["Demo words"], "change_lead": ["safety"]}
    assert posted.typed_texts("content:source", change) == [("What you typed", "Demo words")]
    line = {f"b{uuid4()}": ["present"], f"m{uuid4()}": ["45"]}
    assert posted.typed_texts("trainings:attendance", line) == [("What you typed", "45")]


def test_digests_and_ids_of_a_form_without_a_name_are_not_listed():
    fields = {"text": ["Demo words"], "saw_lead": ["0f" * 32], "material": [f"{uuid4()}"]}

    assert posted.typed_texts("content:read", fields) == [("What you typed", "Demo words")]


def test_the_title_of_a_kept_translation_is_its_text(amal, desk):
    row = keep(
        desk,
        reverse("content:translation", urlconf=STAFF, args=["men", "fr"]),
        text_lead="Mots de démonstration",
        source_lead="0f" * 32,
        saw_lead="",
    )

    listed, page = words(desk.get("/drafts")), words(desk.get(f"/drafts/{row.pk}"))
    assert "Mots de démonstration" in listed
    assert "0f0f" not in listed
    assert "0f0f" not in page
    assert form_of(desk.get(f"/drafts/{row.pk}"))[1]["source_lead"] == "0f" * 32  # it is sent


@pytest.mark.parametrize("name", sorted(posted.DRAFT_PAGES))
def test_every_page_that_is_named_has_a_form_whose_fields_have_labels(name):
    form = posted.DRAFT_PAGES[name].form()

    assert all(str(each.label) for each in form.visible_fields())
    assert any(each.endswith(f":{name.partition(':')[2]}") for each in named_addresses())


def test_what_was_typed_for_a_page_that_nobody_named_is_shown_all_the_same(amal, desk):
    row = put(amal.user, "/security/sessions/end")

    page = words(desk.get(f"/drafts/{row.pk}"))

    assert "What you typed Demo words" in page
    assert "it is submitted to the page where you filled it in," in page


def test_where_one_unlocks_it_says_that_something_is_kept_only_if_it_is(amal, desk):
    desk.post("/lock")
    assert "is kept" not in words(desk.get("/unlock"))

    desk.post("/account", name=NAME, language="en")

    assert "Your unsent text is kept, and only you can read it." in words(desk.get("/unlock"))
    desk.at += drafts.DRAFT_LIFETIME
    assert not drafts.has_waiting_draft(amal.user.pk, at=desk.at)


def test_every_letter_that_was_typed_is_sent(desk):
    row = keep(desk)

    assert form_of(desk.get(f"/drafts/{row.pk}"))[1]["name"] == NAME


def test_no_address_sends_anything_by_looking(amal, desk):
    row = keep(desk, name="Demo other", language="en")

    desk.get(f"/drafts/{row.pk}", accept="text/html")
    desk.get(f"/account?kept_draft={row.pk}&name=Demo+other&language=en")
    assert desk.get(f"/drafts/{row.pk}/drop").status_code == 405

    assert name_of(amal) == "Demo Amal"
    assert Draft.objects.count() == 1


def test_what_is_refused_when_it_is_sent_stays(amal, desk):
    row = keep(desk, name="Demo\x1bAmal", language="en")
    address, fields = form_of(desk.get(f"/drafts/{row.pk}"))

    assert desk.post(address, **fields).status_code == 422
    assert Draft.objects.count() == 1


def test_what_waits_for_a_step_up_stays(desk):
    row = keep(desk, "/security/passkeys/new", name="Demo key")
    desk.at += timedelta(minutes=11)
    address, fields = form_of(desk.get(f"/drafts/{row.pk}"))

    assert led_to(desk.post(address, **fields)) == "/confirm"
    assert Draft.objects.count() == 1


def test_what_is_sent_while_locked_again_is_kept_once(desk):
    row = keep(desk)
    address, fields = form_of(desk.get(f"/drafts/{row.pk}"))
    desk.post("/lock")

    desk.post(address, **fields)

    desk.post("/unlock", password=PASSWORD)
    newer = Draft.objects.get()
    assert newer.pk != row.pk
    sent = form_of(desk.get(f"/drafts/{newer.pk}"))[1]
    assert sent["name"] == NAME
    assert sent["kept_draft"] == str(newer.pk)


@pytest.mark.parametrize(
    ("address", "fields"),
    [
        ("/security/passphrase", {"old": PASSWORD, "password": OTHER, "again": OTHER}),
        ("/security/code", {"code": "4K7QX"}),
        ("/security/app", {"totp": "123456"}),
        ("/confirm", {"credential": "{}", "prf": "AAAA"}),
        ("/account", {"code_1": "4K7QX", "first_code": "4K7QX", "csrfmiddlewaretoken": "x"}),
        ("/security/sessions/end", {}),
        ("/account", {"name": "", "language": ""}),
    ],
)
def test_passphrases_codes_and_empty_forms_are_never_kept(desk, address, fields):
    desk.post("/lock")

    desk.post(address, **fields)

    assert Draft.objects.count() == 0
    assert led_to(desk.post("/unlock", password=PASSWORD)) == "/"


def test_a_code_is_left_out_of_what_is_kept(desk):
    row = keep(desk, text="Demo words", code_2="4K7QX", postcode="1000")

    page = desk.get(f"/drafts/{row.pk}")

    assert form_of(page)[1].keys() == {
        "csrfmiddlewaretoken",
        "kept_draft",
        "text",
        "postcode",
    }
    assert "4K7QX" not in page.content.decode()


def test_what_was_for_a_page_that_is_gone_can_still_be_read(amal, desk):
    row = put(amal.user, "/a/page/that/is/gone")

    page = desk.get(f"/drafts/{row.pk}")

    assert "Demo words" in words(page)
    assert "The page for this form no longer exists. Copy what you need, then" in words(page)
    assert FORM.findall(page.content.decode()) == []


def test_it_is_thrown_away_when_it_is_not_wanted(desk):
    row = keep(desk)

    assert led_to(desk.post(f"/drafts/{row.pk}/drop")) == "/drafts"

    assert Draft.objects.count() == 0
    said = words(desk.get("/drafts"))
    assert "The draft is deleted" in said
    assert "No unsent forms" in said


def test_what_is_foreign_old_or_was_never_there_is_missing_all_the_same(amal, desk):
    bela = make_person("bela")
    foreign = put(bela.user, "/account")
    old = put(amal.user, "/account", at=AT - drafts.DRAFT_LIFETIME)
    pages = [f"/drafts/{pk}" for pk in (foreign.pk, old.pk, uuid4())]

    answers = [desk.get(each) for each in pages]
    assert {each.status_code for each in answers} == {404}
    assert len({words(each) for each in answers}) == 1
    assert desk.post(f"{pages[0]}/drop").status_code == 404
    sent = desk.post("/account", name="Demo", language="en", kept_draft=foreign.pk)
    assert sent.status_code == 302
    assert Draft.objects.filter(pk=foreign.pk).exists()


def test_a_draft_that_was_tampered_with_is_listed_and_does_not_open(amal, desk):
    row = put(amal.user, "/account")
    Draft.objects.update(address="/security/sessions/end")

    assert "This form can no longer be opened" in words(desk.get("/drafts"))
    assert desk.get(f"/drafts/{row.pk}").status_code == 404


def test_whoever_signs_in_anew_is_led_to_what_waits(amal):
    put(amal.user, "/account")
    desk = Desk()

    desk.post("/sign-in", email=amal.user.email, password=PASSWORD)
    answer = desk.post("/sign-in/second-factor?next=/keys", totp=amal.totp(AT))

    assert answer.headers["Location"] == "/drafts?next=%2Fkeys"
    assert 'href="/keys"' in desk.get(answer.headers["Location"]).content.decode()


def test_after_unlocking_one_is_led_to_the_page_of_the_form_not_to_its_address(desk):
    desk.post("/lock")
    with clock.frozen(desk.at):
        sent = desk.client.post(
            "/security/sessions/end", headers={"referer": "http://localhost/security?x=1"}
        )
        elsewhere = desk.client.post("/stay", headers={"referer": "https://evil.example/page"})

    assert sent.headers["Location"] == "/unlock?next=%2Fsecurity"
    assert elsewhere.headers["Location"] == "/unlock?next=%2Fstay"


def test_locking_what_is_locked_leads_to_unlocking(desk):
    desk.post("/lock")

    assert led_to(desk.post("/lock")) == "/unlock"


def test_nothing_of_this_is_open_while_locked(desk):
    row = keep(desk)
    desk.post("/lock")

    for page in ("/drafts", f"/drafts/{row.pk}"):
        assert led_to(desk.get(page)) == "/unlock"
    desk.post(f"/drafts/{row.pk}/drop")
    assert Draft.objects.count() == 1


# --- Pages that are left ------------------------------------------------------------------------


def leave(desk: Desk, address: str, *, way: str = "link", **fields: str):
    """Post a form as the script of the desk does when its page is left."""
    with clock.frozen(desk.at):
        return desk.client.post(address, fields, headers={"X-Left": way})


def test_what_was_typed_on_a_page_that_is_left_is_kept_and_not_sent(amal, desk):
    answer = leave(desk, "/account", name="Demo other", language="en")

    row = Draft.objects.get()
    page = desk.get("/")
    assert answer.status_code == 204
    assert row.address == "/account"
    assert name_of(amal) == "Demo Amal"
    assert "What you typed was not saved. It is kept for 24 hours" in words(page)
    assert f'href="/drafts/{row.pk}"' in page.content.decode()


def test_a_draft_that_is_left_once_more_gives_way_to_the_new_one(desk):
    leave(desk, "/account", name="Demo first", language="en")
    first = Draft.objects.get()

    leave(
        desk,
        "/account",
        name="Demo second",
        language="en",
        **{drafts.USED_DRAFT_FIELD: str(first.pk)},
    )

    assert Draft.objects.exclude(pk=first.pk).count() == Draft.objects.count() == 1


def test_of_a_page_that_is_left_with_nothing_typed_nothing_is_kept_or_said(desk):
    assert leave(desk, "/account", password=PASSWORD).status_code == 422
    assert not Draft.objects.exists()
    assert "What you typed was not saved" not in words(desk.get("/"))


def test_a_page_that_is_left_while_locked_is_kept_too(desk):
    desk.post("/lock")

    answer = leave(desk, "/account", way="lock", name="Demo other", language="en")

    assert answer.status_code == 204
    assert Draft.objects.count() == 1
    assert words(desk.get("/unlock")).count("Your unsent text") == 1


def test_nobody_who_is_not_signed_in_leaves_a_draft(amal):
    assert leave(Desk(), "/account", name="Demo other").status_code == 302
    assert not Draft.objects.exists()
