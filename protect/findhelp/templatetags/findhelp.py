from collections.abc import Sequence
from functools import lru_cache

from django import forms, template
from django.template.context import Context
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from protect.findhelp.addresses import PLACE_KINDS, Spot, country_of
from protect.findhelp.answers import names, page_blocks, weeks
from protect.findhelp.answers.contacts import breakable
from protect.findhelp.enums import SpotKind
from protect.kernel.text import isolate_direction
from protect.matching.questions import Reason
from protect.matching.services.rows import ServiceRow
from protect.matching.wording import reason_text
from protect.reference import formats, wording
from protect.reference.lookup import store
from protect.reference.lookup.index import TOWN_POPULATION, distance_km
from protect.reference.lookup.place_names import area_name, camp_name, place_name
from protect.reference.lookup.place_search import Choice
from protect.reference.vocabulary import Language, Need

register = template.Library()
register.filter(breakable)


@register.filter
def need_name(need: Need) -> Promise | str:
    return wording.display_name(wording.NEED_NAMES, need)


@register.filter
def need_hint(need: Need) -> Promise | str:
    return wording.NEED_HINTS.get(need.code, need.hint)


@register.filter
def filled(sentence: str, value: object) -> SafeString:
    """Put a value, isolated, in place of the one {placeholder} of a sentence."""
    before, _, rest = str(sentence).partition("{")
    after = rest.partition("}")[2]
    # `say` has escaped the sentence already.
    return mark_safe(f"{before}{isolate_direction(value)}{after}")  # noqa: S308


@register.filter
def week_line(times: Sequence[weeks.Times], tag: str) -> str:
    """Return an ordinary week in one line, such as “Mon–Fri 09:00–17:00”."""
    return weeks.week_text(times, tag)


@register.simple_tag(takes_context=True)
def colon(context: Context, label: object = "") -> str:
    """Return what stands between a label and its value in the language of the page."""
    return formats.colon_after(str(label), context["language"].tag)


@register.filter
def choice_name(choice: Choice, tag: str) -> str:
    """Return the name of what a visitor typed: of a camp, a locality or a settlement."""
    if choice.camp:
        return camp_name(choice.camp, choice.place, tag)
    return choice.title or _settlement_name(choice, tag)


@register.filter
def whereabouts(choice: Choice, tag: str) -> SafeString:
    """Return the settlement of a camp or locality, the areas of a settlement, how far from a small
    one the nearest larger town is, and the country, as HTML."""
    place = choice.place
    areas = [store.areas()[code] for code in store.area_chain(place.area)]
    names = [area_name(area, tag) for area in areas if area.name != place.name]
    if choice.title:
        names.insert(0, _settlement_name(choice, tag))
    elif place.population < TOWN_POPULATION and (
        town := store.place_index().nearest_larger_town(place)
    ):
        metres = round(distance_km(place, town) * 1000)
        distance_words = reason_text(Reason("distance_far", facts={"distance": metres}), tag)
        names.append(f"{place_name(town, tag)} {distance_words}")
    names.append(formats.country_name(place.country, tag))
    parts = [conditional_escape(isolate_direction(name)) for name in dict.fromkeys(names)]
    return mark_safe(" · ".join(parts))  # noqa: S308 - each part is escaped above


def _settlement_name(choice: Choice, tag: str) -> str:
    """Return the name of a settlement, or that the place is in and around it."""
    name = place_name(choice.place, tag)
    near = Reason("distance_around", facts={"place": name})
    return reason_text(near, tag) if choice.is_near else name


@register.simple_tag(takes_context=True)
def urgent_text(context: Context, code: str, key: str) -> SafeString:
    """Write one text of an urgent page for the country of this one; nothing if that text may not
    be shown."""
    tag = context["language"].tag
    text = page_blocks.urgent_text(code, key, tag, context.get("country"))
    return page_blocks.passage_html(text, tag) if text else SafeString("")


@register.simple_tag(takes_context=True)
def service_name(context: Context, row: ServiceRow) -> SafeString:
    """Return the name of a service that the reader of the page sees, with its language."""
    name = names.main_name(row, context["language"].tag)
    return format_html('<bdi lang="{}">{}</bdi>', name.tag, name.text)


@register.simple_tag
@lru_cache(maxsize=8192)
def page_url(view: str, *parts: str | int) -> str:
    """Return what the tag `url` returns for a view of find-help, computed once."""
    return reverse(f"findhelp:{view}", args=parts)


@register.simple_tag(takes_context=True)
def service_address(context: Context, code: str) -> str:
    """Return the URL of a service; from results, one that has a link back to them."""
    tag, search, form = context["language"].tag, context.get("search"), context.get("form")
    quiet = "/q" if context.get("is_quiet") else ""
    if refined_at := context.get("refined_at"):
        return f"{refined_at}/{code}"
    if context.get("mirror"):  # a mirror has one page of a service, not one for each search
        return page_url("page", tag, code, quiet)
    if search is None or form is None:
        return page_url("page", tag, code, quiet)
    return f"{page_url('results', tag, search.spot.code, search.need.short, quiet)}/{code}"


@register.simple_tag(takes_context=True)
def country_page_url(context: Context, page: Spot) -> str:
    """Return the URL of a page about a country. The page keeps a chosen place and, from refined
    answers, the stated details."""
    if refined_at := context.get("refined_at"):
        return f"{refined_at}/{page.code}"
    tag, quiet = context["language"].tag, "/q" if context.get("is_quiet") else ""
    search, spot = context.get("search"), context.get("spot")
    place = search.spot if search else spot
    # A mirror has such a page for each place only where its services differ.
    is_of_country = context.get("mirror") and page.kind is not SpotKind.FIRST_HOURS
    if (
        place
        and not is_of_country
        and place.kind in PLACE_KINDS
        and place.key not in ("", context["country"])
        and country_of(place) == country_of(page)  # a service may be of another country
    ):
        return page_url("page_for_place", tag, place.code, quiet, page.code)
    return page_url("page", tag, page.code, quiet)


@register.simple_tag(takes_context=True)
def rights_url(context: Context, page: Spot) -> str:
    """Return the URL of a page about rights. The page keeps a chosen place."""
    if context.get("country"):
        return country_page_url(context, page)
    quiet = "/q" if context.get("is_quiet") else ""
    return page_url("page", context["language"].tag, page.code, quiet)


@register.simple_tag(takes_context=True)
def results_url(context: Context, spot: Spot, need: Need, is_quiet: bool | str = "") -> str:  # noqa: FBT001 - a template says it
    tag, quiet = context["language"].tag, "/q" if is_quiet else ""
    return page_url("results", tag, spot.code, need.short, quiet)


@register.simple_tag(takes_context=True)
def details_fields(context: Context, form: forms.Form) -> SafeString:
    """Draw the questions of a DetailsForm. Only blank ones are cached, never stated details."""
    if form.is_bound:
        return _draw_fields(context["language"], form)
    return _draw_blank_fields(context["language"], type(form), tuple(form.initial.items()))


@lru_cache(maxsize=256)
def _draw_blank_fields(
    language: Language, kind: type[forms.Form], initial: tuple[tuple[str, object], ...]
) -> SafeString:
    with translation.override(language.tag):
        return _draw_fields(language, kind(initial=dict(initial)))


def _draw_fields(language: Language, form: forms.Form) -> SafeString:
    return render_to_string("findhelp/_details_fields.html", {"language": language, "form": form})
