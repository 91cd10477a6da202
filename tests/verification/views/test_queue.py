import re
from datetime import timedelta

import pytest
from django.conf import settings

from protect.directory.enums import Fact, Method, Verdict
from protect.directory.fact_records.values import read_fact
from protect.directory.models import FactCheck, Service
from protect.verification import rules
from protect.verification.call_tests import call_tests
from protect.verification.enums import QueueReason, QueueState
from protect.verification.models import CallTest, QueueItem
from protect.verification.queue import queue
from tests.vault.views.desk import led_to, words
from tests.verification.nights import BEFORE, NOW, checked, entry

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def service(staff):
    service = entry()
    call_test = {"by": staff.cora.user, "second_checker": staff.vera.user}
    checked(service, Fact.PHONE, BEFORE, **call_test)
    service.costs.create(kind="free")
    return service


@pytest.fixture
def item(service):
    return queue.enqueue(service, QueueReason.DUE, at=BEFORE)


@pytest.fixture
def desk(staff, item):
    desk = staff.desk("vito")
    desk.post(f"/directory/queue/{item.pk}/take")
    return desk


def page_of(item):
    return f"/directory/queue/{item.pk}"


def hidden_fields(answer, last=True):
    """Return the hidden fields of the last or the first form of a page."""
    html = answer.content.decode()
    fields = {}
    for name in ("had", "seen", "opened"):
        values = re.findall(rf'name="{name}"\s+value="([^"]*)"', html)
        fields[name] = (values[-1] if last else values[0]) if values else ""
    return fields


def test_queue_lists_items_with_reasons_most_urgent_first(staff, item):
    other = entry("s2", name="Demo Helpline", categories=["helpline"])
    queue.enqueue(other, QueueReason.UNVERIFIED, at=NOW)

    text = words(staff.desk("vito").get("/directory/queue"))

    assert text.index("Demo Helpline") < text.index("Demo Counselling")
    assert "Unchecked" in text
    assert "Take next service" in text


def test_empty_list_explains_itself(staff):
    assert "Nothing to check" in words(staff.desk("vito").get("/directory/queue"))


@pytest.mark.parametrize(("reason", "is_there"), [("due", True), ("disputed", False), ("x", True)])
def test_queue_filters_by_reason(staff, item, reason, is_there):
    text = words(staff.desk("vito").get(f"/directory/queue?reason={reason}"))

    assert ("Demo Counselling" in text) == is_there


@pytest.mark.parametrize(("name", "status"), [("edda", 403), ("rita", 403), ("zoe", 200)])
def test_users_see_only_the_queue_of_their_countries(staff, item, name, status):
    answer = staff.desk(name).get("/directory/queue")

    assert answer.status_code == status
    assert "Demo Counselling" not in words(answer)
    assert staff.desk(name).get(page_of(item)).status_code == 404


def test_next_item_is_claimed_with_one_button(staff, item):
    answer = staff.desk("vito").post("/directory/queue/next")

    item.refresh_from_db()
    assert led_to(answer) == page_of(item)
    assert (item.state, item.claimed_by) == (QueueState.CLAIMED, staff.vito.user)


def test_no_item_is_claimed_if_none_is_free(staff, item, desk):
    answer = staff.desk("vera").post("/directory/queue/next")

    assert led_to(answer) == "/directory/queue"
    item.refresh_from_db()
    assert item.claimed_by == staff.vito.user


def test_claimed_item_shows_its_checker(staff, item, desk):
    second = staff.desk("vera")

    refused = second.post(f"/directory/queue/{item.pk}/take")
    page = second.get(page_of(item))

    assert (refused.status_code, "A colleague has taken" in words(refused)) == (409, True)
    assert "Demo Vito is checking this service" in words(page)
    assert "Save and check next service" not in words(page)


def test_check_page_shows_facts_with_freshness_and_the_number_as_text(item, desk):
    page = desk.get(page_of(item))

    text = words(page)
    assert "Confirmed, by phone" in text
    assert "Free" in text
    assert "Nothing is known" in text
    assert "+35621000001" in text
    assert settings.IS_DEMO
    assert "tel:" not in page.content.decode()
    # No answer is preselected.
    chosen = re.findall(r'name="is_[a-z_]+" value="(\w*)"[^>]*checked', page.content.decode())
    assert set(chosen) == {""}


def test_number_is_a_link_outside_the_demo(item, desk, settings):
    settings.IS_DEMO = False

    assert 'href="tel:+35621000001"' in desk.get(page_of(item)).content.decode()


def test_saved_answers_lead_to_the_next_item(item, desk):
    next_item = queue.enqueue(entry("s2"), QueueReason.DUE, at=BEFORE)
    fields = hidden_fields(desk.get(page_of(item)))

    answer = desk.post(page_of(item), **fields, is_cost="right", how="visit", do="next")

    check = FactCheck.objects.latest("at")
    assert led_to(answer) == page_of(next_item)
    assert (check.fact, check.verdict, check.method) == ("cost", "confirmed", "visit")
    assert FactCheck.objects.filter(at=NOW).count() == 1
    item.refresh_from_db()
    assert item.state == QueueState.DONE


def test_user_can_stop_after_saving(item, desk):
    queue.enqueue(entry("s2"), QueueReason.DUE, at=BEFORE)
    fields = hidden_fields(desk.get(page_of(item)))

    answer = desk.post(page_of(item), **fields, is_cost="right", how="call", do="stop")

    assert led_to(answer) == "/directory/queue"
    assert not QueueItem.objects.filter(state=QueueState.CLAIMED).exists()


def test_one_button_confirms_all_known_facts_only(item, desk):
    fields = hidden_fields(desk.get(page_of(item)), last=False)

    desk.post(page_of(item), **fields, do="call")

    checks = FactCheck.objects.filter(at=NOW)
    assert {check.fact for check in checks} == {Fact.PHONE, Fact.COST}
    assert {check.verdict for check in checks} == {Verdict.CONFIRMED}


def test_new_values_of_a_changed_fact_are_saved_with_the_check(item, desk, service):
    shown = desk.get(page_of(item))
    fields = hidden_fields(shown)
    answers = {"is_cost": "changed", "how": "call", "source": "Demo at the desk", "do": "next"}

    assert set(fields["opened"].split()) == {
        part.partition("=")[0] for part in fields["had"].split()
    }
    assert 'name="cost-0-kind"' in shown.content.decode()
    desk.post(
        page_of(item), **fields, **answers, **{"cost-0-kind": "low", "cost-0-note": "5 euros"}
    )

    check = FactCheck.objects.get(at=NOW)
    assert (check.fact, check.verdict, check.source) == ("cost", "changed", "Demo at the desk")
    assert read_fact(service, Fact.COST)["costs"] == [{"kind": "low", "note": "5 euros"}]


def test_typed_values_of_an_unchanged_fact_are_ignored(item, desk, service):
    fields = hidden_fields(desk.get(page_of(item)))

    desk.post(
        page_of(item), **fields, is_phone="right", how="call", **{"cost-0-kind": "low"}, do="next"
    )

    assert read_fact(service, Fact.COST)["costs"] == [{"kind": "free", "note": ""}]
    assert {check.fact for check in FactCheck.objects.filter(at=NOW)} == {Fact.PHONE}


def test_changed_answer_without_new_values_is_refused(item, desk):
    fields = hidden_fields(desk.get(page_of(item))) | {"opened": ""}

    answer = desk.post(page_of(item), **fields, is_cost="changed", how="call", do="next")

    assert answer.status_code == 422
    assert "Enter the new values below." in words(answer)
    assert not FactCheck.objects.filter(at=NOW).exists()


def test_check_of_a_service_with_hundreds_of_fields_is_saved(item, desk, service):
    """A service with many languages has hundreds of fields, and all are sent."""
    for tag in ("ar", "bg", "el", "en", "es", "fa", "fr", "hr", "hu", "it", "nl", "pl", "so", "ti"):
        service.languages.create(language_id=tag)
    fields = hidden_fields(desk.get(page_of(item)))
    typed = {f"languages-{n}-note": "" for n in range(16)} | {f"x-{n}": "" for n in range(300)}

    desk.post(page_of(item), **fields, **typed, is_phone="right", how="call", do="next")

    assert FactCheck.objects.filter(at=NOW).count() == 1


def test_invalid_new_values_keep_the_typed_input(item, desk):
    fields = hidden_fields(desk.get(page_of(item))) | {"opened": "phone"}
    answers = {"is_phone": "changed", "is_cost": "right", "how": "call", "source": "Demo words"}

    answer = desk.post(page_of(item), **fields, **answers, **{"phone-0-number": "12 not a number"})

    assert answer.status_code == 422
    assert "12 not a number" in answer.content.decode()
    assert "Demo words" in answer.content.decode()
    assert not FactCheck.objects.filter(at=NOW).exists()


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ({"how": "call"}, "at least one fact"),
        ({"is_cost": "right"}, "Choose how you know"),
        ({"is_cost": "nonsense", "how": "call"}, "at least one fact"),
        ({"is_cost": "right", "how": "provider"}, "not one of the available choices"),
    ],
)
def test_incomplete_check_shows_errors_and_saves_nothing(item, desk, typed, text):
    fields = hidden_fields(desk.get(page_of(item)))

    answer = desk.post(page_of(item), **fields, **typed)

    assert answer.status_code == 422
    assert text in words(answer)
    assert not FactCheck.objects.filter(at=NOW).exists()


def test_fact_edited_by_another_user_must_be_answered_again(item, desk, service):
    fields = hidden_fields(desk.get(page_of(item)))
    service.costs.update(kind="paid")

    answer = desk.post(page_of(item), **fields, is_cost="right", is_phone="right", how="call")

    html = answer.content.decode()
    assert (
        answer.status_code,
        "Another user has changed this since you opened the page. Check it again." in words(answer),
    ) == (409, True)
    assert re.search(r'name="is_phone" value="right"[^>]*checked', html)
    assert not re.search(r'name="is_cost" value="right"[^>]*checked', html)
    assert not FactCheck.objects.filter(at=NOW).exists()
    desk.post(page_of(item), **hidden_fields(answer), is_cost="right", is_phone="right", how="call")
    assert FactCheck.objects.filter(at=NOW).count() == 2


def test_check_is_saved_after_the_lease_expired(staff, item, desk):
    fields = hidden_fields(desk.get(page_of(item)))
    late = staff.desk("vito", NOW + rules.LEASE)

    assert "That time is over" in words(late.get(page_of(item)))
    late.post(page_of(item), **fields, is_cost="right", how="call", do="stop")

    item.refresh_from_db()
    assert (item.state, item.closed_by) == (QueueState.DONE, staff.vito.user)


def test_saving_an_item_claimed_by_another_user_keeps_the_typed_input(staff, item, desk):
    fields = hidden_fields(desk.get(page_of(item)))
    at = NOW + rules.LEASE
    queue.claim(staff.vera.scope, item, at=at)

    answer = staff.desk("vito", at).post(
        page_of(item), **fields, is_cost="right", how="call", source="Demo words"
    )

    assert answer.status_code == 409
    assert "A colleague has taken" in words(answer)
    assert not FactCheck.objects.filter(at=at).exists()


def test_one_button_records_an_unanswered_call(item, desk):
    desk.post(page_of(item), do="nobody", seen="due")

    check = FactCheck.objects.get(at=NOW)
    item.refresh_from_db()
    assert (check.fact, check.verdict, check.method) == (
        Fact.PHONE,
        Verdict.NOT_REACHED,
        Method.CALL,
    )
    assert item.state == QueueState.NOT_REACHED


def test_reason_that_arises_during_an_unanswered_call_stays_in_the_queue(item, desk, service):
    seen = hidden_fields(desk.get(page_of(item)))["seen"]
    queue.enqueue(service, QueueReason.MISSING, at=NOW)

    desk.post(page_of(item), do="nobody", seen=seen)

    waiting = QueueItem.objects.waiting().get()
    assert (waiting.pk != item.pk, waiting.reasons) == (True, ["missing"])


def test_handed_over_item_is_not_offered_to_the_same_user(staff, item, desk):
    answer = desk.post(f"{page_of(item)}/hand-on", note="They speak Somali only.")

    waiting = QueueItem.objects.waiting().get()
    assert led_to(answer) == "/directory/queue"
    assert waiting.note == "They speak Somali only."
    assert led_to(desk.post("/directory/queue/next")) == "/directory/queue"
    second = staff.desk("vera")
    assert led_to(second.post("/directory/queue/next")) == page_of(waiting)
    assert "They speak Somali only." in words(second.get(page_of(waiting)))


def test_handing_over_needs_a_note(item, desk):
    answer = desk.post(f"{page_of(item)}/hand-on", note="")

    item.refresh_from_db()
    assert (answer.status_code, item.state) == (422, QueueState.CLAIMED)


def test_claim_can_be_released(item, desk):
    desk.post(f"/directory/queue/{item.pk}/let-go")

    item.refresh_from_db()
    assert (item.state, item.claimed_by) == (QueueState.OPEN, None)


def test_check_with_a_typed_shelter_address_saves_nothing(item, desk):
    Service.objects.update(address_audience="never_stored")
    fields = hidden_fields(desk.get(page_of(item)))

    answer = desk.post(
        page_of(item), **fields, is_cost="right", how="call", source="at 12 Triq Demo"
    )

    assert answer.status_code == 409
    assert "looks like an address" in words(answer)
    assert not FactCheck.objects.filter(at=NOW).exists()


def test_confirming_an_untested_number_needs_a_call_note(staff, item, desk):
    FactCheck.objects.all().delete()
    page = desk.get(page_of(item))
    assert "Who answered" in words(page)
    assert "all still right" not in words(page)
    fields = hidden_fields(page) | {"is_phone": "right", "how": "call"}

    assert desk.post(page_of(item), **fields).status_code == 422
    desk.post(page_of(item), **fields, call="A woman says Demo Counselling.")

    assert CallTest.objects.get().heard == "A woman says Demo Counselling."


def test_check_page_links_to_a_waiting_call_test(staff, item, service, desk):
    call_tests.record_first_call(staff.vera.scope, service, "Demo", at=NOW)

    assert "Demo Vera called this number" in words(desk.get(page_of(item)))


def test_finished_item_accepts_no_answers(item, desk):
    fields = hidden_fields(desk.get(page_of(item)))
    desk.post(page_of(item), **fields, is_cost="right", how="call")

    assert ". Nothing can be added to it." in words(desk.get(page_of(item)))
    again = desk.post(page_of(item), **fields, is_cost="right", how="call")
    assert (again.status_code, FactCheck.objects.filter(at=NOW).count()) == (409, 1)


def test_start_page_shows_waiting_checks_by_role(staff, item, service):
    assert "Services to check" not in words(staff.desk("vito").get("/"))
    queue.enqueue(service, QueueReason.DISPUTED, at=NOW)
    call_tests.record_first_call(staff.vera.scope, service, "Demo", at=NOW)

    text = words(staff.desk("vito").get("/"))
    assert "Services to check" in text
    assert "Calls by two people" in text
    assert "Calls by two people" not in words(staff.desk("vera").get("/"))
    assert "Services to check" not in words(staff.desk("rita").get("/"))
