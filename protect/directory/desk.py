"""What the directory brings to the desk: its word in the navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

NAV = [
    # Translators: in the navigation: the services that help people.
    (gettext_lazy("Directory"), "directory:service_list"),
]
