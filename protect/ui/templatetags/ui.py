"""Tags and filters of all templates: icons, isolated numbers and names, assets, page parts."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cache

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.http import QueryDict
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from protect.kernel import clock, text
from protect.ui import assets, forms, icons, moments

type Fields = dict[str, object]

# The kinds of chips and notices, each with an icon that distinguishes it without colour.
STATE_ICONS = {
    "plain": "dot",
    "good": "check",
    "open": "clock",
    "caution": "warning",
    "alarm": "alarm",
    "ended": "minus",
    "info": "info",
}
# The kind for each level of django.contrib.messages.
MESSAGE_KINDS = {"debug": "info", "success": "good", "warning": "caution", "error": "alarm"}

register = template.Library()

register.filter("num", text.isolate_number)
register.filter("iso", text.isolate_direction)
register.filter("apart", text.isolate_number_in)
register.simple_tag(assets.asset_url, name="desk_file")


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """Draw an icon. It is decoration, because the word beside it says the same."""
    turns = " icon--turns" if name in icons.MIRRORED_ICONS else ""
    svg = '<svg class="icon{}" viewBox="0 0 24 24" aria-hidden="true"><path d="{}"/></svg>'
    return format_html(svg, turns, icons.ICON_PATHS[name])


@register.simple_tag
def public_style(*, has_answers: bool) -> SafeString:
    style = assets.ANSWER_STYLE if has_answers else assets.SITE_STYLE
    return mark_safe(f"<style>{style}</style>")  # noqa: S308 - our own file


@register.simple_tag
def offline_style() -> SafeString:
    return mark_safe(f"<style>{assets.OFFLINE_STYLE}</style>")  # noqa: S308 - our own file


@register.simple_tag
def exit_script(to: str, wait: str, left: str) -> SafeString:
    """Insert ui/js/exit.js. to: URL of the exit page; wait: "Loading"; left: "{n} more" keys."""
    return format_html(
        '<script data-to="{}" data-wait="{}" data-left="{}">{}</script>',
        to,
        wait,
        left,
        mark_safe(assets.EXIT_SCRIPT),  # noqa: S308 - our own file
    )


@register.filter
def when(value: datetime | date | None) -> SafeString:
    """Show a moment: relative within 48 hours, else its day; exact in tooltip and on paper."""
    if value is None:
        return mark_safe("")
    texts = moments.moment_text(value, clock.now())
    return format_html(
        '<time datetime="{}" title="{}"{}><span>{}</span><span class="on-paper">{}</span></time>',
        value.isoformat(),
        texts.exact,
        mark_safe(" data-when") if texts.is_relative else "",
        texts.short,
        texts.exact,
    )


@register.filter
def exact(value: datetime | date | None) -> SafeString:
    """Show a day or a moment in full, such as "1 Jul 2026, 14:00 CEST"."""
    if value is None:
        return mark_safe("")
    text = moments.exact_text(value)
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), text)


@register.filter
def until(begin: datetime, end: datetime) -> SafeString:
    """Show a time span, such as "Mon 28 Dec 2026, 09:00 – 12:30 CET", or over several days."""
    text = moments.span_text(begin, end)
    return format_html('<time datetime="{}">{}</time>', begin.isoformat(), text)


@register.simple_block_tag
def notice(content: SafeString, kind: str = "info", title: str = "") -> SafeString:
    """Draw a notice around the block. kind: a key of STATE_ICONS or of MESSAGE_KINDS."""
    shown = kind if kind in STATE_ICONS else MESSAGE_KINDS.get(kind, "info")
    fields = {"kind": shown, "shape": STATE_ICONS[shown], "title": title, "content": content}
    return render_to_string("ui/_notice.html", fields)


@register.inclusion_tag("ui/_state.html")
def state(kind: str, word: str) -> Fields:
    """Draw a chip with a word and an icon. kind: a key of STATE_ICONS."""
    return {"kind": kind, "word": word, "shape": STATE_ICONS[kind]}


@register.inclusion_tag("ui/_errors.html")
def errors(form: BaseForm) -> Fields:
    """List the errors of a form, each linked to its field."""
    errors = [
        (anchor_id_of(form[name]), form[name].label, message)
        for name, messages in form.errors.items()
        if name != "__all__"
        for message in messages
    ]
    return {"errors": errors, "general": list(form.non_field_errors())}


@register.inclusion_tag("ui/_fields.html")
def fields(form: BaseForm) -> Fields:
    """Draw all fields of a form."""
    return {"form": form, "hidden": form.hidden_fields(), "visible": form.visible_fields()}


@register.simple_tag
def kept_draft(form: BaseForm) -> SafeString:
    """Insert the hidden field of a draft, on a page that draws its fields one by one."""
    draft = getattr(form, forms.KEPT_DRAFT_FIELD, "")
    if not draft:
        return mark_safe("")
    return format_html('<input type="hidden" name="{}" value="{}">', forms.KEPT_DRAFT_FIELD, draft)


@register.inclusion_tag("ui/_field.html", name="field")
def one_field(field: BoundField) -> Fields:
    """Draw one field: label, hint and error stand above the input."""
    kind = getattr(field.field.widget, "input_type", "")
    is_tick = kind == "checkbox" and not field.use_fieldset
    return {"field": field, "is_tick": is_tick, "is_group": field.use_fieldset}


@register.filter
def is_today(value: datetime | date) -> bool:
    """Return whether a day or a moment is today, by the clock of the page."""
    day = timezone.localdate(value) if isinstance(value, datetime) else value
    return day == timezone.localdate(clock.now())


@register.inclusion_tag("ui/_panel.html")
def panel(
    title: str, rows: Iterable[object], *, count: int | None = None, more: str = ""
) -> Fields:
    """Draw a panel of waiting tasks. Each row has text, url and verb, and may have detail, due and
    group: "alarm", "overdue", "today" or "soon"; the caller sorts. A task of today whose date is
    another day is called "Next". count: of all tasks, the number of rows by default. more: address
    of the whole list."""
    shown = list(rows)
    total = len(shown) if count is None else count
    return {"title": title, "rows": shown, "count": total, "more": more}


@register.inclusion_tag("ui/_empty.html")
def empty(title: str, why: str, verb: str = "", url: str = "") -> Fields:
    """Draw what replaces an empty list: title, reason and, with `verb`, a button to `url`."""
    return {"title": title, "why": why, "verb": verb, "url": url}


@register.inclusion_tag("ui/_timeline.html")
def timeline(entries: Iterable[object]) -> Fields:
    """Draw a history in the order of `entries`, which must be newest first. Each entry has at and
    text, and may have who and detail."""
    return {"entries": entries}


@register.inclusion_tag("ui/_steps.html")
def steps(labels: Sequence[str], here: int) -> Fields:
    """Draw the steps of a process. here: the number of the current step, from 1."""
    return {"labels": labels, "here": here, "count": len(labels)}


@register.inclusion_tag("ui/_tabs.html")
def tabs(items: Iterable[Sequence[object]], label: str) -> Fields:
    """Draw links to sibling pages as tabs. items: (label, url, is_here)."""
    return {"items": items, "label": label}


@register.inclusion_tag("ui/_crumbs.html")
def crumbs(*parts: str) -> Fields:
    """Draw links to the pages above a page, from the top: label, address, label, address …"""
    return {"links": list(zip(parts[::2], parts[1::2], strict=True))}


@register.inclusion_tag("ui/_post_button.html", takes_context=True)
def post_button(context: Context, label: str, url: str, kind: str = "quiet") -> Fields:
    """Draw a form that is a single button. kind: "primary", "quiet", "danger" or "link"."""
    return {"label": label, "url": url, "kind": kind, "csrf_token": context.get("csrf_token", "")}


@register.inclusion_tag("ui/_sort.html", takes_context=True)
def sort(context: Context, key: str, label: str) -> Fields:
    """Draw a column heading that sorts by `?sort=key` or `?sort=-key` and keeps the filters."""
    parameters = context["request"].GET
    current_sort = parameters.get("sort", "")
    order = {key: "ascending", f"-{key}": "descending"}.get(current_sort, "none")
    link = _query_string(parameters, page="", sort=f"-{key}" if current_sort == key else key)
    return {"label": label, "order": order, "link": link}


@register.inclusion_tag("ui/_pages.html", takes_context=True)
def pages(context: Context, page: Page[object]) -> Fields:
    """Draw the pagination of a list, with links that keep the filters."""
    query = context["request"].GET
    before = _query_string(query, page=page.previous_page_number()) if page.has_previous() else ""
    after = _query_string(query, page=page.next_page_number()) if page.has_next() else ""
    return {"page": page, "before": before, "after": after}


@register.inclusion_tag("ui/_progress.html")
def progress(label: str, done: int, of: int) -> Fields:
    return {"label": label, "done": done, "of": of}


@register.inclusion_tag("ui/_codes.html")
def codes(values: Iterable[str], label: str, each: int = 4) -> Fields:
    """Draw codes to read aloud, compare or print, word by word or in groups of `each` letters."""
    return {"codes": [_split_into_groups(value, each) for value in values], "label": label}


def anchor_id_of(field: BoundField) -> str:
    """Return the id to which a link to a field leads: its input, or the first one of a group."""
    return field.id_for_label or f"{field.auto_id}_0"


def _split_into_groups(value: str, each: int) -> list[str]:
    """Split a code at its own blanks or hyphens if it has any, else after `each` characters."""
    groups = value.replace("-", " ").split()
    if len(groups) > 1:
        return groups
    return [value[at : at + each] for at in range(0, len(value), each)]


def _query_string(parameters: QueryDict, **changed: str | int) -> str:
    """Return a query with changed parameters; an empty value removes its parameter."""
    query = parameters.copy()
    for name, value in changed.items():
        query[name] = str(value)
        if value == "":
            del query[name]
    return f"?{query.urlencode()}"
