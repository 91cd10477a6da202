from datetime import timedelta

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied

from protect.audit.models import Entry
from protect.directory.enums import Fact, Freshness, Method, Status, Verdict
from protect.directory.fact_records.checks import service_fact_states
from protect.directory.fact_records.values import fingerprint_of, read_fact
from protect.directory.models import FactCheck, Service, ServiceCapacity
from protect.notices.models import Outgoing
from protect.verification.checks.checks import CheckResult
from protect.verification.errors import LinkGone
from protect.verification.models import Correction, ProviderLink, QueueItem
from protect.verification.provider_links import provider_links
from protect.verification.rules import LINK_VALIDITY
from tests.refusals import refuses
from tests.verification.nights import NOW, count_audit_entries, entry

LATER = NOW + timedelta(days=1)
COSTS = {"costs": [{"kind": "free", "note": ""}]}
PHONES = {
    "phones": [
        {
            "number": "+35621000009",
            "kind": "voice",
            "cost": "",
            "shown_on_bill": "unknown",
            "works_without_credit": "unknown",
        }
    ]
}


@pytest.fixture
def service(staff):
    return entry(email="desk@demo.example")


@pytest.fixture
def token(staff, service):
    return send_link_and_get_token(staff, service)


def send_link_and_get_token(staff, service, at=NOW):
    provider_links.send_link(staff.vito.scope, service, at=at)
    return Outgoing.objects.order_by("-created").first().link.rsplit("/", 1)[1]


def test_demo_refuses_to_send_links_to_real_services(staff):
    service = entry("real", email="desk@example.org")

    with refuses("verification_link_only_in_demo"):
        provider_links.send_link(staff.vito.scope, service, at=NOW)

    assert not Outgoing.objects.exists()
    assert not ProviderLink.objects.exists()
    assert count_audit_entries("send_link") == 0


def provider_result(service, confirmed=(), **changed):
    """Return the answers of a service: confirmed facts, and changed facts with new values."""
    new = {Fact(fact): values for fact, values in changed.items()}
    fingerprints = {fact: fingerprint_of(read_fact(service, fact)) for fact in (*confirmed, *new)}
    return CheckResult(
        Method.PROVIDER, confirmed=frozenset(confirmed), changed=new, fingerprints=fingerprints
    )


def record_answers(token, result, at=LATER):
    return provider_links.record_answers(token, result, language="en", at=at)


def stored_rows():
    models = (FactCheck, QueueItem, Correction, Service, ProviderLink)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_provider_link_mail_goes_to_the_service_without_naming_it(staff, service, token):
    mail, link = Outgoing.objects.get(), ProviderLink.objects.get()

    assert (mail.to, mail.template, mail.language) == ("desk@demo.example", "service_check", "mt")
    assert mail.link == f"{settings.STAFF_URL}/entry/{token}"
    assert len(token) == 43
    assert token not in str(list(ProviderLink.objects.values())) + str(list(Entry.objects.values()))
    assert (link.by, link.expires) == (staff.vito.user, NOW + timedelta(days=14))
    assert count_audit_entries("send_link") == 1


def test_provider_link_mail_is_in_the_language_of_the_service(staff):
    send_link_and_get_token(staff, entry("s2", email="desk@demo.example", text_language_id="fr"))

    assert Outgoing.objects.get().language == "fr"


def test_only_the_newest_provider_link_is_valid(staff, service, token):
    newer = send_link_and_get_token(staff, service, at=LATER)

    with pytest.raises(LinkGone):
        provider_links.get_open_link(token, at=LATER)
    assert provider_links.get_open_link(newer, at=LATER).service == service


@pytest.mark.parametrize("fields", [{"email": ""}, {"status": Status.WITHDRAWN}])
def test_link_is_refused_without_mail_address_or_for_unlinkable_statuses(staff, fields):
    service = entry("s2", **{"email": "desk@demo.example"} | fields)

    with refuses("verification_link_not_possible") as refusal:
        provider_links.send_link(staff.vito.scope, service, at=NOW)

    assert refusal.value.code == "verification_link_not_possible"
    assert not ProviderLink.objects.exists()
    assert not Outgoing.objects.exists()


@pytest.mark.parametrize("name", ["edda", "rita", "zoe"])
def test_only_verifiers_of_the_country_can_send_a_link(staff, service, name):
    with pytest.raises(PermissionDenied):
        provider_links.send_link(staff.people[name].scope, service, at=NOW)

    assert not ProviderLink.objects.exists()


def test_nightly_link_has_no_sender(service):
    link = provider_links.send_link(None, service, at=NOW)

    assert link.by is None
    assert Entry.objects.get(action="verification.send_link").actor is None


@pytest.mark.parametrize("what", ["forged", "expired", "answered", "withdrawn", "empty"])
def test_unknown_revoked_and_expired_links_are_refused(service, token, what):
    at = LATER
    if what == "expired":
        at = NOW + LINK_VALIDITY
    if what == "answered":
        record_answers(token, provider_result(service, confirmed=[Fact.COST]))
    if what == "withdrawn":
        Service.objects.update(status=Status.WITHDRAWN)
    used_token = {"forged": "A" * 43, "empty": ""}.get(what, token)
    before = stored_rows()

    with pytest.raises(LinkGone) as refusal:
        provider_links.get_open_link(used_token, at=at)
    with pytest.raises(LinkGone):
        record_answers(used_token, provider_result(service, confirmed=[Fact.COST]), at=at)

    assert (refusal.value.code, refusal.value.status) == ("verification_link_gone", 410)
    assert stored_rows() == before


def test_confirming_all_facts_confirms_the_shown_facts(service, token):
    shown = list(service_fact_states(service, LATER))

    assert record_answers(token, provider_result(service, confirmed=shown)) is None

    fact_states = service_fact_states(service, LATER)
    assert {each.state for each in fact_states.values()} == {Freshness.FRESH}
    assert {check.method for check in FactCheck.objects.all()} == {Method.PROVIDER}
    assert {check.by for check in FactCheck.objects.all()} == {None}
    assert count_audit_entries("answer_link") == 1


@pytest.mark.parametrize(
    "note", ["10 euro, call me on 0470 12 34 56", "pay at https://demo.example/pay"]
)
def test_note_with_number_or_link_waits_for_a_moderator(service, token, note):
    costs = {"costs": [{"kind": "paid", "note": note}]}

    correction = record_answers(token, provider_result(service, cost=costs))

    assert correction.facts == ["cost"]
    assert read_fact(service, Fact.COST) != costs


def test_harmless_change_by_link_is_published_at_once(service, token):
    assert record_answers(token, provider_result(service, cost=COSTS)) is None

    check = FactCheck.objects.get()
    assert read_fact(service, Fact.COST) == COSTS
    assert (check.verdict, check.method) == (Verdict.CHANGED, Method.PROVIDER)


def test_new_number_waits_for_a_moderator_and_the_old_one_is_disputed(service, token):
    correction = record_answers(
        token, provider_result(service, confirmed=[Fact.COST], phone=PHONES)
    )

    assert read_fact(service, Fact.PHONE)["phones"][0]["number"] == "+35621000001"
    assert (correction.reporter, correction.by, correction.facts) == ("provider", None, ["phone"])
    assert correction.proposed == {"phone": PHONES}
    assert correction.marks == {"phone": fingerprint_of(read_fact(service, Fact.PHONE))}
    assert service_fact_states(service, LATER)[Fact.PHONE].state == Freshness.DISPUTED
    assert service_fact_states(service, LATER)[Fact.COST].state == Freshness.FRESH
    assert QueueItem.objects.get().reasons == ["disputed"]


@pytest.mark.parametrize(
    "fact", [each for each in Fact if each not in provider_links.FACTS_CHANGED_AT_ONCE]
)
def test_harmful_change_by_link_waits_for_a_moderator(service, token, fact):
    before = read_fact(service, fact)

    correction = record_answers(token, provider_result(service, **{fact.value: {"note": "Demo"}}))

    assert read_fact(service, fact) == before
    assert correction.facts == [fact.value]


def test_link_accepts_free_places_repeatedly_until_it_expires(service, token):
    capacity = ServiceCapacity.objects.create(
        service=service, available=2, updated_at=NOW, expires_at=LATER
    )
    record_answers(token, provider_result(service, confirmed=[Fact.COST, Fact.CAPACITY]))
    for free in (1, 0):
        values = read_fact(service, Fact.CAPACITY) | {"available": free}
        record_answers(
            token, provider_result(service, capacity=values), at=LATER + timedelta(hours=2 - free)
        )
        capacity.refresh_from_db()
        assert capacity.available == free

    with pytest.raises(LinkGone):
        record_answers(
            token, provider_result(service, confirmed=[Fact.COST]), at=LATER + timedelta(hours=3)
        )
    assert FactCheck.objects.filter(fact=Fact.COST).count() == 1


def test_link_cannot_confirm_a_fact_edited_since(service, token):
    result = provider_result(service, confirmed=[Fact.COST])
    service.costs.create(kind="paid")
    before = stored_rows()

    with refuses("directory_edit_conflict"):
        record_answers(token, result)

    assert stored_rows() == before


@pytest.mark.parametrize("fact", [Fact.COST, Fact.ELIGIBILITY])
def test_link_answer_with_a_shelter_address_is_refused(staff, fact):
    shelter = entry("s2", email="desk@demo.example", address_audience="never_stored")
    token = send_link_and_get_token(staff, shelter)
    values = {"costs": [{"kind": "free", "note": "Come to 12 Triq Demo."}]}
    result, before = provider_result(shelter, **{fact.value: values}), stored_rows()

    with refuses("directory_tells_where"):
        record_answers(token, result)

    assert stored_rows() == before


@pytest.mark.parametrize("answer", ["right", "changed"])
def test_link_of_a_shelter_refuses_answers_about_the_address(staff, answer):
    shelter = entry("s2", email="desk@demo.example", address_audience="never_stored")
    token = send_link_and_get_token(staff, shelter)
    result = (
        provider_result(shelter, confirmed=[Fact.ADDRESS])
        if answer == "right"
        else provider_result(shelter, address={})
    )
    before = stored_rows()

    with pytest.raises(LinkGone):
        record_answers(token, result)

    assert stored_rows() == before
