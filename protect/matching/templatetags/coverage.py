from django import template
from django.utils.safestring import SafeString

from protect.kernel import text
from protect.matching.coverage import wording

register = template.Library()

register.filter("way", wording.travel_text)
register.filter("person_name", wording.person_name)
register.filter("need_name", wording.need_name)
register.filter("language_name", wording.language_name)
register.filter("languages", wording.language_list)


@register.filter
def count(number: int) -> SafeString:
    """Return a number as the page's language writes it, in a `<bdi>` that runs left to right."""
    return text.isolate_number(wording.number_text(number))


@register.filter
def share(fraction: float) -> SafeString:
    """Return a share from 0 to 1 in per cent, in a `<bdi>` that runs left to right."""
    return text.isolate_number(wording.share_text(fraction))


@register.filter
def change(number: int) -> SafeString:
    """Return a change with its sign, in a `<bdi>` that runs left to right."""
    return text.isolate_number(wording.change_text(number))
