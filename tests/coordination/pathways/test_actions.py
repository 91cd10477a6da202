"""A pathway is made from the directory, arranged, agreed on, published, and marked by changes."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from protect.coordination.groups import actions as groups
from protect.coordination.pathways import access, actions, agreed, arrangements
from protect.coordination.pathways.enums import Branch, Move
from protect.coordination.pathways.errors import PathwayChanged, PathwayRefusal
from protect.coordination.pathways.models import AgreedFacts, PathwayStep
from protect.directory import changes
from protect.directory.enums import Fact
from protect.directory.models import Location, Service, ServiceAtLocation
from protect.directory.services.actions import edits
from protect.reference.models import Place
from tests.coordination.cast import AT, make_group, make_member
from tests.coordination.pathways.casting import ZAGREB, agree_all, make_pathway, publish

pytestmark = pytest.mark.django_db


def names_of(pathway, branch):
    steps = pathway.steps.filter(branch=branch)
    return [[entry.service.name for entry in step.entries.all()] for step in steps]


def refused(code, act, *args, **kwargs):
    with pytest.raises(PathwayRefusal) as caught:
        act(*args, **kwargs)
    assert caught.value.code == code
    return caught.value


def suspend(service):
    """Suspend a service as the directory does."""
    Service.objects.filter(pk=service.pk).update(status="suspended", version=service.version + 1)
    changes.raise_version()


def write(service, fact, hours):
    """Write hours of calls as an edit of the directory does."""
    values = {"expression": hours, "by_appointment": False, "note": ""}
    assert edits.write_fact(service, fact, values, at=AT)


def test_a_pathway_is_generated_from_the_directory(cast, services):
    pathway = make_pathway(cast)

    assert names_of(pathway, Branch.NIGHT) == [["Demo night"]]
    assert {name for step in names_of(pathway, Branch.MEN) for name in step} == {
        "Demo night",
        "Demo men",
    }
    assert "Demo women" in {each for step in names_of(pathway, Branch.EVERYONE) for each in step}


def test_a_group_has_one_pathway_for_a_place_and_need(cast, services):
    group = make_group(cast)
    make_pathway(cast, group)

    refused("coordination_pathway_twice", make_pathway, cast, group)
    refused("coordination_pathway_place_unknown", make_pathway, cast, group, country_id="BE")
    assert group.pathways.count() == 1


def test_services_are_moved_and_removed_one_change_at_a_time(cast, services):
    pathway = make_pathway(cast)
    step = pathway.steps.filter(branch=Branch.EVERYONE).first()
    first, second = step.entries.all()

    arrangements.move_service(cast.scope(), pathway, second.pk, Move.UP, 1, at=AT)
    arrangements.move_service(cast.scope(), pathway, second.pk, Move.UP, 2, at=AT)  # is first

    assert [each.pk for each in step.entries.all()] == [second.pk, first.pk]
    pathway.refresh_from_db()
    assert pathway.version == 2
    arrangements.move_service(cast.scope(), pathway, first.pk, Move.REMOVE, 2, at=AT)
    assert [each.pk for each in step.entries.all()] == [second.pk]


def test_two_coordinators_at_once_lose_no_change(cast, services):
    pathway = make_pathway(cast)
    step, other = pathway.steps.all()[:2]
    arrangements.change_note(cast.scope(), step, "Ask for the night nurse.", 1, at=AT)

    with pytest.raises(PathwayChanged):
        arrangements.change_note(cast.scope(), step, "Ring twice.", 1, at=AT)
    with pytest.raises(PathwayChanged):
        arrangements.move_step(cast.scope(), pathway, other.pk, Move.REMOVE, 1, at=AT)

    step.refresh_from_db()
    assert step.note == "Ask for the night nurse."
    assert PathwayStep.objects.filter(pk=other.pk).exists()


def test_a_note_with_an_address_is_refused(cast, services):
    step = make_pathway(cast).steps.first()

    refused(
        "coordination_pathway_tells_where",
        *(arrangements.change_note, cast.scope(), step, "Ilica 25, 10000 Zagreb", 1),
        at=AT,
    )
    step.refresh_from_db()
    assert step.note == ""


def test_publishing_needs_the_agreement_of_each_member_organisation(cast, services):
    pathway = make_pathway(cast)
    scope = cast.scope()
    refused("coordination_pathway_not_proposed", actions.publish, scope, pathway, 1, at=AT)
    actions.propose(scope, pathway, 1, at=AT)
    actions.agree(scope, pathway, "Demo office Croatia", 1, at=AT)

    error = refused("coordination_pathway_not_agreed", actions.publish, scope, pathway, 1, at=AT)

    assert "Demo shelter Zagreb" in error.text()
    actions.agree(cast.scope("bela"), pathway, "Demo shelter Zagreb", 1, at=AT)
    edition = actions.publish(scope, pathway, 1, at=AT)
    assert [name for name, _at in edition.agreements] == [
        "Demo office Croatia",
        "Demo shelter Zagreb",
    ]


def test_a_member_agrees_for_its_own_organisation_only(cast, services):
    pathway = make_pathway(cast)
    actions.propose(cast.scope(), pathway, 1, at=AT)

    with pytest.raises(PermissionDenied):
        actions.agree(cast.scope("bela"), pathway, "Demo office Croatia", 1, at=AT)
    with pytest.raises(Http404):
        actions.agree(cast.scope("chidi"), pathway, "Demo office Belgium", 1, at=AT)

    assert not pathway.agreements.exists()


def test_who_runs_a_group_agrees_for_guests_and_for_no_organisation_with_an_account(cast, services):
    group = make_group(cast)
    make_member(cast, group, "police@demo.example")
    pathway = make_pathway(cast, group)
    actions.propose(cast.scope(), pathway, 1, at=AT)

    with pytest.raises(PermissionDenied):
        actions.agree(cast.scope(), pathway, "Demo shelter Zagreb", 1, at=AT)

    assert not pathway.agreements.exists()
    assert actions.agree(cast.scope(), pathway, "Demo police", 1, at=AT)
    guest = access.guest_organisations(group)
    assert guest == {"Demo police"}


def test_a_coordinator_of_another_country_does_not_say_whom_to_call_here(cast, services):
    values = {"name": "Demo region", "purpose": "Demo", "country_id": None, "language": "en"}
    group = groups.create_group(cast.scope("chidi"), cast.other.pk, values, at=AT)
    place = {"country_id": "HR", "area_id": None, "place_id": ZAGREB, "need": "safe-place"}
    create = actions.create_pathway

    refused("coordination_pathway_elsewhere", create, cast.scope("chidi"), group, place, at=AT)
    make_member(cast, group, "police@demo.example", scope=cast.scope("chidi"))  # a guest
    refused("coordination_pathway_elsewhere", create, cast.scope("chidi"), group, place, at=AT)
    assert not group.pathways.exists()

    bela = make_member(cast, group, "bela@demo.example", scope=cast.scope("chidi"))
    pathway = create(cast.scope("chidi"), group, place, at=AT)
    groups.end_member(cast.scope("chidi"), bela, at=AT)
    row = actions.propose(cast.scope("chidi"), pathway, 1, at=AT)
    for name in ("Demo office Belgium", "Demo police"):
        actions.agree(cast.scope("chidi"), row, name, 1, at=AT)
    refused("coordination_pathway_elsewhere", actions.publish, cast.scope("chidi"), row, 1, at=AT)
    assert not pathway.editions.exists()


def test_a_change_returns_to_agreement_and_the_edition_stays_in_force(cast, services):
    pathway = make_pathway(cast)
    edition = publish(cast, pathway)
    step = pathway.steps.first()

    arrangements.change_note(cast.scope(), step, "Ring twice.", 2, at=AT)

    pathway.refresh_from_db()
    assert (pathway.version, pathway.proposed_at) == (3, None)
    assert access.edition_in_force(pathway) == edition
    assert {each["note"] for each in edition.steps} == {""}
    refused(
        "coordination_pathway_not_proposed",
        *(actions.publish, cast.scope(), pathway, 3),
        at=AT,
    )


def test_an_empty_pathway_is_neither_proposed_nor_published(cast, services):
    pathway = make_pathway(cast)
    for number, step in enumerate(pathway.steps.all(), 1):
        arrangements.move_step(cast.scope(), pathway, step.pk, Move.REMOVE, number, at=AT)
    pathway.refresh_from_db()

    refused(
        "coordination_pathway_empty",
        *(actions.propose, cast.scope(), pathway, pathway.version),
        at=AT,
    )
    assert not pathway.editions.exists()


def test_a_suspended_night_service_stops_publishing_unless_a_reason_is_written(cast, services):
    pathway = agree_all(cast, make_pathway(cast))
    suspend(services["night"])

    error = refused(
        "coordination_pathway_step_unreachable",
        *(actions.publish, cast.scope(), pathway, 1),
        at=AT,
    )

    assert "At night 1" in error.text()
    assert not pathway.editions.exists()
    edition = actions.publish(cast.scope(), pathway, 1, "It reopens on Friday.", at=AT)
    assert edition.reason == "It reopens on Friday."


def test_a_night_service_that_closes_at_night_stops_publishing(cast, services):
    pathway = agree_all(cast, make_pathway(cast))
    write(services["night"], Fact.PHONE_HOURS, "Mo-Su 08:00-22:00")

    refused("coordination_pathway_no_night", actions.publish, cast.scope(), pathway, 1, at=AT)
    assert not pathway.editions.exists()


def test_a_change_in_the_directory_marks_the_pathway_until_it_is_confirmed(cast, services):
    edition = publish(cast, make_pathway(cast))
    assert agreed.changed_services(edition) == []
    write(services["night"], Fact.PHONE_HOURS, "Mo-Su 08:00-22:00")

    (change,) = agreed.changed_services(edition)

    assert change.name == "Demo night"
    (part,) = change.changes
    assert "22:00" in "".join(part.now)
    assert part.before != part.now
    actions.confirm_service(cast.scope(), edition, change.key, at=AT + timedelta(hours=1))
    assert agreed.changed_services(edition) == []


def test_a_service_that_takes_no_longer_men_marks_the_pathway(cast, services):
    edition = publish(cast, make_pathway(cast))
    values = {"kind": "gender", "operator": "only", "values": ["f"], "minimum": None}
    values |= {"maximum": None, "answer": "", "note": ""}
    edits.write_fact(services["night"], Fact.ELIGIBILITY, {"criteria": [values]}, at=AT)

    assert [each.name for each in agreed.changed_services(edition)] == ["Demo night"]


def test_a_suspended_service_marks_the_pathway_and_is_not_confirmed(cast, services):
    edition = publish(cast, make_pathway(cast))
    suspend(services["night"])

    (change,) = agreed.changed_services(edition)

    assert change.changes[0].now == ("Suspended",)
    refused(
        "coordination_pathway_service_gone",
        *(actions.confirm_service, cast.scope(), edition, change.key),
        at=AT,
    )


def test_what_was_agreed_holds_no_address_and_no_text(cast, services):
    row = services["night"]
    place = Place.objects.get(pk=ZAGREB)
    location = Location.objects.create(
        organisation=row.organisation,
        place=place,
        latitude=place.latitude,
        longitude=place.longitude,
        address="Demo Street 5",
        city=place.name,
        zone=place.zone,
        audience="public",
    )
    ServiceAtLocation.objects.create(service=row, location=location)
    Service.objects.filter(pk=row.pk).update(desk_notes="Demo Street 5")

    publish(cast, make_pathway(cast))

    rows = AgreedFacts.objects.order_by("pk")
    assert "Demo Street" not in str(list(rows.values_list("values", flat=True)))
    Location.objects.filter(pk=location.pk).update(address="Demo Street 7")
    Service.objects.filter(pk=row.pk).update(version=2)
    (change,) = agreed.changed_services(rows[0].edition)
    assert [(part.before, part.now) for part in change.changes] == [((), ())]
