"""Pagination of lists by the `page` parameter of an address."""

from typing import Any

from django.core import paginator


class Paginator(paginator.Paginator):  # type: ignore[type-arg]  # generic only in its stubs
    """A paginator that corrects wrong page numbers instead of failing."""

    def get_page(self, number: float | str | None) -> "paginator.Page[Any]":
        """Return a page by number: the first below 1 or for a word, the last beyond the end."""
        try:
            return super().get_page(max(int(number or 1), 1))
        except ValueError:
            return super().get_page(1)
