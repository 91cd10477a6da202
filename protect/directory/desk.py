"""What the directory brings to the desk: its word in the navigation, and what waits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from protect.directory import waiting, waiting_reports
from protect.orgs.scope import Scope

NAV = [
    # Translators: in the navigation: the services that help people.
    (gettext_lazy("Directory"), "directory:service_list"),
]

type Panel = dict[str, Any]


def panels(scope: Scope, request: HttpRequest, at: datetime) -> Iterator[Panel]:
    """Yield what waits for somebody who keeps a country's directory."""
    yield from waiting.panels(scope, at)
    yield from waiting_reports.panels(scope)
