"""Build forms for tests, by hand or with Hypothesis."""

from typing import Any

from hypothesis import strategies as st

from protect.questionnaires.access import canonical_json, sha256_hex
from protect.questionnaires.enums import FieldType
from protect.questionnaires.schemas import Condition, Definition, FormField
from protect.questionnaires.words import Form, LanguageText, required_text_names

OPTIONS = ["a", "b", "c"]
SHAPES: dict[str, dict[str, Any]] = {
    "single": {"options": OPTIONS},
    "multiple": {"options": OPTIONS},
    "ranking": {"options": OPTIONS},
    "matrix": {"options": OPTIONS, "rows": ["x", "y"]},
}
RIGHT: dict[str, list[Any]] = {
    "single": ["b"],
    "multiple": ["a", "c"],
    "ranking": ["c", "a", "b"],
    "yes_no": [True],
    "scale": [4, 5],
    "number": [7],
}


def make_field(key: str, type_: str, **more: Any) -> FormField:
    return FormField.model_validate({"key": key, "type": type_, **SHAPES.get(type_, {}), **more})


def make_definition(*fields: FormField, kind: str = "other", **more: Any) -> Definition:
    head = {"code": "demo", "number": 1, "kind": kind, "source": "en", **more}
    return Definition.model_validate({**head, "fields": list(fields)})


def make_form(*fields: FormField, language: str = "en", **more: Any) -> Form:
    made = make_definition(*fields, **more)
    words = {name: LanguageText(f"Demo {name}", "en") for name in required_text_names(made)}
    told = sha256_hex(canonical_json(made.model_dump(mode="json")))
    return Form(made, told, language, words)


def equals(field: str, value: Any) -> Condition:
    return Condition.model_validate({"equals": {"field": field, "value": value}})


def comparisons(field: FormField) -> st.SearchStrategy[dict[str, Any]]:
    """Return conditions that may ask for a field."""
    wanted: dict[FieldType, st.SearchStrategy[Any]] = {
        FieldType.YES_NO: st.booleans(),
        FieldType.CONSENT: st.booleans(),
        FieldType.SINGLE: st.sampled_from(OPTIONS),
        FieldType.MULTIPLE: st.sampled_from(OPTIONS),
        FieldType.SCALE: st.integers(1, 5),
        FieldType.RATING: st.integers(1, 5),
        FieldType.NUMBER: st.integers(-2, 12),
    }
    value = wanted[field.type]
    strategies = [
        value.map(lambda v: {"equals": {"field": field.key, "value": v}}),
        st.lists(value, min_size=1, max_size=2).map(
            lambda vs: {"any_of": {"field": field.key, "values": vs}}
        ),
    ]
    if field.type not in {FieldType.YES_NO, FieldType.CONSENT, FieldType.SINGLE}:
        least = st.integers(0, 5)
        strategies.append(least.map(lambda n: {"at_least": {"field": field.key, "value": n}}))
    return st.one_of(strategies)


COMPARABLE_TYPES = ("yes_no", "consent", "single", "multiple", "scale", "rating", "number")


def conditions(before: list[FormField]) -> st.SearchStrategy[dict[str, Any]]:
    """Return conditions on fields that stand above, joined and negated."""
    leaves = st.one_of([comparisons(field) for field in before if field.type in COMPARABLE_TYPES])
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=2).map(lambda many: {"and": many}),
            st.lists(inner, min_size=1, max_size=2).map(lambda many: {"or": many}),
            inner.map(lambda one: {"not": one}),
        ),
        max_leaves=4,
    )


@st.composite
def definitions(draw: Any) -> Definition:
    """Any form: every type, conditions on what stands above, scores where there may be some."""
    types = draw(
        st.lists(st.sampled_from([field_type.value for field_type in FieldType]), max_size=9)
    )
    fields: list[FormField] = []
    for at, type_ in enumerate(types):
        more: dict[str, Any] = {}
        if any(field.type in COMPARABLE_TYPES for field in fields) and draw(st.booleans()):
            more["shown_if"] = draw(conditions(fields))
        if type_ not in {"section", "note"}:
            more["required"] = draw(st.booleans())
        if type_ in RIGHT and draw(st.booleans()):
            more |= {"right": RIGHT[type_], "points": draw(st.integers(1, 4))}
            if type_ in {"multiple", "ranking"}:
                more["partial"] = draw(st.sampled_from(["none", "each"]))
        fields.append(make_field(f"f{at}", type_, **more))
    return make_definition(*fields)


def post_values(field: FormField) -> st.SearchStrategy[dict[str, list[str]]]:
    """Return what a browser, or somebody without one, may send for a field."""
    text = st.one_of(
        st.sampled_from(["", "a", "b", "c", "yes", "no", "1", "2", "3", "5", "7", "2026-11-26"]),
        st.text(max_size=8),
    )
    names = [field.key, *(f"{field.key}-{code}" for code in (*field.options, *field.rows))]
    return st.dictionaries(st.sampled_from(names), st.lists(text, max_size=3), max_size=4)


@st.composite
def post_data(draw: Any, form: Definition) -> dict[str, list[str]]:
    data: dict[str, list[str]] = {}
    for field in form.fields:
        data |= draw(post_values(field))
    return data
