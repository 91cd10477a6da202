"""The tables of the directory and of the packages that were cut out of it: entries live in all."""

from django.apps import apps
from django.db.models import Model

PACKAGES = ("directory", "matching", "verification", "interchange")


def models_of_entries() -> list[type[Model]]:
    """Return every model that holds a part of an entry, or something about one."""
    return [model for label in PACKAGES for model in apps.get_app_config(label).get_models()]
