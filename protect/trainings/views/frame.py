"""What the pages of trainings share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse

from protect.ui import pages
from protect.ui.forms import DeskForm


def show(
    request: HttpRequest,
    template: str,
    form: DeskForm | None = None,
    context: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Show a page of trainings; `form` is the one whose mistakes stand above the heading."""
    return pages.show(request, f"trainings/{template}", form, context)
