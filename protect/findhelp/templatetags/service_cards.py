"""Services as cards, drawn in Python: a page has up to twenty of them, and by templates they took
most of its time. Each text passes `escape`; tests/findhelp/test_service_cards.py checks it."""

from collections.abc import Iterator
from functools import lru_cache, partial
from html import escape

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from protect.findhelp.answers.cards import CardView
from protect.findhelp.answers.contacts import NUMBER_UNKNOWN, NumberView, breakable
from protect.findhelp.templatetags.findhelp import service_address
from protect.kernel.text import isolate_number
from protect.reference import vocabulary
from protect.reference.templatetags import speech
from protect.ui.templatetags.ui import icon

# Translators: label of a service: everything the person said was checked.
FITS = _("Fits")
# Translators: a service without a telephone number that was checked.
NO_NUMBER = _("No checked number")

register = template.Library()


@register.simple_tag(takes_context=True)
def service_card(context: Context, card: CardView, is_compact: object) -> SafeString:
    """Draw what a service is, its opening state, numbers, names, reasons and one caution.
    `is_compact`: whether reasons in favour share one line. Cards are cached only while the visitor
    has stated no details."""
    form = context.get("form")
    draw = _draw_card if form is not None and form.is_bound else _draw_shared_card
    before, after = draw(card, context["language"].tag, is_compact=bool(is_compact))
    return mark_safe(f"{before}{service_address(context, card.code)}{after}")  # noqa: S308 - escaped


def _draw_card(card: CardView, tag: str, *, is_compact: bool) -> tuple[str, str]:
    """Return what stands before and after the address of the service's page."""
    say = partial(speech.say, Context({"language": vocabulary.languages()[tag]}))
    kind = f"card{' card--compact' * is_compact}{' card--unfit' * bool(card.failing)}"
    anchor = ' id="more"' if card.is_first_more else ""
    label = f'<span class="tag tag--good">{say(FITS)}</span> ' if card.fits else ""
    kinds = f"<br>{escape(card.kinds)}" if card.kinds else ""
    # Below the contacts, which must stand on the first screen of a telephone.
    week = f"{escape(card.week)}<br>" if card.week else ""
    no_number = say(NO_NUMBER if card.has_phone else NUMBER_UNKNOWN)
    before = f'<article class="{kind}"{anchor}>\n<h2 class="card__name"><a href="'
    parts = (
        f'">{escape(card.heading)}</a></h2>',
        f'<div class="card__state">{"".join(_state_lines(card))}</div>',
        _contacts(card) or f'<p class="card__call"><small>{no_number}</small></p>',
        f'<p class="card__by">{week}{_names(card)}{kinds}</p>',
        f'<ul class="reasons">{"".join(_reason_lines(card))}</ul>',
        f'<p class="card__fresh">{label}{escape(card.fresh)}</p></article>',
    )
    return before, "\n".join(parts)


_draw_shared_card = lru_cache(maxsize=2048)(_draw_card)


@register.simple_tag
def phone_number(number: NumberView) -> SafeString:
    """Draw a number in groups. It is a link only if it was checked, never in the demonstration."""
    text = isolate_number(number.text)
    if number.href:
        shown = f'<a href="{escape(number.href)}">{icon(number.icon)}{text}</a>'
    else:
        shown = f"<span>{text}</span>"
    notes = (f"\n<small>{escape(note)}</small>" for note in (number.label, number.note) if note)
    return mark_safe(f'<p class="card__call">{shown}{"".join(notes)}</p>')  # noqa: S308 - escaped


def _state_lines(card: CardView) -> Iterator[str]:
    """Yield where the service is, when the visitor's language is spoken, and the opening state."""
    now = "card__now card__now--open" if card.is_open else "card__now"
    lines = (
        ("card__where", "pin", card.where),
        ("card__now", "clock", card.language_window),
        (now, "clock", card.now),
    )
    for kind, drawing, text in lines:
        if text:
            yield f'<p class="{kind}">{icon(drawing)}<span>{escape(text)}</span></p>'


def _contacts(card: CardView) -> str:
    """Return where to go, and the numbers or, without one, the other contacts; "" without these."""
    place = [f"<bdi>{escape(card.address)}</bdi>"] if card.address else []
    if card.place_now:
        place.append(escape(card.place_now))
    address = [f"{icon('pin')} <span>{' · '.join(place)}</span>"] if place else []
    links = [] if card.numbers else _links(card)
    lines = (f'<p class="card__link">{line}</p>' for line in [*address, *links])
    return "".join(lines) + "\n".join(map(phone_number, card.numbers))


def _links(card: CardView) -> Iterator[str]:
    """Yield e-mail addresses and websites: links, but never in the demonstration."""
    for link in card.links:
        text: str = breakable(link.text)
        if link.href:
            text = f'<a href="{escape(link.href)}" rel="noreferrer nofollow">{text}</a>'
        note = f" <small>{escape(link.note)}</small>" if link.note else ""
        yield f"{icon(link.icon)} {text}{note}"


def _names(card: CardView) -> str:
    """Return the names, each on its own lines: a wrapped name would be mixed with the next one."""
    names = (f'<bdi lang="{escape(name.tag)}">{escape(name.text)}</bdi>' for name in card.names)
    return "<br>".join(names)


def _reason_lines(card: CardView) -> Iterator[str]:
    """Yield the condition that is not met, the caution, the reasons, and what to ask."""
    lines = (
        ("caution", "close", card.failing),
        ("caution", "warning", card.caution),
        *((reason.mark, reason.icon, reason.text) for reason in card.reasons),
        ("ask", "ask", card.asks),
    )
    for mark, drawing, text in lines:
        if text:
            yield f'<li class="is-{mark}">{icon(drawing)}<span>{escape(text)}</span></li>'
