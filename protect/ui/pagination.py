"""Pages of a list, by the number that stands in an address."""

from typing import TYPE_CHECKING, Any

from django.core import paginator

if TYPE_CHECKING:
    _Paginator = paginator.Paginator[Any]
    _Page = paginator.Page[Any]
else:
    _Paginator, _Page = paginator.Paginator, paginator.Page


class Paginator(_Paginator):
    """Cuts a list into pages. A number under the first page is the first, as a word is."""

    def get_page(self, number: float | str | None) -> "_Page":
        """Return the page of a number: the first before the beginning, the last after the end."""
        try:
            return super().get_page(max(int(number or 1), 1))
        except ValueError:
            return super().get_page(1)
