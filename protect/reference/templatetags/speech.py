"""`say`: a text in the language of the page, or visibly in another. Never silently English."""

from django import template
from django.template.context import Context
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from protect.reference import catalogue, vocabulary

register = template.Library()


@register.simple_tag(takes_context=True)
def say(context: Context, text: str | Promise, meaning: str = "") -> SafeString:
    """Write a text of the interface; in another language it is marked as such."""
    page = context["language"].tag
    translated, tag = catalogue.shown(text, page, meaning)
    if tag == page:
        return conditional_escape(translated)
    direction = vocabulary.languages()[tag].direction
    return format_html('<span lang="{}" dir="{}">{}</span>', tag, direction, translated)


@register.simple_tag(takes_context=True)
def plain(context: Context, text: str | Promise, meaning: str = "") -> str:
    """Return the text alone, for an attribute, where no other language can be marked."""
    return catalogue.shown(text, context["language"].tag, meaning)[0]


@register.simple_tag(takes_context=True)
def is_complete(context: Context) -> bool:
    """Return whether the page's language has every text."""
    return catalogue.is_complete(context["language"].tag)
