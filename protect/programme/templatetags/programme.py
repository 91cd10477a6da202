"""Template tags for texts of the programme's site."""

from django import template
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from protect.content.released import ReleasedSegment, dated_note
from protect.reference import formats
from protect.reference.templatetags.speech import mark_language
from protect.ui import assets

register = template.Library()


@register.simple_tag(takes_context=True)
def text(context: Context, segment: ReleasedSegment) -> SafeString:
    """Write a released text, marked if it is in another language than the page."""
    html = mark_language(segment.text, segment.language, context["language"].tag)
    if not segment.dated:
        return html
    note = dated_note(segment.dated, segment.language)
    return format_html("{} <small>({})</small>", html, note)


@register.simple_tag(takes_context=True)
def word(context: Context, key: str) -> SafeString:
    """Write a word of the page `programme-frame`."""
    return text(context, context["words"][key])


@register.simple_tag(takes_context=True)
def plain_word(context: Context, key: str) -> str:
    """Write a word without markup, for attributes and options."""
    return str(context["words"][key].text)


@register.simple_tag(takes_context=True)
def lang_of(context: Context, key: str) -> SafeString | str:
    """Write the attribute `lang` for an element that has a plain word of another language."""
    language = context["words"][key].language
    is_same = language == context["language"].tag
    return "" if is_same else format_html(' lang="{}"', language)


@register.simple_tag(takes_context=True)
def country(context: Context, code: str) -> str:
    """Write the name of a country in the language of the page."""
    return formats.country_name(code, context["language"].tag)


@register.simple_tag(takes_context=True)
def language_word(context: Context, tag: str) -> str:
    """Write the name of a language in the language of the page."""
    return formats.language_name(tag, context["language"].tag)


@register.simple_tag(takes_context=True)
def kind_word(context: Context, kind: str) -> SafeString:
    return word(context, f"kind_{kind}")


@register.simple_tag(takes_context=True)
def role_word(context: Context, role: str) -> SafeString:
    return word(context, f"role_{role}")


@register.simple_tag(takes_context=True)
def error_word(context: Context, field: str) -> SafeString:
    """Write what to correct in a field of the form of an enquiry."""
    return word(context, f"error_{field}")


@register.simple_tag
def programme_style() -> SafeString:
    """Write the style of the site, whose hash is in its content security policy."""
    return mark_safe(f"<style>{assets.PROGRAMME_STYLE}</style>")  # noqa: S308 - our own file
