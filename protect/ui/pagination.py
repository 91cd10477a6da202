"""Pagination of lists by the `page` parameter of an address."""

from typing import TYPE_CHECKING, Any

from django.core import paginator

if TYPE_CHECKING:
    _Paginator = paginator.Paginator[Any]
    _Page = paginator.Page[Any]
else:
    _Paginator, _Page = paginator.Paginator, paginator.Page


class Paginator(_Paginator):
    """A paginator that corrects wrong page numbers instead of failing."""

    def get_page(self, number: float | str | None) -> "_Page":
        """Return a page by number: the first below 1 or for a word, the last beyond the end."""
        try:
            return super().get_page(max(int(number or 1), 1))
        except ValueError:
            return super().get_page(1)
