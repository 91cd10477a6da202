"""Template tags that write a text in the page's language, or mark it as in another language."""

from django import template
from django.template.context import Context
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from protect.reference import catalogue, vocabulary

register = template.Library()


@register.simple_tag(takes_context=True)
def say(context: Context, text: str | Promise, meaning: str = "") -> SafeString:
    """Write a public text, marked with `lang` if it is not in the page's language."""
    page_tag = context["language"].tag
    translated, tag = catalogue.translation_with_language(text, page_tag, meaning)
    return mark_language(translated, tag, page_tag)


@register.simple_tag
def mark_language(text: str, tag: str, page_tag: str) -> SafeString:
    """Write a text in language `tag`, marked with `lang` if the page is in another language."""
    if tag == page_tag:
        return conditional_escape(text)
    direction = vocabulary.languages()[tag].direction
    return format_html('<span lang="{}" dir="{}">{}</span>', tag, direction, text)


@register.simple_tag(takes_context=True)
def plain(context: Context, text: str | Promise, meaning: str = "") -> str:
    """Return a public text without markup, for attributes, where no language can be marked."""
    return catalogue.translation_with_language(text, context["language"].tag, meaning)[0]


@register.simple_tag(takes_context=True)
def is_complete(context: Context) -> bool:
    """Return whether every text of the public site exists in the page's language."""
    return catalogue.is_complete(context["language"].tag)
