"""What a process keeps between pages never shows on the page of another language, host or mode."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest
from babel import localedata

from protect.findhelp import access, addresses
from protect.findhelp.answers import (
    limits,
    names,
    row_caches,
    sentences,
    topics,
)
from protect.findhelp.templatetags import findhelp, service_cards
from protect.findhelp.views import details
from protect.kernel import clock
from protect.matching.services.rows import ServiceRow
from protect.reference import catalogue, formats
from protect.ui import forms
from tests.findhelp.test_views import AT

CACHES = (
    *row_caches.CACHED,
    findhelp._draw_blank_fields,
    findhelp.page_url,
    sentences._reason_text,
    sentences.freshness_text,
    formats.format_number,
    names._heading_codes,
    names._name_of,
    topics._topic_text,
    addresses._spot_code,
    service_cards._draw_shared_card,
    catalogue._translate,
    formats.cldr_locale,
    forms._render_options,
    details.blank_form,
)
ONE_ENTRY_A_LANGUAGE = [formats.cldr_locale]


def forget():
    for cache in CACHES:
        cache.cache_clear()
    localedata._cache.clear()


@pytest.fixture
def sealed(db):
    """Return the address of answers for a girl of 15 who cannot speak."""
    fields = {"gender": "f", "age": "15", "language": "uk", "quiet": "on"}
    search = addresses.RefinedSearch(addresses.anywhere_in("GR").code, "rx", fields)
    with clock.frozen(AT):
        return addresses.sealed_address(access.get_language("en"), search)


def visits(code: str, sealed: str) -> list[tuple[str, dict[str, object]]]:
    """Return addresses, each with the settings of the deployment that answers."""
    live = {"IS_DEMO": False, "EXIT_TARGETS": ["https://weather.example/"]}
    return [
        *((f"/{tag}/{code}-rx", {}) for tag in ("en", "fr", "ar", "ur", "ps", "ti", "uk", "zh")),
        *((f"/{tag}/{code}-rx/q", {}) for tag in ("en", "ar")),
        (f"/en/{code}-rx", live),
        (sealed, {}),
        *((f"/{tag}/{addresses.anywhere_in('GR').code}-tq", {}) for tag in ("en", "el", "ar")),
    ]


def bodies(public, settings, visits) -> Iterator[tuple[str, bytes]]:
    forget()
    for path, changed in visits:
        before = {name: getattr(settings, name) for name in changed}
        for name, value in changed.items():
            setattr(settings, name, value)
        yield f"{path} {changed}", public.get(path).content
        for name, value in before.items():
            setattr(settings, name, value)


def test_pages_do_not_depend_on_the_pages_made_before(public, settings, code, sealed, monkeypatch):
    offered = access.languages()
    monkeypatch.setattr(access, "languages", lambda: offered)  # also live: none is reviewed yet
    everything = visits(code("Liège", "BE"), sealed)
    with clock.frozen(AT):
        there = dict(bodies(public, settings, everything))
        back = dict(bodies(public, settings, everything[::-1]))

    assert len(there) == len(everything)
    assert len(set(there.values())) == len(everything)
    assert [visit for visit in there if there[visit] != back[visit]] == []


def test_answers_of_a_visitor_do_not_stay_for_the_next(public, code, sealed):
    forget()
    address = f"/en/{code('Liège', 'BE')}-rx"
    with clock.frozen(AT):
        refined = public.get(sealed).content.decode()
        blank = public.get(address).content.decode()

    assert 'name="age" value="15"' in refined
    assert '<option value="uk" selected>' in refined
    assert 'name="age" value=' not in blank
    assert '<option value="uk" selected>' not in blank
    assert findhelp._draw_blank_fields.cache_info().currsize == 1


def test_every_cache_has_a_bound():
    unbounded = [cache for cache in CACHES if cache.cache_info().maxsize is None]
    assert unbounded == ONE_ENTRY_A_LANGUAGE


def test_a_card_with_stated_details_is_not_cached(public, code, sealed):
    forget()
    with clock.frozen(AT):
        public.get(sealed)
        assert service_cards._draw_shared_card.cache_info().currsize == 0
        for need in ("gk", "rx"):
            public.get(f"/en/{code('Athens', 'GR')}-{need}")

    assert service_cards._draw_shared_card.cache_info().hits > 0


def test_a_changed_row_of_the_same_service_gets_its_own_texts():
    limits.made_for.cache_clear()
    row = ServiceRow(UUID(int=1), "bbbbbb", "Demo", "Demo", "BE", frozenset({"men"}), "UTC")
    changed = replace(row, categories=frozenset({"lgbtqi"}))

    assert limits.made_for(row) == {"men"}
    assert limits.made_for(changed) == {"lgbtqi"}
    assert limits.made_for(replace(row)) == {"men"}
    assert limits.made_for.cache_info().hits == 1


def test_texts_of_a_replaced_snapshot_are_dropped():
    row = ServiceRow(UUID(int=2), "bbbbbc", "Demo", "Demo", "BE", frozenset({"men"}), "UTC")
    row_caches.forget_before(-1)
    limits.made_for(row)

    row_caches.forget_before(-1)
    assert limits.made_for.cache_info().currsize == 1

    row_caches.forget_before(-2)
    assert {cached.cache_info().currsize for cached in row_caches.CACHED} == {0}
