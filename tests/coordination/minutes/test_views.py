"""The pages of minutes, with and without script, and the lists over all groups."""

from datetime import date

import pytest

from protect.coordination.minutes import actions
from protect.coordination.minutes.models import ActionPoint, Decision
from protect.kernel import clock
from tests.coordination.cast import AT, make_action, make_group, make_item, make_meeting
from tests.vault.views.desk import words

pytestmark = pytest.mark.django_db
JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def group(cast):
    return make_group(cast)


@pytest.fixture
def item(cast, group):
    return make_item(cast, make_meeting(cast, group))


def send(desk, item, text, version, **extra):
    fields = {f"text-{item.pk}": text, f"version-{item.pk}": str(version)}
    with clock.frozen(AT):
        return desk.client.post(f"/groups/meetings/{item.meeting_id}/minutes", fields, **extra)


def test_a_conflict_shows_both_texts_and_saves_the_other_lines(cast, desks, item):
    other = make_item(cast, item.meeting, "Demo second item")
    actions.save_line(cast.scope(), item, "Text of a colleague", 0, at=AT)
    fields = {f"text-{item.pk}": "My text", f"version-{item.pk}": "0"}
    fields |= {f"text-{other.pk}": "Unharmed", f"version-{other.pk}": "0"}

    answer = desks["amal"].post(f"/groups/meetings/{item.meeting_id}/minutes", **fields)

    page = words(answer)
    assert answer.status_code == 409
    assert "Text of a colleague" in page
    assert "My text" in page
    for row in (item, other):
        row.refresh_from_db()
    assert (item.text, other.text) == ("Text of a colleague", "Unharmed")


def test_the_script_gets_lines_and_conflicts_as_json(cast, desks, item):
    saved = send(desks["amal"], item, "First", 0, **JSON)
    refused = send(desks["amal"], item, "Second", 0, **JSON)

    assert saved.status_code == 200
    assert saved.json()["lines"][0]["version"] == 1
    assert refused.status_code == 409
    assert refused.json()["lines"][0]["text"] == "First"


@pytest.mark.parametrize(("name", "status"), [("bela", 403), ("chidi", 404), ("dana", 404)])
def test_others_do_not_save_lines(desks, item, name, status):
    assert send(desks[name], item, "Demo", 0).status_code == status

    item.refresh_from_db()
    assert item.text == ""


def test_from_decision_to_done_action(cast, desks, group, item):
    amal, bela = desks["amal"], desks["bela"]
    owner = group.members.get(user=cast.people["bela"])

    amal.post(f"/groups/items/{item.pk}/decisions/new", text="We open at night", is_early="on")
    amal.post(
        f"/groups/items/{item.pk}/actions/new",
        text="Print the card",
        owner=str(owner.pk),
        due_on="2026-12-04",
    )

    assert Decision.objects.get().number == 1
    page = words(bela.get("/groups/actions"))
    assert "Print the card" in page
    assert "My actions" in words(bela.get("/"))
    action = ActionPoint.objects.get()
    assert bela.post(f"/groups/actions/{action.pk}/done").status_code == 302
    assert "Nothing waits for you" in words(bela.get("/groups/actions"))
    assert "We open at night" in words(bela.get("/groups/decisions?q=night"))
    assert "We open at night" not in words(desks["chidi"].get("/groups/decisions?q=night"))


def test_a_meeting_that_has_not_begun_is_named_and_its_decision_confirmed(cast, desks, item):
    amal, page = desks["amal"], f"/groups/items/{item.pk}/decisions/new"
    warning = "This meeting has not begun: it begins on 10 Dec 2026"
    assert warning in words(amal.get(f"/groups/meetings/{item.meeting_id}/minutes"))
    for path in (page, f"/groups/items/{item.pk}/actions/new"):
        assert warning in words(amal.get(path))

    refused = amal.post(page, text="We open at night")

    assert refused.status_code == 409
    assert "confirm that the group decided before" in words(refused)
    assert not Decision.objects.exists()
    assert amal.post(page, text="We open at night", is_early="on").status_code == 302
    held = make_item(cast, make_meeting(cast, item.meeting.group, day=date(2026, 11, 2)))
    assert "has not begun" not in words(amal.get(f"/groups/items/{held.pk}/decisions/new"))


def test_approving_says_why_it_waits_and_offers_the_next_meeting(cast, desks, group):
    amal = desks["amal"]
    first = make_meeting(cast, group, day=date(2026, 11, 2))
    page = f"/groups/meetings/{first.pk}/approve"
    answer = amal.get(page)
    assert "No later meeting is planned yet" in words(answer)
    assert f'href="/groups/{group.pk}/meetings/new"' in answer.content.decode()

    later = make_meeting(cast, group, day=date(2026, 12, 10))
    answer = amal.get(page)
    assert "when the next meeting has begun: 10 Dec 2026" in words(answer)
    assert "<select" not in answer.content.decode()
    assert amal.post(page, approved_in=str(later.pk)).status_code == 422

    make_meeting(cast, group, day=date(2026, 11, 20))
    assert "<select" in amal.get(page).content.decode()


def test_every_page_of_a_group_with_content_opens(cast, desks, group, item):
    make_action(cast, item, group.members.get(user=cast.people["bela"]))
    actions.record_decision(cast.scope(), item, "Demo decision", at=AT, is_early=True)
    meeting = f"/groups/meetings/{item.meeting_id}"

    for page in (f"/groups/{group.pk}", meeting, f"{meeting}/minutes", f"{meeting}/calendar.ics"):
        assert desks["amal"].get(page).status_code == 200
        assert desks["bela"].get(page).status_code == 200
        assert desks["chidi"].get(page).status_code == 404
    for page in ("edit", "attendance", "items/new", "approve"):
        assert desks["amal"].get(f"{meeting}/{page}").status_code == 200
        assert desks["bela"].get(f"{meeting}/{page}").status_code == 403


def test_done_actions_have_a_list_and_are_opened_again(cast, desks, group, item):
    bela = desks["bela"]
    action = make_action(cast, item, group.members.get(user=cast.people["bela"]))
    bela.post(f"/groups/actions/{action.pk}/done")

    assert "Demo task" not in words(bela.get("/groups/actions"))
    for show in ("done", "all"):
        page = words(bela.get(f"/groups/actions?show={show}"))
        assert "Demo task" in page
        assert "Done on 30 Nov 2026" in page
        assert cast.people["bela"].name in page
    assert "Open again" in words(desks["amal"].get("/groups/actions?show=done"))
    bela.post(f"/groups/actions/{action.pk}/open")
    assert "Demo task" in words(bela.get("/groups/actions"))
    assert "Demo task" not in words(bela.get("/groups/actions?show=done"))
    action.refresh_from_db()
    assert (action.ended_at, action.ended_by) == (None, None)


@pytest.mark.parametrize(
    ("name", "end"),
    [
        ("Demo group", 'minutes-demo-group-1-2026-12-10.pdf"'),
        ("Ομάδα", "minutes-%CE%BF%CE%BC%CE%AC%CE%B4%CE%B1-1-2026-12-10.pdf"),
    ],
)
def test_the_paper_is_named_after_group_meeting_and_day(cast, desks, name, end):
    item = make_item(cast, make_meeting(cast, make_group(cast, name=name)))

    answer = desks["amal"].get(f"/groups/meetings/{item.meeting_id}/minutes/print")

    disposition = answer.headers["Content-Disposition"]
    assert disposition.endswith(end)
    assert disposition.isascii()
