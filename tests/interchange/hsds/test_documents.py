import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from itertools import product

import pytest
from django.core.management import call_command
from hypothesis import given, strategies as st

from protect.directory.enums import Answer, CriterionKind, CriterionOperator, Fact, Status, Verdict
from protect.directory.facts.criteria import CriterionRow
from protect.directory.models import Organisation, Service, ServiceCapacity
from protect.interchange.hsds import eligibility, filters, services, terms, texts
from protect.interchange.hsds.api import descriptions
from protect.interchange.hsds.filters import Conditions
from protect.interchange.hsds.schemas import Variant, fit_to_variant, merge_patches, shapes
from protect.kernel import tables
from protect.kernel.errors import DataError
from protect.kernel.ids import stable_uuid
from tests.conftest import STARTER
from tests.directory.demo import TUESDAY
from tests.interchange.hsds.conftest import official, validator
from tests.orgs.conftest import make_organisation, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_services")]


def full(service, **given):
    found = Service.objects.filter(pk=service.pk).order_by("pk")
    return next(iter(services.documents(found, **{"at": TUESDAY, **given})))


def faults(documents, variant, schema="service"):
    check = validator(variant, schema)
    return [
        f"{document.get('name')}: {error.message} at {error.instance_path}"
        for document in documents
        for error in check.iter_errors(document)
    ]


@pytest.mark.parametrize("variant", Variant)
def test_every_demo_service_is_valid_by_the_official_schema(demo_services, variant):
    Service.objects.filter(pk=demo_services["line-voice"].pk).update(status=Status.WITHDRAWN)
    Service.objects.filter(pk=demo_services["line-malta"].pk).update(status=Status.SUSPENDED)
    found = filters.services(Conditions())

    documents = list(services.documents(found, at=TUESDAY, variant=variant, for_members=True))

    assert len(documents) > 40
    assert {document["status"] for document in documents} == {
        "active",
        "temporarily closed",
        "defunct",
    }
    assert any("capacities" in document for document in documents) == (variant != Variant.CORE_3_0)
    assert faults(documents, variant) == []


@pytest.mark.parametrize("variant", Variant)
def test_every_starter_service_is_valid_by_the_official_schema(variant):
    call_command("import_services", str(STARTER), verbosity=0, stdout=StringIO())
    found = filters.services(Conditions()).filter(source="starter")

    documents = list(services.documents(found, variant=variant))

    assert len(documents) > 250
    assert faults(documents, variant) == []


@pytest.mark.parametrize("path", ["organizations", "service_at_locations"])
@pytest.mark.parametrize("root", ["/hsds", "/hsds/core"])
@pytest.mark.parametrize("query", [{}, {"full": "true"}])
def test_every_other_record_is_valid_by_the_official_schema(read, path, root, query):
    variant = Variant.CORE if "core" in root else Variant.PROFILE
    documents = read(f"{root}/{path}", per_page="1000", **query)["contents"]
    documents += [read(f"{root}/{path}/{documents[0]['id']}")]

    assert len(documents) > 3
    assert faults(documents, variant, path.removesuffix("s")) == []


@pytest.mark.parametrize(
    ("path", "schema"), [("taxonomies", "taxonomy"), ("taxonomy_terms", "taxonomy_term")]
)
def test_every_term_is_valid_by_the_official_schema(read, path, schema):
    documents = read(f"/hsds/{path}", per_page="1000")["contents"]

    codes = [document.get("code", document["id"]) for document in documents]
    assert len(set(codes)) == len(codes) > 3
    assert faults(documents, Variant.PROFILE, schema) == []
    assert read(f"/hsds/{path}/{documents[0]['id']}") == documents[0]


def test_schema_validation_detects_invalid_documents(demo_services):
    document = full(demo_services["line-voice"])

    assert faults([document], Variant.PROFILE) == []
    assert faults([document], Variant.CORE) != []
    assert faults([document | {"invented": 1}], Variant.PROFILE) != []
    wrong = document["phones"][0] | {"invented": 1}
    assert faults([document | {"phones": [wrong]}], Variant.PROFILE) != []
    assert faults([document | {"status": "closed"}], Variant.PROFILE) != []


@pytest.mark.parametrize("name", shapes())
def test_described_fields_are_in_the_official_schema_or_the_profile(name):
    known = official(name, Variant.CORE)["properties"].keys()

    core, profile = (
        descriptions.component_schemas(each)[name] for each in (Variant.CORE, Variant.PROFILE)
    )

    assert core["properties"].keys() <= known
    extensions = profile["properties"].keys() - core["properties"].keys()
    assert extensions == merge_patches().get(name, {}).get("properties", {}).keys()
    assert not extensions & known
    assert set(core["required"]) >= set(official(name, Variant.CORE)["required"])


def test_fitting_to_a_variant_does_not_change_the_document(demo_services):
    document = full(demo_services["shelter-rooms"], for_members=True)
    before = json.dumps(document)

    fit_to_variant(document, "service", Variant.CORE_3_0)

    assert json.dumps(document) == before


def test_documents_contain_no_desk_notes(demo_services):
    service = demo_services["line-voice"]
    checker = make_person("amal", make_organisation("Demo Malta", "MT"), "verifier")
    Service.objects.filter(pk=service.pk).update(
        desk_notes="Demo note",
        source_url="https://source.example/page",
        source_confidence="low",
        referral_route="Demo route",
        reply_days=31977,
    )
    service.checks.create(
        fact=Fact.PHONE,
        verdict=Verdict.CONFIRMED,
        method="call",
        source="Demo paper",
        by=checker,
        at=TUESDAY,
        next_check=TUESDAY + timedelta(days=30),
    )

    text = json.dumps(full(service, for_members=True))

    for secret in (
        "Demo note",
        "source.example",
        "Demo route",
        "31977",
        "Demo paper",
        checker.name,
    ):
        assert secret not in text
    assert '"confidence"' not in text


def test_free_places_are_only_in_documents_for_members(read, demo_services):
    service = demo_services["shelter-sons-14"]

    assert "capacities" not in full(service)
    assert "capacities" not in read(f"/hsds/services/{service.pk}")
    assert full(service, for_members=True)["capacities"][0]["available"] == 2


def test_expired_capacity_is_omitted_instead_of_zero(demo_services):
    expired = full(demo_services["shelter-capacity-expired"], for_members=True)
    nought = full(demo_services["shelter-full"], for_members=True)

    assert ServiceCapacity.objects.filter(service=expired["id"]).exists()
    assert "capacities" not in expired
    assert nought["capacities"][0]["available"] == 0
    at = TUESDAY + timedelta(hours=10)  # to the second
    assert "capacities" not in full(demo_services["shelter-sons-14"], at=at, for_members=True)
    rooms = full(demo_services["shelter-rooms"], for_members=True)
    assert rooms["families"]
    later = TUESDAY + timedelta(days=30)
    old = full(demo_services["shelter-rooms"], at=later, for_members=True)
    assert "families" not in old


def test_interpreted_languages_are_separate_from_staff_languages(demo_services):
    document = full(demo_services["shelter-sons-14"])

    assert [each["code"] for each in document["languages"]] == ["ell"]
    assert [each["code"] for each in document["interpreted_languages"]] == ["ara"]
    assert document["interpretation_services"] == "Arabic with an interpreter by phone"


def test_language_document_has_its_hours(demo_services):
    document = full(demo_services["talk-ar-this-window"])

    arabic = next(each for each in document["languages"] if each["tag"] == "ar")
    assert arabic["hours"]


def test_schedule_by_appointment_is_not_closed(demo_services):
    row = full(demo_services["talk-by-appointment"])["schedules"][0]

    assert row["by_appointment"] is True
    assert "By appointment" in row["description"]
    codes = {each["taxonomy_term"]["code"] for each in row["attributes"]}
    assert codes == {"detail:osm_hours", "detail:time_zone", "detail:by_appointment"}


def test_hours_without_rules_are_documented_as_text(demo_services):
    service = demo_services["line-voice"]
    service.schedules.update(expression="", note="Mornings, ask them")

    (row,) = full(service)["schedules"]

    assert row["notes"] == "Mornings, ask them"
    assert not {"freq", "opens_at", "hours", "attributes"} & row.keys()


def test_check_document_contains_only_date_and_method(demo_services):
    document = full(demo_services["line-dead"])

    facts = {each["fact"] for each in document["metadata"]}
    assert facts == {"phone", "phone_hours", "eligibility"}
    first = document["metadata"][0]
    assert (first["updated_by"], first["last_action_type"]) == ("call", "not_reached")
    assert document["assured_date"] == "2026-11-14"


def test_checks_of_a_protected_address_are_not_published(demo_services):
    service = demo_services["talk-hidden-door"]
    service.checks.create(
        fact=Fact.ADDRESS,
        verdict=Verdict.CONFIRMED,
        method="visit",
        at=TUESDAY,
        next_check=TUESDAY + timedelta(days=30),
    )

    assert Fact.ADDRESS not in {each["fact"] for each in full(service).get("metadata", ())}


def test_missing_description_is_replaced_by_the_name(demo_services):
    service = demo_services["line-voice"]
    Organisation.objects.filter(pk=service.organisation_id).update(description="")

    document = full(service)

    assert document["description"] == document["name"]
    assert document["organization"]["description"] == document["organization"]["name"]


def test_unconfirmed_treatment_hours_are_marked(demo_services):
    offers = full(demo_services["doctor-in-time"])["clinical_offers"]

    assert {each["is_confirmed"] for each in offers} == {False}
    assert all(each["window_hours"] for each in offers)
    assert "source" not in offers[0]


def test_invalid_web_and_mail_addresses_are_omitted():
    assert texts.web_address("javascript:alert(1)") == ""
    assert texts.web_address("https://demo.example/ä b") == ""
    assert texts.web_address("https://demo.example/ä") == "https://demo.example/%C3%A4"
    assert texts.mail_address("somebody") == ""


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("  5 < 6  ", "5 < 6"),
        ("a&amp;b", "a&b"),
        ("&lt;b&gt;bold&lt;/b&gt;", "bold"),
        ("&amp;lt;script&amp;gt;x&amp;lt;/script&amp;gt;y", "y"),
        ("<scr<script>ipt>x</script>", "ipt>x"),
        ("&" + "amp;" * 9 + "lt;b&gt;", "&amp;amp;amp;ltb"),
    ],
)
def test_every_layer_of_markup_is_removed(text, plain):
    assert "<b" not in texts.strip_markup(text)
    assert "<script" not in texts.strip_markup(text)
    assert text.startswith("&" + "amp;" * 9) or texts.strip_markup(text) == plain


@given(st.lists(st.text(), min_size=1))
def test_stable_key_equals_the_text_of_the_stable_uuid(parts):
    assert texts.stable_key(*parts) == str(stable_uuid("hsds", *parts))


def test_zero_and_false_are_kept():
    document = {"a": 0, "b": False, "c": 0.0, "d": None, "e": "", "f": [], "g": {}, "h": "x"}

    assert texts.without_empty(document) == {"a": 0, "b": False, "c": 0.0, "h": "x"}


def test_instant_is_truncated_to_milliseconds():
    at = datetime(2026, 11, 24, 9, 0, 0, 999999, tzinfo=UTC)

    assert texts.format_instant(at) == "2026-11-24T09:00:00.999Z"


def criterion(kind, operator, *values, answer="", note="", minimum=None, maximum=None):
    return CriterionRow(None, None, kind, operator, list(values), minimum, maximum, answer, note)


@pytest.mark.parametrize("kind", CriterionKind)
def test_every_criterion_has_a_sentence(kind):
    for operator, answer in product(CriterionOperator, Answer):
        row = criterion(kind, operator, "f", answer=answer, minimum=3, maximum=9)

        text = eligibility.criteria_text([row], [])

        assert text == "" or (text[0].isupper() and text.endswith("."))
        assert "{" not in text


def test_criteria_are_written_as_sentences():
    rows = [
        criterion(
            CriterionKind.TELLS_POLICE,
            CriterionOperator.ANSWER,
            answer=Answer.CASES,
            note="children at risk",
        ),
        criterion(CriterionKind.AGE, CriterionOperator.RANGE, minimum=18, maximum=64),
        criterion(CriterionKind.GENDER, CriterionOperator.ONLY, "f", "x"),
    ]

    assert eligibility.criteria_text(rows, []) == (
        "Takes only: women and girls, non-binary people. Takes people from 18 to 64 years old. "
        "Tells the police in some cases (children at risk)."
    )
    assert eligibility.age_range(rows) == (18, 64)


def test_without_criteria_only_the_police_duty_has_a_sentence():
    assert eligibility.criteria_text([], ["helpline"]) == ""
    assert eligibility.criteria_text([], ["police"]) == "Tells the police."


@pytest.mark.parametrize(
    "row",
    [
        '[bakery]\nterm = "human_services"\nnames = ["Human Services"]',
        '[health]\nterm = "human_services:health"\nnames = ["Human Services"]',
    ],
)
def test_invalid_crosswalk_row_raises_data_error(row, tmp_path, settings, monkeypatch):
    file = tmp_path / "interchange" / "hsds" / "open_eligibility.toml"
    file.parent.mkdir(parents=True)
    file.write_text(f'{row}\nsource = "Demo"\nread = 2026-11-26\n', encoding="utf-8")
    settings.PROTECT_DATA_DIRS = [str(tmp_path)]
    monkeypatch.setattr(tables, "load", tables.load.__wrapped__)

    with pytest.raises(DataError) as refused:
        terms.all_terms.__wrapped__()

    facts = refused.value.facts
    assert (facts["file"], facts["line"]) == ("open_eligibility.toml", 1)
    assert facts["record"] in row


def test_no_code_of_the_211_taxonomy_is_served():
    schemes = {term.scheme for term in terms.all_terms()}

    assert schemes == set(terms.Scheme)
    assert not any("211" in f"{term.code} {term.name}" for term in terms.all_terms())
