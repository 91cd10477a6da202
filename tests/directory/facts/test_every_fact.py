"""Every fact of the registry: its form, files, HSDS output, public page and protection."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.db.models import CharField, Field, TextField
from django.test import Client
from django.utils.datastructures import MultiValueDict

from protect.directory import facts
from protect.directory.enums import AddressReaders, Fact
from protect.directory.fact_records.forms import FactForm, fact_context, fact_form
from protect.directory.fact_records.values import read_fact, write_fact_rows
from protect.directory.facts import FACTS, TABLES
from protect.directory.models import Service
from protect.directory.protection.erasure import erase_addresses
from protect.interchange.hsds import services as hsds_services
from protect.interchange.imports.actions import command
from protect.interchange.imports.files import reader
from protect.kernel import clock
from tests.directory.facts.test_forms import sent
from tests.directory.services.test_edits import NEW, criterion
from tests.interchange.exports.files import exported_file
from tests.verification.nights import NOW, entry

STREET = "Wesselényi utca 18"
SOON = NOW + timedelta(days=1)
# Values that columns of a file can say, where NEW has more; None: no column says the fact.
IN_FILES: dict[Fact, dict | None] = {
    Fact.VISIT_HOURS: {"expression": "Mo-Fr 09:00-17:00"},
    Fact.LANGUAGES: {"languages": [{"language": "ti", "window": "Mo 09:00-11:00"}]},
    Fact.ELIGIBILITY: {
        "criteria": [
            criterion("age", "range", minimum=18, maximum=64),
            criterion("gender", "only", values=["f"]),
        ],
    },
    Fact.REPORTING: {"criteria": [criterion("tells_police", "answer", answer="no")]},
    Fact.DOCUMENTS: None,
    Fact.CAPACITY: None,
    Fact.CLINICAL: None,
}
# What the public page shows of NEW; None: it answers questions about it, and has no line.
ON_PAGE: dict[Fact, str | None] = {
    Fact.PHONE: "2100 0002",
    Fact.VISIT_HOURS: "09:00",
    Fact.PHONE_HOURS: "24/7",
    Fact.LANGUAGES: "by phone interpreter",
    Fact.ELIGIBILITY: None,
    Fact.REPORTING: "Tells the authorities in some cases",
    Fact.ADDRESS: "Demo Street 7",
    Fact.COST: "Free",
    Fact.DOCUMENTS: None,
    Fact.CAPACITY: None,
    Fact.CLINICAL: None,
}
# Columns of text in which no person writes freely: numbers, codes, hours in their grammar.
IN_A_GRAMMAR = {"number", "expression", "window", "document", "act", "adult_gender"} | {
    "interpreter_gender"
}
TEXTS = [(name, column) for name, table in TABLES.items() for column in table.texts if table.texts]
pytestmark = pytest.mark.django_db


def written(fact: Fact, values: dict, code: str = "s1") -> Service:
    service = entry(code, phone="")
    write_fact_rows(service, fact, values, at=NOW)
    return service


def document_of(service: Service) -> dict:
    services = Service.objects.filter(pk=service.pk)
    return next(iter(hsds_services.documents(services, at=NOW, for_members=True)))


def page_of(service: Service) -> str:
    answer = Client(headers={"host": "127.0.0.1"}).get(f"/en/{service.short}", follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_registry_lists_every_fact_once_in_enum_order():
    files = {path.stem for path in Path(facts.__file__).parent.glob("*.py")}

    assert list(FACTS) == list(Fact)
    assert all(FACTS[fact].code == fact for fact in Fact)
    assert {type(fact).__module__.rsplit(".", 1)[-1] for fact in FACTS.values()} <= files


def test_registered_tables_include_rows_of_every_kind():
    assert all(table.related == name and not table.kinds for name, table in TABLES.items())


def test_risky_facts_cannot_be_changed_by_link():
    moderated = {Fact.PHONE, Fact.ADDRESS, Fact.ELIGIBILITY, Fact.REPORTING, Fact.CLINICAL}

    assert not any(FACTS[fact].is_changed_by_link for fact in moderated)


@pytest.mark.parametrize("fact", list(Fact))
def test_form_saves_every_fact(fact):
    with clock.frozen(NOW):
        filled = written(fact, NEW[fact])
        form = fact_form(fact, filled, sent(fact_form(fact, filled)))

        assert form.is_valid(), form.errors
        other = written(fact, form.values(), "s2")

    assert read_fact(other, fact) == read_fact(filled, fact) != FACTS[fact].blank()


@pytest.mark.parametrize("fact", list(Fact))
def test_exported_csv_restores_every_fact(fact):
    values = IN_FILES.get(fact, NEW[fact])
    service = written(fact, values or NEW[fact])
    if fact == Fact.VISIT_HOURS:  # without a place the hours of a file are those of the line
        write_fact_rows(service, Fact.ADDRESS, NEW[Fact.ADDRESS], at=NOW)

    table = reader.csv_table(exported_file("csv"), "elsewhere")
    command.import_services(
        table, publish=True, dry_run=False, at=NOW, report_progress=lambda *_: None
    )

    other = Service.objects.exclude(pk=service.pk).get()
    expected = FACTS[fact].blank() if values is None else read_fact(service, fact)
    assert read_fact(other, fact) == expected


@pytest.mark.parametrize("fact", list(Fact))
def test_hsds_document_contains_every_fact(fact):
    values = IN_FILES[fact] if fact == Fact.LANGUAGES else NEW[fact]  # spoken by the staff
    blank, document = document_of(entry("s2", phone="")), document_of(written(fact, values))

    filled = {key: value for key, value in document.items() if value != blank.get(key)}
    assert FACTS[fact].field in filled
    assert filled.keys() >= FACTS[fact].properties.keys()


@pytest.mark.parametrize(("fact", "text"), ON_PAGE.items())
def test_public_page_shows_every_fact_with_a_line(fact, text):
    service, other = written(fact, NEW[fact]), entry("s2", phone="")
    page = page_of(service)

    assert text is None or text in page
    assert text is None or text not in page_of(other)
    label = FACTS[fact].public_label
    assert label is None or str(label) in page


def test_example_values_cover_every_fact():
    assert NEW.keys() == ON_PAGE.keys() == set(Fact)


@pytest.mark.parametrize("name", TABLES)
def test_every_free_text_column_is_declared_in_its_table(name):
    table = TABLES[name]
    free = {
        field.name
        for field in table.model._meta.get_fields()
        if isinstance(field, Field)
        and isinstance(field, CharField | TextField)
        and not field.choices
    }

    assert free - IN_A_GRAMMAR == {*table.texts}


@pytest.mark.parametrize(("name", "column"), TEXTS)
@pytest.mark.parametrize("audience", [AddressReaders.NEVER_STORED, AddressReaders.PROFESSIONALS])
def test_texts_of_facts_never_show_a_hidden_address(name, column, audience):
    """This includes texts stored before the search for addresses existed."""
    service = entry(address_audience=audience)
    for fact, kind in FACTS.items():
        if any(table.related == name for table in kind.tables):
            write_fact_rows(service, fact, NEW[fact], at=NOW)
    assert TABLES[name].model._default_manager.update(**{column: f"At {STREET}."})

    shown = json.dumps(document_of(service), ensure_ascii=False)
    assert "utca" not in shown + page_of(service) + exported_file("csv").decode()


@pytest.mark.parametrize(("name", "column"), TEXTS)
def test_erasing_an_address_cleans_the_texts_of_every_fact(name, column):
    service = entry()
    for fact, kind in FACTS.items():
        if any(table.related == name for table in kind.tables):
            write_fact_rows(service, fact, NEW[fact], at=NOW)
    rows = TABLES[name].model._default_manager.order_by("pk")
    assert rows.update(**{column: f"At {STREET}."})

    erase_addresses(service)

    assert not any("utca" in text for text in rows.values_list(column, flat=True))


@pytest.mark.parametrize("fact", list(Fact))
def test_fact_form_of_a_protected_service_refuses_addresses_in_texts(fact):
    service = entry(phone="", address_audience=AddressReaders.NEVER_STORED)
    form = fact_form(fact, service)
    notes = [name for name in form.fields if name.endswith(("note", "source"))]
    posted: MultiValueDict[str, str] = sent(
        form, **{name.replace("-", "__"): f"At {STREET}." for name in notes}
    )

    assert fact_context(service).is_protected
    assert set(
        FactForm(fact, read_fact(service, fact), fact_context(service), posted).errors
    ) >= set(notes)


@pytest.mark.parametrize("audience", [AddressReaders.NEVER_STORED, AddressReaders.PROFESSIONALS])
def test_no_fact_document_contains_a_hidden_address(audience):
    service = entry(address_audience=AddressReaders.PUBLIC)
    write_fact_rows(service, Fact.ADDRESS, NEW[Fact.ADDRESS], at=NOW)
    Service.objects.filter(pk=service.pk).update(address_audience=audience)

    shown = json.dumps(document_of(service)) + page_of(service) + exported_file("csv").decode()

    assert "Demo Street" not in shown
