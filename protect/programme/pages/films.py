"""Films of the campaigns as the programme's site lists and shows them."""

from collections.abc import Iterator
from typing import NamedTuple

from django.db import Error
from django.http import Http404
from django.urls import reverse

from protect.campaigns.films import access
from protect.campaigns.films.access import get_published_film, published_films, text_in
from protect.campaigns.films.models import Film, FilmText
from protect.programme.enums import ResourceKind
from protect.reference import vocabulary

type Chunks = Iterator[bytes]

FALLBACK = "en"  # before the language that is spoken in a film


class FilmRow(NamedTuple):
    """A film in the list of resources. Its names are those of a Resource."""

    title: str
    language: str  # BCP 47
    countries: tuple[str, ...]
    licence: str
    page_url: str
    kind: ResourceKind = ResourceKind.FILM
    code: str = ""
    file: str = ""


def film_rows(tag: str) -> list[FilmRow]:
    """Return the films that the public may watch; none while the database is away. `tag`: the
    language of the page that lists them."""
    try:
        return [row for film in published_films() for row in _rows_of(film, tag)]
    except Error:
        return []


def get_film(code: str, tag: str) -> tuple[Film, FilmText]:
    """Return a film, and its text for readers of a language: in it, else in English, else in the
    language that is spoken. Errors: Http404."""
    film = get_published_film(code)
    text = text_in(film, tag, FALLBACK)
    if text is None:
        raise Http404
    return film, text


def subtitles_of(code: str, tag: str) -> str:
    """Return the subtitles of a film in a language. Errors: Http404."""
    film = get_published_film(code)
    found = (each.subtitles for each in film.texts.all() if each.language_id == tag)
    subtitles = next(filter(None, found), "")
    if not subtitles:
        raise Http404
    return subtitles


def tracks_of(film: Film) -> list[tuple[str, str]]:
    """Return the languages of the subtitles of a film, with their own names."""
    languages = vocabulary.languages()
    tags = [each.language_id for each in film.texts.all() if each.subtitles]
    return [(tag, languages[tag].endonym) for tag in tags]


def direction_of(tag: str) -> str:
    return vocabulary.languages()[tag].direction


def read_video(film: Film, first: int, last: int) -> Chunks:
    """Yield the bytes of a film from `first` to `last`, both included."""
    return access.read_film(film, first, last)


def _rows_of(film: Film, tag: str) -> Iterator[FilmRow]:
    material = film.material
    country = material.campaign.country_id
    url = reverse("programme:film", args=[tag, material.code])
    for text in film.texts.all():
        countries = (country,) if country else ()
        yield FilmRow(text.title, text.language_id, countries, str(material.licence), url)
