"""Names of codes of mappings and of the matrix: needs, target groups and regions."""

from collections.abc import Iterable

from django import template
from django.utils.functional import Promise

from protect.coordination.presence import axes

register = template.Library()


@register.filter
def need(code: str) -> Promise | str:
    return axes.needs().get(code, code)


@register.filter
def group_names(codes: Iterable[str]) -> str:
    names = axes.target_groups()
    return ", ".join(str(names[code]) for code in names if code in set(codes))


@register.filter
def region_names(codes: Iterable[str]) -> str:
    return ", ".join(str(axes.region_name(code)) for code in codes)
