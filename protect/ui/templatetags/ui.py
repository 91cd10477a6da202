"""Tags and filters of every template: icons, isolation of numbers and names, assets, pieces."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.http import QueryDict
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from protect.kernel import clock, text
from protect.ui import assets, forms, moments
from protect.ui.icons import PATHS, TURNS

type Fields = dict[str, object]

# What a chip or a notice means, and the shape that says so without colour.
SHAPES = {
    "plain": "dot",
    "good": "check",
    "open": "clock",
    "caution": "warning",
    "alarm": "alarm",
    "ended": "minus",
    "info": "info",
}
# How django.contrib.messages calls the same.
MEANT = {"debug": "info", "success": "good", "warning": "caution", "error": "alarm"}

register = template.Library()

register.filter("num", text.number)
register.filter("iso", text.isolated)
register.filter("apart", text.apart)


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


@register.simple_tag
def desk_file(name: str) -> str:
    return assets.address(name)


@register.filter
def when(value: datetime | date | None) -> SafeString:
    """Write a moment: relative within 48 hours, exact in its title and on paper."""
    if value is None:
        return mark_safe("")
    words = moments.moment_text(value, clock.now())
    return format_html(
        '<time datetime="{}" title="{}"{}><span>{}</span><span class="on-paper">{}</span></time>',
        value.isoformat(),
        words.exact,
        mark_safe(" data-when") if words.is_relative else "",
        words.short,
        words.exact,
    )


@register.filter
def exact(value: datetime | date | None) -> SafeString:
    if value is None:
        return mark_safe("")
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), moments.exact(value))


@register.filter
def until(begin: datetime, end: datetime) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', begin.isoformat(), moments.span(begin, end))


@register.simple_block_tag
def notice(content: SafeString, kind: str = "info", title: str = "") -> SafeString:
    """Draw a notice around the paragraphs of the block."""
    shown = kind if kind in SHAPES else MEANT.get(kind, "info")
    fields = {"kind": shown, "shape": SHAPES[shown], "title": title, "content": content}
    return render_to_string("ui/_notice.html", fields)


@register.inclusion_tag("ui/_state.html")
def state(kind: str, word: str) -> Fields:
    """Draw a chip: a word and a shape. kind: a key of SHAPES."""
    return {"kind": kind, "word": word, "shape": SHAPES[kind]}


@register.inclusion_tag("ui/_errors.html")
def errors(form: BaseForm) -> Fields:
    """List a form's mistakes, each a link to where it can be mended."""
    errors = [
        (anchor(form[name]), form[name].label, message)
        for name, messages in form.errors.items()
        if name != "__all__"
        for message in messages
    ]
    return {"errors": errors, "general": list(form.non_field_errors())}


@register.inclusion_tag("ui/_fields.html")
def fields(form: BaseForm) -> Fields:
    return {"form": form, "hidden": form.hidden_fields(), "visible": form.visible_fields()}


@register.simple_tag
def kept_draft(form: BaseForm) -> SafeString:
    """Write the hidden field of a kept draft, on a page that draws its fields one by one."""
    draft = getattr(form, forms.KEPT_DRAFT, "")
    if not draft:
        return mark_safe("")
    return format_html('<input type="hidden" name="{}" value="{}">', forms.KEPT_DRAFT, draft)


@register.inclusion_tag("ui/_field.html", name="field")
def one_field(field: BoundField) -> Fields:
    """Draw one field: label, hint and mistake above what one types."""
    kind = getattr(field.field.widget, "input_type", "")
    is_tick = kind == "checkbox" and not field.use_fieldset
    return {"field": field, "is_tick": is_tick, "is_group": field.use_fieldset}


@register.inclusion_tag("ui/_panel.html")
def panel(
    title: str, rows: Iterable[object], *, count: int | None = None, more: str = ""
) -> Fields:
    """Draw a panel of waiting work: rows with text, url, verb, and perhaps detail, due, group.
    group is "overdue", "today" or "soon"; rows come in that order. more: address of the whole
    list."""
    shown = list(rows)
    total = len(shown) if count is None else count
    return {"title": title, "rows": shown, "count": total, "more": more}


@register.inclusion_tag("ui/_empty.html")
def empty(title: str, why: str, verb: str = "", url: str = "") -> Fields:
    return {"title": title, "why": why, "verb": verb, "url": url}


@register.inclusion_tag("ui/_timeline.html")
def timeline(entries: Iterable[object]) -> Fields:
    """Draw a history, newest first: entries with at, text, and perhaps who, detail."""
    return {"entries": entries}


@register.inclusion_tag("ui/_steps.html")
def steps(labels: Sequence[str], here: int) -> Fields:
    """Draw the steps of a process. here: the number of this page, from 1."""
    return {"labels": labels, "here": here, "count": len(labels)}


@register.inclusion_tag("ui/_tabs.html")
def tabs(items: Iterable[Sequence[object]], label: str) -> Fields:
    """Draw pages that stand side by side. items: (label, url, is_here)."""
    return {"items": items, "label": label}


@register.inclusion_tag("ui/_crumbs.html")
def crumbs(*parts: str) -> Fields:
    """Draw the way back: label, address, label, address …; this page itself is the heading."""
    return {"links": list(zip(parts[::2], parts[1::2], strict=True))}


@register.inclusion_tag("ui/_post_button.html", takes_context=True)
def post_button(context: Context, label: str, url: str, kind: str = "quiet") -> Fields:
    """Draw a form that is one button. kind: "primary", "quiet", "danger" or "link"."""
    return {"label": label, "url": url, "kind": kind, "csrf_token": context.get("csrf_token", "")}


@register.inclusion_tag("ui/_sort.html", takes_context=True)
def sort(context: Context, key: str, label: str) -> Fields:
    """Draw the head of a column that sorts by `?sort=key` or `?sort=-key`, keeping the filters."""
    parameters = context["request"].GET
    now = parameters.get("sort", "")
    order = {key: "ascending", f"-{key}": "descending"}.get(now, "none")
    link = _query(parameters, page="", sort=f"-{key}" if now == key else key)
    return {"label": label, "order": order, "link": link}


@register.inclusion_tag("ui/_pages.html", takes_context=True)
def pages(context: Context, page: Page[object]) -> Fields:
    """Draw which rows of how many these are, and the ways on and back, keeping the filters."""
    parameters = context["request"].GET
    before = _query(parameters, page=page.previous_page_number()) if page.has_previous() else ""
    after = _query(parameters, page=page.next_page_number()) if page.has_next() else ""
    return {"page": page, "before": before, "after": after}


@register.inclusion_tag("ui/_progress.html")
def progress(label: str, done: int, of: int) -> Fields:
    return {"label": label, "done": done, "of": of}


@register.inclusion_tag("ui/_codes.html")
def codes(values: Iterable[str], label: str, each: int = 4) -> Fields:
    """Draw codes to be read aloud, compared or printed, in groups of `each` characters or words."""
    return {"codes": [_groups(value, each) for value in values], "label": label}


def anchor(field: BoundField) -> str:
    """Return the id of what a link must lead to: a group's first choice, else the input itself."""
    return field.id_for_label or f"{field.auto_id}_0"


def _groups(value: str, each: int) -> list[str]:
    """Cut a code at its own gaps (blank or hyphen) if it has any, else after `each` characters."""
    own = value.replace("-", " ").split()
    if len(own) > 1:
        return own
    return [value[at : at + each] for at in range(0, len(value), each)]


def _query(parameters: QueryDict, **changed: str | int) -> str:
    query = parameters.copy()
    for name, value in changed.items():
        query[name] = str(value)
        if value == "":
            del query[name]
    return f"?{query.urlencode()}"
