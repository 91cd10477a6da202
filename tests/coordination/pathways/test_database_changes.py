"""A person who can write to the database, but has no key of the server, changes no pathway, no
agreement and no number in it unnoticed."""

import pytest

from protect.coordination.pathways import actions, agreed, pathway_pages
from protect.coordination.pathways.models import (
    AgreedFacts,
    Pathway,
    PathwayAgreement,
    PathwayEdition,
    PathwayEntry,
    PathwayStep,
)
from protect.directory.models import Phone
from protect.kernel import clock
from tests.coordination.cast import AT
from tests.coordination.pathways.casting import agree_all, make_pathway, make_service, publish
from tests.coordination.pathways.test_actions import refused

pytestmark = pytest.mark.django_db

ASK = "/pathways/call?country=HR&place=Zagreb&need=safe-place&who=woman&papers=no&when=day"
DAMAGED = "changed in the database"


@pytest.fixture(autouse=True)
def frozen():
    with clock.frozen(AT):
        yield


def other_steps():
    liar = make_service("liar", number="+38518000009")
    return [{"branch": "everyone", "note": "", "services": [str(liar.pk)]}]


CHANGES = {
    "services": lambda: {"steps": other_steps()},
    "agreements": lambda: {"agreements": [["Demo police", AT.isoformat()]]},
    "reason": lambda: {"reason": "Demo: call the other line."},
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_edition_is_neither_shown_nor_printed(cast, desks, services, change):
    edition = publish(cast, make_pathway(cast))
    PathwayEdition.objects.filter(pk=edition.pk).update(**CHANGES[change]())
    page = f"/pathways/{edition.pathway_id}"

    for path in (page, f"{page}/picture", f"{page}/picture.svg", f"{page}/paper/a4.pdf"):
        answer = desks["chidi"].get(path)
        assert answer.status_code == 409, path
        assert "Demo liar" not in answer.text
    assert DAMAGED in desks["chidi"].get(page).text
    answer = desks["chidi"].get(ASK).text
    assert DAMAGED in answer
    assert answer.index("Demo night") > answer.index(DAMAGED)


def test_an_edition_is_not_moved_to_another_need(cast, services):
    edition = publish(cast, make_pathway(cast))
    Pathway.objects.filter(pk=edition.pathway_id).update(need="talk")

    assert not PathwayEdition.objects.get(pk=edition.pk).is_sealed()


def test_members_learn_of_a_changed_edition_and_publish_it_anew(cast, desks, services):
    pathway = make_pathway(cast)
    edition = publish(cast, pathway)
    PathwayEdition.objects.filter(pk=edition.pk).update(steps=other_steps())
    page = f"/pathways/{edition.pathway_id}"

    assert desks["amal"].get(page).url == f"{page}/arrange"
    arranged = desks["amal"].get(f"{page}/arrange")
    assert (arranged.status_code, DAMAGED in arranged.text) == (409, True)
    publish(cast, pathway)
    assert desks["chidi"].get(page).status_code == 200


def test_an_invented_agreement_does_not_count(cast, services):
    pathway = make_pathway(cast)
    actions.propose(cast.scope(), pathway, 1, at=AT)
    own = actions.agree(cast.scope(), pathway, "Demo office Croatia", 1, at=AT)
    PathwayAgreement.objects.create(
        pathway=pathway,
        version=1,
        organisation_name="Demo shelter Zagreb",
        agreed_at=AT,
        recorded_by=cast.people["bela"],
        seal=own.seal,
    )

    refused("coordination_pathway_not_agreed", actions.publish, cast.scope(), pathway, 1, at=AT)
    pathway.refresh_from_db()
    waiting = [row["name"] for row in pathway_pages.agreement_rows(pathway) if not row["at"]]
    assert waiting == ["Demo shelter Zagreb"]
    actions.agree(cast.scope("bela"), pathway, "Demo shelter Zagreb", 1, at=AT)
    assert actions.publish(cast.scope(), pathway, 1, at=AT)


@pytest.mark.parametrize("what", ["service", "note", "facts"])
def test_an_arrangement_that_changes_after_agreement_is_not_published(cast, services, what):
    pathway = agree_all(cast, make_pathway(cast))
    if what == "service":
        entry = PathwayEntry.objects.filter(step__pathway=pathway).first()
        PathwayEntry.objects.filter(pk=entry.pk).update(service=make_service("liar"))
    elif what == "note":
        PathwayStep.objects.filter(pathway=pathway).update(note="Demo: call the other line.")
    else:
        Pathway.objects.filter(pk=pathway.pk).update(proposed_facts={})

    refused("coordination_pathway_not_agreed", actions.publish, cast.scope(), pathway, 1, at=AT)
    assert not pathway.editions.exists()


def test_a_number_that_the_database_changes_marks_the_pathway(cast, desks, services):
    edition = publish(cast, make_pathway(cast))
    page = f"/pathways/{edition.pathway_id}"
    assert "Changed since agreed" not in desks["chidi"].get(page).text
    Phone.objects.filter(service=services["night"]).update(number="+38518000009")

    (change,) = agreed.changed_services(edition)
    assert change.name == "Demo night"
    assert "Changed since agreed" in desks["chidi"].get(page).text
    assert "Changed since agreed" in desks["chidi"].get(ASK).text

    number = {"phones": [{"number": "+38518000009"}]}
    for row in AgreedFacts.objects.filter(service_key=services["night"].pk):
        values = row.values | {"facts": row.values["facts"] | {"phone": number}}
        AgreedFacts.objects.filter(pk=row.pk).update(values=values)
    assert [each.name for each in agreed.changed_services(edition)] == ["Demo night"]
    AgreedFacts.objects.filter(edition=edition).delete()
    assert "Demo night" in {each.name for each in agreed.changed_services(edition)}


def test_a_changed_service_is_marked_wherever_the_answer_names_it(cast, desks, services):
    publish(cast, make_pathway(cast))
    Phone.objects.filter(service=services["men"]).update(number="+38518000009")

    before, others = desks["chidi"].get(ASK).text.split("Not for this person")
    others, parts = others.split("The other parts")

    assert "Changed since agreed" not in before
    for text in (others, parts):
        assert "Changed since agreed" in text[text.index("Demo men") :]
