"""Coordinators record who reads which language, and who is a specialist."""

import pytest
from django.core.exceptions import PermissionDenied

from protect.audit.models import Entry
from protect.content.enums import ReaderLevel, ReviewRole
from protect.content.errors import ContentRefusal
from protect.content.models import LanguageSkill, SpecialistReader
from protect.content.readers import actions, skills
from protect.orgs import access
from tests.orgs.conftest import make_organisation
from tests.vault.cast import make_person, serve
from tests.vault.signing import AT
from tests.vault.views.desk import Desk, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(db):
    belgium, malta = make_organisation("Demo Belgium", "BE"), make_organisation("Demo Malta", "MT")
    roles = {
        "cora": ("coordinator", belgium),
        "tiba": ("translator", belgium),
        "chidi": ("reader", belgium),
        "mara": ("coordinator", malta),
        "tess": ("translator", malta),
    }
    people = {name: make_person(name) for name in roles}
    for name, (role, office) in roles.items():
        serve(people[name], office, role)
    return {**people, "vera": make_person("vera"), "belgium": belgium}


def scope(people, name):
    return access.scope_for(people[name].user.pk)


def record(people, by, about, tag="ar", level=ReaderLevel.NATIVE):
    user = people[about].user
    return actions.record_language(scope(people, by), user, tag, level, at=AT)


def test_a_coordinator_records_with_date_and_name_and_takes_it_back(people):
    assert record(people, "cora", "tiba")
    assert not record(people, "cora", "tiba")  # known already

    row = LanguageSkill.objects.get()
    assert (row.recorded_by, row.recorded_at) == (people["cora"].user, AT)
    assert Entry.objects.filter(action="content.record_language").count() == 1
    assert skills.find_record(people["tiba"].user.pk, ReviewRole.LANGUAGE, "ar") == row
    assert skills.find_record(people["tiba"].user.pk, ReviewRole.LANGUAGE, "fa") is None

    assert record(people, "cora", "tiba", level=None)
    assert not LanguageSkill.objects.exists()
    assert Entry.objects.filter(action="content.unrecord_language").count() == 1


def test_a_person_who_only_translates_is_no_native_reader(people):
    record(people, "cora", "tiba", level=ReaderLevel.TRANSLATES)

    assert skills.find_record(people["tiba"].user.pk, ReviewRole.LANGUAGE, "ar") is None


@pytest.mark.parametrize(
    ("by", "about"), [("tiba", "cora"), ("chidi", "tiba"), ("cora", "tess"), ("cora", "chidi")]
)
def test_others_record_nothing(people, by, about):
    with pytest.raises(PermissionDenied):
        record(people, by, about)
    assert not LanguageSkill.objects.exists()


def test_a_record_about_oneself_is_refused_and_one_of_another_country_counts(people):
    with pytest.raises(ContentRefusal) as refused:
        record(people, "cora", "cora")
    assert refused.value.code == "content_own_record"
    assert not LanguageSkill.objects.exists()

    assert record(people, "mara", "cora")


def test_a_record_that_was_changed_in_the_database_does_not_count(people):
    record(people, "cora", "tiba")
    LanguageSkill.objects.update(language="fa")

    assert skills.find_record(people["tiba"].user.pk, ReviewRole.LANGUAGE, "fa") is None


@pytest.mark.parametrize("level", [None, ReaderLevel.TRANSLATES])
def test_a_record_that_was_taken_back_does_not_count_when_its_row_is_put_back(people, level):
    record(people, "cora", "tiba")
    row = LanguageSkill.objects.get()
    record(people, "cora", "tiba", level=level)
    LanguageSkill.objects.all().delete()  # as a writer to the database does
    row.save(force_insert=True)

    assert skills.find_record(people["tiba"].user.pk, ReviewRole.LANGUAGE, "ar") is None
    assert skills.recorded_languages(people["tiba"].user.pk) == set()
    assert record(people, "cora", "tiba")  # a coordinator can record it anew
    assert skills.find_record(people["tiba"].user.pk, ReviewRole.LANGUAGE, "ar")


def test_a_specialist_who_was_taken_back_does_not_count_when_the_row_is_put_back(people):
    tiba, by = people["tiba"].user, scope(people, "cora")
    actions.record_specialist(by, tiba, is_one=True, at=AT)
    row = SpecialistReader.objects.get()
    actions.record_specialist(by, tiba, is_one=False, at=AT)
    row.save(force_insert=True)

    assert skills.find_record(tiba.pk, ReviewRole.SUBJECT, "ar") is None


def test_a_coordinator_of_another_country_removes_no_record_of_others(people):
    serve(people["vera"], people["belgium"], "coordinator")
    record(people, "vera", "cora")
    row = LanguageSkill.objects.get()

    with pytest.raises(ContentRefusal) as refused:
        record(people, "mara", "cora", level=None)

    assert refused.value.code == "content_record_of_others"
    assert LanguageSkill.objects.get() == row
    assert record(people, "mara", "cora", tag="fa")  # their own record
    assert record(people, "mara", "cora", tag="fa", level=None)


def test_a_specialist_is_recorded_and_taken_back(people):
    tiba, by = people["tiba"].user, scope(people, "cora")
    assert actions.record_specialist(by, tiba, is_one=True, at=AT)
    assert not actions.record_specialist(by, tiba, is_one=True, at=AT)
    assert skills.find_record(tiba.pk, ReviewRole.SUBJECT, "ar")

    assert actions.record_specialist(by, tiba, is_one=False, at=AT)
    assert not SpecialistReader.objects.exists()


def test_readers_ask_the_coordinators_of_their_country(people):
    assert skills.people_to_ask(scope(people, "tiba")) == [people["cora"].user]
    assert skills.people_to_ask(scope(people, "cora")) == [people["mara"].user]


def test_the_list_and_the_page_of_a_person(people):
    desk = Desk(at=AT).let_in(people["cora"])
    shown = words(desk.get("/texts/readers"))
    assert "Demo Tiba" in shown
    assert "Demo Tess" not in shown
    assert "Demo Chidi" not in shown
    assert "Coordinators of other countries" in shown
    assert "Another coordinator records yours" in shown

    address = f"/texts/readers/{people['tiba'].pk}"
    assert desk.post(address, language="ar", level="native").status_code == 302
    assert "Arabic Reads it like a first language · Demo Cora" in words(desk.get(address))
    assert desk.post(address, specialist="yes").status_code == 302
    assert "Recorded by Demo Cora" in words(desk.get(address))
    assert desk.post(address, language="", level="native").status_code == 422
    assert desk.get(f"/texts/readers/{people['tess'].pk}").status_code == 404


def test_a_translator_sees_no_list_of_readers(people):
    assert Desk(at=AT).let_in(people["tiba"]).get("/texts/readers").status_code == 403
