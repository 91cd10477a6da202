"""Every column says what it holds, why, on which ground and for how long: data/fields.toml."""

from typing import Literal

import pytest
from django.apps import apps
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from protect.kernel import tables
from protect.kernel.tables import Record
from tests.guards.test_docs import ROOT

DOCS = (ROOT / "docs/data-classes.md").read_text("utf-8")

type Class = Literal["R1", "R2", "R3", "R4"]
type Basis = Literal["none", "work", "security", "task", "consent"]
type Retention = Literal[
    "stays",
    "record",
    "audit",
    "3_years_after",
    "30_days",
    "90_days_after",
    "12_months",
    "grant",
    "14_days_after",
    "48_hours",
    "1_day",
    "session",
    "at_end",
]


class ColumnFacts(BaseModel):
    """Facts of one column that differ from those of its model."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Class | None = Field(default=None, alias="class")
    purpose: str | None = Field(default=None, min_length=8)
    basis: Basis | None = None
    retention: Retention | None = None


class Model(Record):
    """One section of fields.toml: facts of all columns of a model, and the columns that differ."""

    kind: Class = Field(alias="class")
    purpose: str = Field(min_length=8)
    basis: Basis
    retention: Retention
    fields: list[str]
    differs: dict[str, ColumnFacts] = {}


def is_ours(config) -> bool:
    return config.name.startswith("protect.") and any(config.get_models())


LABELS = sorted(config.label for config in apps.get_app_configs() if is_ours(config))
CODES = [code for kind in (Class, Basis, Retention) for code in kind.__value__.__args__]


def faults(described: dict[str, Model], real: dict[str, set[str]]) -> list[str]:
    """Return columns described nowhere or twice, and descriptions of columns that do not exist."""
    found = [f"{name}: no such model" for name in described.keys() - real.keys()]
    found += [f"{name}: no section" for name in real.keys() - described.keys()]
    for name in described.keys() & real.keys():
        found += [f"{name}.{each}" for each in _faults_of_model(described[name], real[name])]
    return sorted(found)


def _faults_of_model(model: Model, real: set[str]) -> list[str]:
    listed = set(model.fields)
    return [
        *(f"{each}: not described" for each in real - listed),
        *(f"{each}: no such column" for each in listed - real),
        *(f"{each}: twice" for each in listed if model.fields.count(each) > 1),
        *(f"{each}: differs from nothing" for each in model.differs.keys() - listed),
    ]


def columns(label: str) -> dict[str, set[str]]:
    models = apps.get_app_config(label).get_models()
    return {m.__name__: {field.name for field in m._meta.concrete_fields} for m in models}


@pytest.mark.parametrize("label", LABELS)
def test_every_column_is_described(label):
    assert faults(tables.load(label, "fields", Model), columns(label)) == []


@pytest.mark.parametrize("label", LABELS)
def test_sealed_columns_are_binary_and_no_others_are_marked_sealed(label):
    for name, model in tables.load(label, "fields", Model).items():
        for field in model.fields:
            described = model.differs.get(field, ColumnFacts())
            if (described.kind or model.kind) == "R1":
                column = apps.get_model(label, name)._meta.get_field(field)
                assert column.get_internal_type() == "BinaryField", f"{name}.{field}"


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_described(code):
    assert f"`{code}`" in DOCS


ROW = {
    "code": "Demo",
    "class": "R3",
    "purpose": "a demo row",
    "basis": "none",
    "retention": "stays",
}


def demo(**change) -> dict[str, Model]:
    return {"Demo": Model(**ROW | {"fields": ["id", "name"]} | change)}


@pytest.mark.parametrize(
    ("described", "real", "wrong"),
    [
        (demo(), {"id", "name"}, []),
        (demo(), {"id", "name", "phone"}, ["Demo.phone: not described"]),
        (demo(), {"id"}, ["Demo.name: no such column"]),
        (demo(fields=["id", "id"]), {"id"}, ["Demo.id: twice"]),
        (demo(differs={"x": {}}), {"id", "name"}, ["Demo.x: differs from nothing"]),
    ],
)
def test_the_column_guard_reports_wrong_rows_only(described, real, wrong):
    assert faults(described, {"Demo": real}) == wrong


def test_the_column_guard_reads_every_model():
    assert faults({}, {"Demo": {"id"}}) == ["Demo: no section"]
    assert faults(demo(), {}) == ["Demo: no such model"]


@pytest.mark.parametrize(
    "change", [{"class": "R5"}, {"purpose": "?"}, {"basis": "because"}, {"retention": "for ever"}]
)
def test_the_column_guard_refuses_unknown_words(change):
    with pytest.raises(ValidationError):
        demo(**change)
