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


class Told(BaseModel):
    """What is told of a column, or of the columns of a model where nothing differs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Class | None = Field(default=None, alias="class")
    purpose: str | None = Field(default=None, min_length=8)
    basis: Basis | None = None
    retention: Retention | None = None


class Model(Record):
    """One section: what holds for every named column, and what differs."""

    kind: Class = Field(alias="class")
    purpose: str = Field(min_length=8)
    basis: Basis
    retention: Retention
    fields: list[str]
    differs: dict[str, Told] = {}


def is_ours(config) -> bool:
    return config.name.startswith("protect.") and any(config.get_models())


LABELS = sorted(config.label for config in apps.get_app_configs() if is_ours(config))
CODES = [code for kind in (Class, Basis, Retention) for code in kind.__value__.__args__]


def wrongs(told: dict[str, Model], real: dict[str, set[str]]) -> list[str]:
    """Return every column that is told nowhere, twice, or is no column any more."""
    found = [f"{name}: no such model" for name in told.keys() - real.keys()]
    found += [f"{name}: no section" for name in real.keys() - told.keys()]
    for name in told.keys() & real.keys():
        found += [f"{name}.{each}" for each in _wrong_fields(told[name], real[name])]
    return sorted(found)


def _wrong_fields(model: Model, real: set[str]) -> list[str]:
    listed = set(model.fields)
    return [
        *(f"{each}: not told" for each in real - listed),
        *(f"{each}: no such column" for each in listed - real),
        *(f"{each}: twice" for each in listed if model.fields.count(each) > 1),
        *(f"{each}: differs from nothing" for each in model.differs.keys() - listed),
    ]


def columns(label: str) -> dict[str, set[str]]:
    models = apps.get_app_config(label).get_models()
    return {m.__name__: {field.name for field in m._meta.concrete_fields} for m in models}


@pytest.mark.parametrize("label", LABELS)
def test_every_column_is_told(label):
    assert wrongs(tables.load(label, "fields", Model), columns(label)) == []


@pytest.mark.parametrize("label", LABELS)
def test_what_is_sealed_is_binary_and_nothing_else_is_called_so(label):
    for name, model in tables.load(label, "fields", Model).items():
        for field in model.fields:
            told = model.differs.get(field, Told())
            if (told.kind or model.kind) == "R1":
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
    ("told", "real", "wrong"),
    [
        (demo(), {"id", "name"}, []),
        (demo(), {"id", "name", "phone"}, ["Demo.phone: not told"]),
        (demo(), {"id"}, ["Demo.name: no such column"]),
        (demo(fields=["id", "id"]), {"id"}, ["Demo.id: twice"]),
        (demo(differs={"x": {}}), {"id", "name"}, ["Demo.x: differs from nothing"]),
    ],
)
def test_the_guard_of_columns_tells_good_from_bad(told, real, wrong):
    assert wrongs(told, {"Demo": real}) == wrong


def test_the_guard_of_columns_misses_no_model():
    assert wrongs({}, {"Demo": {"id"}}) == ["Demo: no section"]
    assert wrongs(demo(), {}) == ["Demo: no such model"]


@pytest.mark.parametrize(
    "change", [{"class": "R5"}, {"purpose": "?"}, {"basis": "because"}, {"retention": "for ever"}]
)
def test_the_guard_of_columns_knows_no_other_words(change):
    with pytest.raises(ValidationError):
        demo(**change)
