"""Template tags for texts of pages in many languages."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from protect.directory.facts.sentences import language_name
from protect.reference import vocabulary

register = template.Library()
register.filter("language_word", language_name)


@register.filter
def in_language(text: str, tag: str) -> SafeString:
    """Write a text of a page as a paragraph that says its language and direction."""
    direction = vocabulary.languages()[tag].direction
    return format_html('<p lang="{}" dir="{}">{}</p>', tag, direction, text)
