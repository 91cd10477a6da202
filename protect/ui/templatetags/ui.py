"""Tags and filters of every template: icons, isolation of numbers and names, inline assets."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from protect.kernel import text
from protect.ui import assets
from protect.ui.icons import PATHS, TURNS

register = template.Library()

register.filter("num", text.number)
register.filter("iso", text.isolated)


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw one of our icons. It is decoration: the word beside it says the same."""
    turns = " icon--turns" if name in TURNS else ""
    return format_html(
        '<svg class="icon{}" viewBox="0 0 24 24" aria-hidden="true"><path d="{}"/></svg>',
        turns,
        PATHS[name],
    )


@register.simple_tag
def public_style() -> SafeString:
    return mark_safe(f"<style>{assets.STYLE}</style>")  # noqa: S308 - our own file


@register.simple_tag
def exit_script(to: str, wait: str, left: str) -> SafeString:
    """Write the script of ui/js/exit.js with where to go and what to say on the way."""
    return format_html(
        '<script data-to="{}" data-wait="{}" data-left="{}">{}</script>',
        to,
        wait,
        left,
        mark_safe(assets.EXIT_SCRIPT),  # noqa: S308 - our own file
    )
