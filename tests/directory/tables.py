"""The tables that store entries: those of the directory and of the packages split from it."""

from django.apps import apps
from django.db.models import Model

PACKAGES = ("directory", "matching", "verification", "interchange")


def models_of_entries() -> list[type[Model]]:
    """Return all models that store a part of an entry, or data about one."""
    return [model for label in PACKAGES for model in apps.get_app_config(label).get_models()]
