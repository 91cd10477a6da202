"""The directory's entry in the navigation of the desk."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

NAV = [
    # Translators: in the navigation: the services that help people.
    (gettext_lazy("Directory"), "directory:service_list")
]
