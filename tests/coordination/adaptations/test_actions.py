"""A check from its beginning to a reviewed plan, and what is refused."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from protect.coordination.adaptations import actions
from protect.coordination.adaptations.enums import AnswerValue, CheckState, Moment, ReviewVerdict
from protect.coordination.adaptations.errors import AnswerChanged
from protect.coordination.adaptations.models import Adaptation, PeerReview, TopicAnswer
from protect.directory.enums import AddressReaders, Fact
from protect.orgs.models import Membership
from tests.coordination.cast import AT
from tests.coordination.services import answer_values, step_of, step_values
from tests.refusals import refuses


def reload(check):
    return Adaptation.objects.prefetch_related("reviews").get(pk=check.pk)


def test_a_check_keeps_what_directory_and_public_page_said(adapting):
    check = adapting.begin()

    assert check.directory_before[Fact.LANGUAGES]["languages"][0]["language"] == "hr"
    assert Fact.ADDRESS not in check.directory_before
    pages = check.public_before
    assert set(pages) == {"en", "fr", "nl", "ar"}
    languages = {tag: {row[0]: row[2] for row in page}["languages"] for tag, page in pages.items()}
    assert "Croatian" in languages["en"][0]
    assert languages["ar"] != languages["en"]
    assert check.state == CheckState.ANSWERING


def test_a_service_without_an_organisation_at_the_desk_has_no_check(adapting):
    adapting.service.refresh_from_db()
    actions.access.ServiceOrganisation.objects.all().delete()

    with refuses("coordination_service_unnamed"):
        adapting.begin("amal")

    assert not Adaptation.objects.exists()


def test_one_check_of_a_service_is_open_at_a_time(adapting):
    check = adapting.plan()
    with refuses("coordination_check_open"):
        adapting.begin()

    actions.close_check(adapting.cast.scope("bela"), check, at=AT)

    assert adapting.begin().pk != check.pk
    with refuses("coordination_check_closed"):
        adapting.add(check)


def test_a_peer_of_the_same_organisation_is_refused(adapting):
    with refuses("coordination_peer_is_own"):
        adapting.begin(peer=adapting.cast.shelter)

    assert not Adaptation.objects.exists()


@pytest.mark.parametrize("name", ["chidi", "dana", "pera"])
def test_others_learn_nothing_of_a_check_without_a_part_in_it(adapting, name):
    check = adapting.begin(peer=adapting.cast.other if name == "pera" else None)
    if name == "chidi":  # coordinates another country
        actions.choose_peer(adapting.cast.scope("bela"), check, None, at=AT)
    if name == "dana":  # administers the office that coordinates
        check = reload(check)

    with pytest.raises(Http404):
        actions.access.get_check(adapting.cast.scope(name), check.pk)
    with pytest.raises(Http404):
        actions.save_answer(adapting.cast.scope(name), check, answer_values("cost"), at=AT)

    assert not TopicAnswer.objects.exists()


def test_answers_are_saved_one_by_one_also_by_the_peer(adapting):
    check = adapting.begin()

    actions.save_answer(adapting.cast.scope("bela"), check, answer_values("cost"), at=AT)
    values = answer_values("papers", AnswerValue.PARTLY, note="Demo: only by day")
    actions.save_answer(adapting.cast.scope("pera"), check, values, at=AT)

    assert dict(check.answers.values_list("topic", "value")) == {"cost": "no", "papers": "partly"}


def test_two_people_never_overwrite_each_others_answer(adapting):
    check = adapting.begin()
    actions.save_answer(adapting.cast.scope("bela"), check, answer_values("cost"), at=AT)

    with pytest.raises(AnswerChanged):
        actions.save_answer(
            adapting.cast.scope("pera"), check, answer_values("cost", AnswerValue.YES), at=AT
        )

    assert check.answers.get().value == AnswerValue.NO
    again = actions.save_answer(adapting.cast.scope("pera"), check, answer_values("cost"), at=AT)
    assert again.version == 1  # the same answer again is no conflict


def test_a_plan_has_three_to_five_steps(adapting):
    check, scope = adapting.begin(), adapting.cast.scope("bela")
    for topic in ("cost", "papers"):
        adapting.add(check, topic)
    with refuses("coordination_plan_too_short"):
        actions.finish_plan(scope, check, at=AT)
    assert reload(check).planned_at is None

    for topic in ("men", "opening", "reporting"):
        adapting.add(check, topic)
    with refuses("coordination_plan_too_long"):
        adapting.add(check, "disability")

    assert actions.finish_plan(scope, check, at=AT).planned_at == AT
    for topic in ("cost", "papers"):
        actions.cancel_step(scope, step_of(check, topic), at=AT)
    with refuses("coordination_plan_too_short"):
        actions.cancel_step(scope, step_of(check, "men"), at=AT)
    assert check.steps.kept().count() == 3


@pytest.mark.parametrize("missing", [{"due_on": None}, {"function": ""}])
def test_a_step_needs_a_function_and_a_date(adapting, missing):
    check = adapting.begin()

    with refuses("coordination_step_incomplete"):
        adapting.add(check, **missing)

    assert not check.steps.exists()


def test_a_step_is_not_given_to_a_person_who_left_or_works_elsewhere(adapting):
    check, bela = adapting.begin(), adapting.cast.people["bela"]
    with refuses("coordination_step_owner_elsewhere"):
        adapting.add(check, owner=adapting.cast.people["chidi"])
    for topic in ("cost", "papers", "men"):
        adapting.add(check, topic, owner=bela)
    Membership.objects.filter(user=bela).update(organisation=adapting.cast.other)

    with refuses("coordination_step_owner_elsewhere"):
        actions.finish_plan(adapting.cast.scope("amal"), check, at=AT)

    step, values = step_of(check, "cost"), step_values("cost")
    changed = actions.change_step(adapting.cast.scope("amal"), step, values, at=AT)
    assert changed.owner is None


def test_only_the_peer_organisation_reviews_a_finished_plan(adapting):
    check, cast = adapting.begin(), adapting.cast
    for topic in ("cost", "papers", "men"):
        adapting.add(check, topic)
    with refuses("coordination_no_plan_yet"):
        actions.review_plan(cast.scope("pera"), check, ReviewVerdict.AGREED, "", at=AT)
    actions.finish_plan(cast.scope("bela"), check, at=AT)

    with refuses("coordination_review_by_own"):
        actions.review_plan(cast.scope("bela"), check, ReviewVerdict.AGREED, "", at=AT)
    with pytest.raises(PermissionDenied):
        actions.review_plan(cast.scope("amal"), check, ReviewVerdict.AGREED, "", at=AT)
    assert not PeerReview.objects.exists()

    actions.review_plan(cast.scope("pera"), check, ReviewVerdict.CHANGE, "Demo: when?", at=AT)
    assert reload(check).state == CheckState.CHANGES_ASKED
    later = AT + timedelta(hours=1)
    actions.review_plan(cast.scope("pera"), check, ReviewVerdict.AGREED, "", at=later)
    assert reload(check).state == CheckState.AGREED


def test_a_person_of_both_organisations_does_not_review(adapting):
    check = adapting.plan()
    membership = Membership.objects.get(user=adapting.cast.people["pera"])
    membership.pk, membership._state.adding = None, True
    membership.organisation = adapting.cast.shelter
    membership.save()

    with refuses("coordination_review_by_own"):
        actions.review_plan(adapting.cast.scope("pera"), check, ReviewVerdict.AGREED, "", at=AT)
    assert not PeerReview.objects.exists()


def test_answers_after_the_plan_leave_those_before(adapting):
    check = adapting.begin()
    actions.save_answer(adapting.cast.scope("bela"), check, answer_values("cost"), at=AT)
    for topic in ("cost", "papers", "men"):
        adapting.add(check, topic)
    actions.finish_plan(adapting.cast.scope("bela"), check, at=AT)

    values = answer_values("cost", AnswerValue.YES)
    actions.save_answer(adapting.cast.scope("bela"), check, values, at=AT)

    assert check.answers.get(moment=Moment.THEN).value == AnswerValue.NO
    assert check.answers.get(moment=Moment.NOW).value == AnswerValue.YES


def test_no_text_of_a_check_may_reveal_a_protected_address(adapting):
    check = adapting.begin()
    adapting.service.address_audience = AddressReaders.NEVER_STORED
    adapting.service.save()
    note = "Demo: come to Ulica Kneza Branimira 12, 10000 Zagreb"

    with refuses("directory_tells_where"):
        actions.save_answer(
            adapting.cast.scope("bela"), check, answer_values("cost", note=note), at=AT
        )
    with refuses("directory_tells_where"):
        adapting.add(check, text=note)

    assert not check.answers.exists()
    assert not check.steps.exists()


def test_coordinators_of_the_country_name_the_organisation(adapting):
    with pytest.raises(PermissionDenied):
        actions.name_organisation(
            adapting.cast.scope("bela"), adapting.service, adapting.peer, at=AT
        )
    with pytest.raises(Http404):
        actions.name_organisation(
            adapting.cast.scope("chidi"), adapting.service, adapting.peer, at=AT
        )
    actions.name_organisation(adapting.cast.scope(), adapting.service, adapting.peer, at=AT)

    assert actions.access.organisation_of(adapting.service) == adapting.peer
    assert list(actions.access.own_services(adapting.cast.scope("bela"))) == []
