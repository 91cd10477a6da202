from datetime import UTC, datetime

import pytest
from django.utils.datastructures import MultiValueDict

from protect.directory.enums import AddressReaders, Fact
from protect.directory.fact_records.fact_view import describe_fact
from protect.directory.fact_records.forms import DeskFactForm, FactForm, fact_context, fact_form
from protect.directory.fact_records.values import read_fact
from protect.directory.services.actions.edits import write_fact
from protect.kernel import clock
from tests.directory.services.test_edits import NEW
from tests.verification.nights import NOW, NUMBER, entry

LIEGE = 2792413


@pytest.fixture
def service(db):
    return entry()


def sent(form: FactForm, **changes: object) -> MultiValueDict[str, str]:
    """Return the data that a browser posts when a user changes some fields of a form."""
    found: MultiValueDict[str, str] = MultiValueDict()
    for bound in form:
        value = bound.value()
        if isinstance(value, list):
            found.setlist(bound.html_name, [str(each) for each in value])
        elif value is True:
            found[bound.html_name] = "on"
        elif value not in (None, False):
            found[bound.html_name] = str(value)
    for name, value in changes.items():
        key = name.replace("__", "-")
        assert key in form.fields, f"{key} is not one of {list(form.fields)}"
        found.setlist(key, value if isinstance(value, list) else [str(value)])
    return found


def posted(service, fact, **changes) -> FactForm:
    return fact_form(fact, service, sent(fact_form(fact, service), **changes))


@pytest.mark.parametrize("fact", list(Fact))
def test_unchanged_form_returns_the_stored_values(service, fact):
    with clock.frozen(NOW):
        write_fact(service, fact, NEW[fact], at=NOW)
        form = posted(service, fact)

        assert form.is_valid(), form.errors
        assert {**NEW[fact], **form.values()} == form.values()
        assert not write_fact(service, fact, form.values(), at=NOW)


@pytest.mark.parametrize("fact", list(Fact))
def test_blank_form_returns_blank_values(db, fact):
    service = entry(phone="")
    form = posted(service, fact)

    assert form.is_valid(), form.errors
    assert form.values() == read_fact(service, fact)
    assert describe_fact(fact, form.values()) == []


@pytest.mark.parametrize("fact", list(Fact))
def test_every_form_field_is_in_one_group_and_has_a_label(service, fact):
    form = fact_form(fact, service)

    drawn = [field.html_name for group in form.groups() for field in group.fields]

    assert sorted(drawn) == sorted(form.fields)
    assert all(field.label for field in form.fields.values())


@pytest.mark.parametrize("fact", list(Fact))
def test_every_fact_is_described_in_lines(fact):
    assert describe_fact(fact, NEW[fact])
    assert all(isinstance(each, str) for each in describe_fact(fact, NEW[fact]))


@pytest.mark.parametrize(
    ("fact", "changes", "field", "says"),
    [
        (
            Fact.PHONE,
            {"phone__0__number": "call me"},
            "phone-0-number",
            "This is not a phone number",
        ),
        (
            Fact.PHONE,
            {"phone__0__number": "+3562"},
            "phone-0-number",
            "This is not a phone number",
        ),
        (Fact.PHONE, {"phone__0__number": "+35621000001;1"}, "phone-0-number", "not a phone"),
        (Fact.PHONE, {"phone__1__number": NUMBER}, "phone-1-number", "twice"),
        (Fact.PHONE, {"phone__0__kind": "fax"}, "phone-0-kind", "fax"),
        (
            Fact.VISIT_HOURS,
            {"visit__hours__way": "week", "visit__hours__mo__day": "nine"},
            "visit-hours-mo-day",
            "character 1",
        ),
        (
            Fact.VISIT_HOURS,
            {"visit__hours__way": "week"},
            "visit-hours-way",
            "Enter the hours of at least one day, or choose “Not known”.",
        ),
        (
            Fact.PHONE_HOURS,
            {"phone__hours__way": "syntax", "phone__hours__expression": "Mo-Fr 9-"},
            "phone-hours-expression",
            "character",
        ),
        (Fact.PHONE_HOURS, {"phone__hours__way": "syntax"}, "phone-hours-expression", "Enter"),
        (
            Fact.LANGUAGES,
            {"languages__0__language": "ti", "languages__0__window": "Mondays"},
            "languages-0-window",
            "character",
        ),
        (
            Fact.LANGUAGES,
            {"languages__0__language": "ti", "languages__1__language": "ti"},
            "languages-1-language",
            "twice",
        ),
        (
            Fact.ELIGIBILITY,
            {"eligibility__age__state": "range"},
            "eligibility-age-maximum",
            "Enter an age, or choose another answer.",
        ),
        (
            Fact.ELIGIBILITY,
            {
                "eligibility__age__state": "range",
                "eligibility__age__minimum": 30,
                "eligibility__age__maximum": 20,
            },
            "eligibility-age-maximum",
            "The first age is higher than the second. Swap them.",
        ),
        (
            Fact.ELIGIBILITY,
            {"eligibility__age__state": "range", "eligibility__age__maximum": 900},
            "eligibility-age-maximum",
            "120",
        ),
        (
            Fact.ELIGIBILITY,
            {"eligibility__gender__0__operator": "only"},
            "eligibility-gender-0-values",
            "Choose at least one",
        ),
        (
            Fact.ELIGIBILITY,
            {"eligibility__trans__answer": "in_these_cases"},
            "eligibility-trans-note",
            "in which cases",
        ),
        (
            Fact.ELIGIBILITY,
            {"eligibility__area__0__name": "Nowhere at all"},
            "eligibility-area-0-name",
            "No place",
        ),
        (
            Fact.ELIGIBILITY,
            {"eligibility__area__0__name": "Somewhere #1"},
            "eligibility-area-0-name",
            "No place in this country has the number after #. Write the name without it.",
        ),
        (
            Fact.REPORTING,
            {"reporting__tells_police__answer": "in_these_cases"},
            "reporting-tells_police-note",
            "in which cases",
        ),
        (Fact.ADDRESS, {"address__0__address": "Demo Street 5"}, "address-0-place", "town"),
        (Fact.ADDRESS, {"address__0__place": "Nowhere at all"}, "address-0-place", "No place"),
        (Fact.COST, {"cost__0__note": "x" * 401}, "cost-0-note", "400"),
        (Fact.DOCUMENTS, {"documents__asks": "some"}, "documents-0-document", "one document"),
        (
            Fact.DOCUMENTS,
            {"documents__asks": "none", "documents__0__document": "id_document"},
            "documents-asks",
            "You have chosen documents below. Choose “–” there, or change this answer.",
        ),
        (Fact.CAPACITY, {"capacity__maximum": 4}, "capacity-available", "how many"),
        (
            Fact.CAPACITY,
            {"capacity__available": 5, "capacity__maximum": 4},
            "capacity-available",
            "more free places",
        ),
        (Fact.CAPACITY, {"capacity__available": -1}, "capacity-available", "0"),
        (
            Fact.CLINICAL,
            {"clinical__window__0__act": "hiv_prophylaxis", "clinical__window__0__source": "Demo"},
            "clinical-window-0-window_hours",
            "number of hours",
        ),
        (
            Fact.CLINICAL,
            {
                "clinical__window__0__act": "hiv_prophylaxis",
                "clinical__window__0__window_hours": 72,
            },
            "clinical-window-0-source",
            "Enter the source, such as a guideline or a web page.",
        ),
    ],
)
def test_invalid_values_add_an_error_to_their_field(service, fact, changes, field, says):
    form = posted(service, fact, **changes)

    assert not form.is_valid()
    assert list(form.errors) == [field]
    assert says in str(form.errors[field])


def test_number_without_leading_zero_is_refused_with_a_proposal(db):
    form = posted(entry("be", "BE", phone=""), Fact.PHONE, phone__0__number="470 12 34 56")

    assert not form.is_valid()
    assert "Is it +32470123456?" in str(form.errors["phone-0-number"])


def test_number_that_may_lack_a_zero_is_refused_with_both_readings(db):
    form = posted(entry("it", "IT", phone=""), Fact.PHONE, phone__0__number="362 621494")

    assert not form.is_valid()
    said = str(form.errors["phone-0-number"])
    assert "may have lost its leading zero" in said
    assert ("+39 0362 621494" in said, "+39 362 621 494" in said) == (True, True)
    assert "cannot be dialled" not in said


def test_number_is_stored_in_international_format(service):
    form = posted(service, Fact.PHONE, phone__0__number="+356 2100 0003")

    assert form.is_valid()
    assert form.values()["phones"][0]["number"] == "+35621000003"


def test_emptied_row_is_deleted(service):
    form = posted(service, Fact.PHONE, phone__0__number="")

    assert form.is_valid()
    assert form.values() == {"phones": []}


def test_row_with_a_high_index_is_read(service):
    data = sent(fact_form(Fact.PHONE, service))
    data["phone-7-number"] = "+35621000009"
    data["phone-7-kind"] = "voice"
    form = fact_form(Fact.PHONE, service, data)

    assert form.is_valid(), form.errors
    assert [each["number"] for each in form.values()["phones"]] == [NUMBER, "+35621000009"]


def test_rows_beyond_the_maximum_are_ignored(service):
    form = fact_form(Fact.PHONE, service, {"phone-100000000-number": NUMBER})

    assert len(form.groups()) == 3


def test_hours_by_day_round_trip_through_the_expression(service):
    days = {"mo": "9-12, 13-17", "tu": "9-12, 13-17", "sa": "10-13", "ph": "closed"}
    typed = {f"visit__hours__{day}__day": hours for day, hours in days.items()}
    form = posted(service, Fact.VISIT_HOURS, visit__hours__way="week", **typed)

    assert form.is_valid(), form.errors
    assert form.values()["expression"] == ("Mo-Tu 09:00-12:00,13:00-17:00; Sa 10:00-13:00; PH off")
    write_fact(service, Fact.VISIT_HOURS, form.values(), at=NOW)
    again = fact_form(Fact.VISIT_HOURS, service)
    assert again["visit-hours-way"].value() == "week"
    assert again["visit-hours-mo-day"].value() == "09:00-12:00, 13:00-17:00"
    assert again["visit-hours-we-day"].value() == ""
    assert again["visit-hours-ph-day"].value() == "closed"


def test_by_appointment_is_stored_without_hours(service):
    form = posted(service, Fact.VISIT_HOURS, visit__hours__appointment="on")

    assert form.is_valid()
    assert form.values() == {"expression": "", "by_appointment": True, "note": ""}
    assert describe_fact(Fact.VISIT_HOURS, form.values()) == ["By appointment"]


def test_ambiguous_town_is_refused_with_numbered_choices(db):
    service = entry("pl", "PL")
    form = posted(service, Fact.ADDRESS, address__0__place="Dąbrowa")

    assert not form.is_valid()
    assert str(form.errors["address-0-place"]).count("#") > 1


def test_number_after_the_town_name_selects_the_town(db):
    service = entry("be", "BE")
    form = posted(service, Fact.ADDRESS, address__0__place=f"Liège #{LIEGE}")

    assert form.is_valid(), form.errors
    (location,) = form.values()["locations"]
    assert (location["place"], location["city"]) == (LIEGE, "Liège")


@pytest.mark.parametrize("is_told", [True, False])
def test_protected_service_has_no_address_fields(db, is_told):
    if is_told:
        service = entry(address_audience=AddressReaders.NEVER_STORED)
    else:
        service = entry(categories=["shelter"])
    form = fact_form(Fact.ADDRESS, service, {"address-0-address": "Demo Street 5"})

    assert list(form.fields) == ["address-coarse-area"]
    assert form.is_valid()
    assert form.values() == {
        "audience": "never_stored",
        "coarse_area": None,
        "locations": [],
    }


def test_only_coarse_regions_can_replace_an_address(db):
    service = entry("be", "BE", categories=["shelter"])
    form = fact_form(Fact.ADDRESS, service)
    offered = [code for code, _ in form.fields["address-coarse-area"].choices]

    assert "" in offered
    assert "BE-WLG" in offered
    refused = fact_form(Fact.ADDRESS, service, {"address-coarse-area": "BE-XYZ"})
    assert not refused.is_valid()


@pytest.mark.parametrize(
    ("fact", "field", "others"),
    [
        (Fact.COST, "cost-0-note", {}),
        (Fact.VISIT_HOURS, "visit-hours-note", {}),
        (Fact.LANGUAGES, "languages-0-note", {"languages-0-language": "ti"}),
        (Fact.REPORTING, "reporting-tells_police-note", {}),
    ],
)
def test_text_like_an_address_is_refused_for_a_protected_service(db, fact, field, others):
    service = entry(address_audience=AddressReaders.NEVER_STORED)
    data = sent(fact_form(fact, service))
    data.update({**others, field: "Ring twice at Demo Street 12"})

    form = fact_form(fact, service, data)

    assert not form.is_valid()
    assert "looks like an address" in str(form.errors[field])


def test_free_places_expire_after_the_typed_hours(service):
    with clock.frozen(NOW):
        form = posted(
            service,
            Fact.CAPACITY,
            capacity__available=2,
            capacity__maximum=9,
            capacity__hours=6,
        )
        assert form.is_valid()
        values = form.values()

    assert datetime.fromisoformat(values["expires_at"]) == datetime(2026, 11, 24, 16, tzinfo=UTC)


def desk_form(fact, service, typed):
    return DeskFactForm(fact, read_fact(service, fact), fact_context(service), typed)


def test_free_places_need_a_check_method(service):
    form = desk_form(Fact.CAPACITY, service, {"capacity-available": "2"})

    assert not form.is_valid()
    assert list(form.errors) == ["learnt"]


def test_desk_form_accepts_an_optional_check_method(service):
    form = desk_form(Fact.COST, service, {"cost-0-note": "10 euros", "learnt": "web"})

    assert form.is_valid(), form.errors
    assert form.method == "web"
    assert desk_form(Fact.COST, service, {}).is_valid()
