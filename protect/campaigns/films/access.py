"""Which films a user of the desk and the public may see."""

from collections.abc import Iterator
from uuid import UUID

from django.db.models import QuerySet

from protect.campaigns.films.models import Film, FilmPart, FilmText
from protect.campaigns.materials.access import own_materials, visible_materials
from protect.orgs.access import get_row
from protect.orgs.scope import Scope

PART_BYTES = 256 * 1024  # of a made film


def get_film(scope: Scope, material: UUID) -> Film:
    """Return the film of a material that the user may see. Errors: Http404."""
    rows = Film.objects.filter(material__in=visible_materials(scope))
    return get_row(rows.select_related("material"), material=material)


def get_own_film(scope: Scope, material: UUID) -> Film:
    """Return the film of a material of an organisation for which the user runs campaigns.
    Errors: Http404."""
    rows = Film.objects.filter(material__in=own_materials(scope))
    return get_row(rows.select_related("material"), material=material)


def published_films() -> QuerySet[Film]:
    """Return the films that the public may watch, with their texts and materials."""
    rows = Film.objects.published().order_by("-published_at", "pk")
    return rows.select_related("material__campaign").prefetch_related("texts")


def get_published_film(code: str) -> Film:
    """Return a film that the public may watch by the code of its material. Errors: Http404."""
    return get_row(published_films(), material__code=code)


def text_in(film: Film, *tags: str) -> FilmText | None:
    """Return the text of a film in the first of the languages that has one, else in the language
    that is spoken in it."""
    texts = {row.language_id: row for row in film.texts.all()}
    return next((texts[tag] for tag in (*tags, film.language_id) if tag in texts), None)


def read_film(film: Film, first: int, last: int) -> Iterator[bytes]:
    """Yield the bytes of a made film from `first` to `last`, both included."""
    rows = FilmPart.objects.filter(
        film=film,
        is_original=False,
        position__gte=first // PART_BYTES,
        position__lte=last // PART_BYTES,
    ).order_by("position")
    for position in rows.values_list("position", flat=True):
        content = bytes(rows.get(position=position).content)
        begin = position * PART_BYTES
        yield content[max(first - begin, 0) : last + 1 - begin]
