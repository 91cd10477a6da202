"""Foreign keys point down the same layers as imports: strings would hide a cycle."""

import pytest
from django.apps import apps
from django.conf import settings

from tests.guards.layers import RANKS

KEYS = [
    (model, field)
    for model in apps.get_models()
    if model.__module__.startswith("protect.")
    for field in model._meta.get_fields()
    if field.is_relation and field.concrete and field.model is model  # others are of a parent
]


def label(model) -> str:
    return model._meta.app_label


def is_down(from_app: str, to_app: str) -> bool:
    return RANKS[to_app] < RANKS[from_app] or to_app == from_app


@pytest.mark.parametrize(("model", "field"), KEYS, ids=str)
def test_foreign_keys_point_to_lower_packages_without_reverse_names(model, field):
    other = field.related_model
    if other._meta.label == settings.AUTH_USER_MODEL:
        assert field.remote_field.related_name == "+"
        return

    assert is_down(label(model), label(other))
    if label(model) != label(other):
        assert field.remote_field.related_name == "+"


def test_the_guard_reports_keys_to_higher_packages_only():
    assert is_down("directory", "reference")
    assert not is_down("reference", "directory")
