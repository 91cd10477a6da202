import re
from datetime import timedelta

import pytest

from protect.directory.enums import Fact, Freshness, Method
from protect.directory.fact_records.checks import service_fact_states
from protect.directory.fact_records.values import read_fact
from protect.directory.models import FactCheck, ServiceCapacity
from protect.notices.models import Outgoing
from protect.verification.models import Correction, ProviderLink
from protect.verification.provider_links import provider_links
from protect.verification.rules import LINK_VALIDITY
from tests.vault.views.desk import Desk, led_to, words
from tests.verification.nights import NOW, entry, locate

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


@pytest.fixture
def service(staff):
    service = entry(email="desk@demo.example", text_language_id="en", country="IE")
    service.costs.create(kind="free")
    return service


@pytest.fixture
def page(staff, service):
    """Return the path of the link in the mail."""
    return send_link_and_get_path(staff, service)


@pytest.fixture
def visitor():
    """Return a browser without a signed-in user."""
    return Desk(at=LATER)


def send_link_and_get_path(staff, service, at=NOW):
    provider_links.send_link(staff.zoe.scope, service, at=at)
    token = Outgoing.objects.order_by("-created").first().link.rsplit("/", 1)[1]
    return f"/entry/{token}"


def hidden_fields(answer, last=True):
    html = answer.content.decode()
    fields = {}
    for name in ("had", "opened"):
        values = re.findall(rf'name="{name}"\s+value="([^"]*)"', html)
        fields[name] = (values[-1] if last else values[0]) if values else ""
    return fields


def states(service):
    return {fact: state.state for fact, state in service_fact_states(service, LATER).items()}


def test_link_mail_is_sent_only_after_confirmation(staff, service):
    desk = staff.desk("zoe")
    address = f"/directory/services/{service.pk}/link"

    text = words(desk.get(address))
    assert "own address. It names no person and gives no details." in text.replace("&#x27;", "'")
    answer = desk.post(address)

    assert led_to(answer) == f"/directory/services/{service.pk}"
    assert Outgoing.objects.get().template == "service_check"
    assert ". The service has not answered." in words(desk.get(address))


def test_no_mail_is_sent_without_a_mail_address(staff):
    service = entry("s2", "IE")

    answer = staff.desk("zoe").post(f"/directory/services/{service.pk}/link")

    assert answer.status_code == 409
    assert not ProviderLink.objects.exists()


def test_link_opens_the_entry_page_without_an_account(service, page, visitor):
    answer = visitor.get(page)

    text = words(answer)
    assert answer.status_code == 200
    assert "Demo Counselling" in text
    assert "Free" in text
    assert "Yes, everything is still right" in text
    assert "Sign in" not in text
    assert ProviderLink.objects.get().opened_at is None  # mail scanners open it, too
    visitor.post(page, **hidden_fields(answer, last=False))
    assert ProviderLink.objects.get().opened_at == LATER


def test_all_facts_can_be_confirmed_with_one_button(service, page, visitor):
    visitor.post(page, **hidden_fields(visitor.get(page), last=False), do="all")

    states_by_fact = states(service)
    assert (states_by_fact[Fact.PHONE], states_by_fact[Fact.COST]) == (
        Freshness.FRESH,
        Freshness.FRESH,
    )
    assert states_by_fact[Fact.REPORTING] == Freshness.UNVERIFIED  # it has no value to confirm
    assert {check.method for check in FactCheck.objects.all()} == {Method.PROVIDER}


def test_link_page_asks_for_new_values_and_applies_them(service, page, visitor):
    form_page = visitor.get(page)
    assert 'name="cost-0-kind"' in form_page.content.decode()
    typed = {"cost-0-kind": "low", "cost-0-note": ""}

    answer = visitor.post(page, **hidden_fields(form_page), is_cost="changed", **typed)

    assert "Thank you" in words(answer)
    assert read_fact(service, Fact.COST)["costs"] == [{"kind": "low", "note": ""}]


def test_new_number_from_a_link_waits_for_a_moderator(service, page, visitor):
    form_page = visitor.get(page)
    typed = {"phone-0-number": "+353 1 800 9999", "phone-0-kind": "voice"}
    typed |= {"phone-0-shown_on_bill": "unknown", "phone-0-works_without_credit": "unknown"}

    answer = visitor.post(page, **hidden_fields(form_page), is_phone="changed", **typed)

    assert answer.status_code == 200, words(answer)
    assert "Until then these facts are shown as “being checked”." in words(answer)
    correction = Correction.objects.get()
    assert correction.facts == ["phone"]
    assert correction.proposed["phone"]["phones"][0]["number"] == "+35318009999"
    assert read_fact(service, Fact.PHONE)["phones"][0]["number"] == "+35621000001"


def test_link_page_is_in_the_language_of_the_service(staff, visitor):
    service = entry("s2", "IE", email="desk@demo.example", text_language_id="ar")
    page = send_link_and_get_path(staff, service)

    assert 'dir="rtl"' in visitor.get(page).content.decode()
    assert 'lang="fr"' in visitor.get(f"{page}?in=fr").content.decode()[:200]
    assert 'dir="rtl"' in visitor.get(f"{page}?in=xx").content.decode()


def test_link_page_of_a_shelter_has_no_address(staff, visitor):
    shelter = entry(
        "s2",
        "IE",
        email="desk@demo.example",
        categories=["shelter"],
        address_audience="never_stored",
    )
    page = send_link_and_get_path(staff, shelter)

    answer = visitor.get(page)
    assert "is_address" not in answer.content.decode()
    refused = visitor.post(
        page,
        **hidden_fields(answer) | {"opened": "cost"},
        is_cost="changed",
        **{"cost-0-kind": "free", "cost-0-note": "Come to 12 Triq Demo"},
    )

    assert refused.status_code == 422
    assert not FactCheck.objects.exists()
    assert not Correction.objects.exists()
    forged = visitor.post(page, had="address=x", is_address="right", do="all")
    assert forged.status_code == 410
    assert not FactCheck.objects.exists()


def test_service_with_a_public_address_can_confirm_it(staff, service, visitor):
    locate(service)
    page = send_link_and_get_path(staff, service, at=LATER)

    visitor.post(page, **hidden_fields(visitor.get(page)), is_address="right")

    assert states(service)[Fact.ADDRESS] == Freshness.FRESH


@pytest.mark.parametrize("what", ["forged", "expired", "replaced", "expired after an answer"])
def test_unknown_revoked_and_expired_links_show_the_same_page(staff, service, page, what):
    if what == "replaced":
        send_link_and_get_path(staff, service, at=LATER)
    if what == "expired after an answer":
        early = Desk(at=LATER)
        early.post(page, **hidden_fields(early.get(page)), is_cost="right")
    visitor = Desk(at=NOW + LINK_VALIDITY if what.startswith("expired") else LATER)
    address = "/entry/" + "A" * 43 if what == "forged" else page

    second_page = visitor.post(address, do="again")
    answers = [visitor.get(address), visitor.post(address, do="all", had="cost=x"), second_page]

    assert {answer.status_code for answer in answers} == {410}
    assert all("This link no longer works" in words(answer) for answer in answers)
    assert all("Demo Counselling" not in words(answer) for answer in answers)


@pytest.fixture
def answered(service, page, visitor):
    """A link by which a service confirmed its cost and proposed a new number."""
    typed = {"phone-0-number": "+353 1 800 9999", "phone-0-kind": "voice"}
    typed |= {"phone-0-shown_on_bill": "unknown", "phone-0-works_without_credit": "unknown"}
    answers = {"is_cost": "right", "is_phone": "changed"}
    visitor.post(page, **hidden_fields(visitor.get(page)), **answers, **typed)
    return page


def test_an_answered_link_shows_the_answers_and_their_date(answered, visitor):
    shown = visitor.get(answered)

    assert shown.status_code == 200
    text = words(shown)
    assert "You have already answered" in text
    assert "What you answered on 25 Nov 2026" in text
    assert "Cost Still right" in text
    assert "Has changed; the new value was sent to us to be checked" in text
    assert "+353" not in text


def test_second_answer_by_a_link_changes_nothing(answered, visitor):
    checks = FactCheck.objects.count()

    answer = visitor.post(answered, do="all", had="cost=x")

    assert answer.status_code == 410
    assert "You have already answered" in words(answer)
    assert FactCheck.objects.count() == checks


def test_an_answered_link_sends_one_new_link(service, answered, visitor):
    before = Outgoing.objects.count()

    assert "A new e-mail has been sent" in words(visitor.post(answered, do="again"))

    assert Outgoing.objects.count() == before + 1
    assert Outgoing.objects.order_by("-created").first().to == service.email
    assert visitor.post(answered, do="again").status_code == 410
    assert Outgoing.objects.count() == before + 1
    new = f"/entry/{Outgoing.objects.order_by('-created').first().link.rsplit('/', 1)[1]}"
    visitor.post(new, **hidden_fields(visitor.get(new)), is_cost="right")
    assert FactCheck.objects.filter(fact="cost", verdict="confirmed").count() == 2


def test_an_unanswered_link_sends_no_new_link(page, visitor):
    before = Outgoing.objects.count()

    assert visitor.post(page, do="again").status_code == 410

    assert Outgoing.objects.count() == before


def test_answered_link_accepts_free_places_again(service, page, visitor):
    capacity = ServiceCapacity.objects.create(
        service=service, available=2, updated_at=NOW, expires_at=LATER
    )
    answer = visitor.post(page, **hidden_fields(visitor.get(page)), is_cost="right")
    assert "Update free places" in words(answer)

    second_page = visitor.get(page)
    assert "is_cost" not in second_page.content.decode()
    assert "What you answered on" in words(second_page)
    visitor.post(page, **hidden_fields(second_page, last=False), do="all")

    capacity.refresh_from_db()
    assert (capacity.available, capacity.updated_at) == (2, LATER)


def test_missing_answers_are_listed(service, page, visitor):
    answer = visitor.post(page, **hidden_fields(visitor.get(page)))

    assert answer.status_code == 422
    assert "at least one fact" in words(answer)
    assert ProviderLink.objects.get().answered_at is None
