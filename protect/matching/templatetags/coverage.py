"""Filters for the pages of the atlas."""

from django import template
from django.utils.safestring import SafeString

from protect.kernel import text
from protect.matching.coverage import wording

register = template.Library()

register.filter("way", wording.way)
register.filter("person_name", wording.person_name)
register.filter("need_name", wording.need_name)
register.filter("language_name", wording.language_name)
register.filter("languages", wording.languages)


@register.filter
def count(number: int) -> SafeString:
    return text.number(wording.count(number))


@register.filter
def change(number: int) -> SafeString:
    return text.number(wording.change(number))
