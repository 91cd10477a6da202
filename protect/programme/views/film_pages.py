"""Films on the programme's site: the text first, then the video, which loads when it is played."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from protect.campaigns.films.access import get_published_film
from protect.programme.pages import copies, films, sitemap
from protect.programme.views import site_pages
from protect.reference import formats
from protect.ui.assets import CACHED_BRIEFLY
from protect.ui.ranges import ranged_response
from protect.vault.sessions.gates import open_to_all


@open_to_all
@require_safe
def film_page(request: HttpRequest, tag: str, code: str) -> HttpResponse:
    """Show what a film says, then the film. Errors: Http404, also for one that is not published."""
    texts = site_pages.get_texts(tag)
    film, text = films.get_film(code, tag)
    context = {
        "film": film,
        "text": text,
        "code": code,
        "resources": texts.page(sitemap.RESOURCES),
        "is_translated": text.language_id == tag,
        "direction": films.direction_of(text.language_id),
        "subtitles": films.tracks_of(film),
        "size": formats.size_text(film.file_bytes, tag),
        "length": formats.seconds_text(film.seconds, tag),
        "running_url": copies.running_url(request, request.path),
    }
    response = site_pages.show(request, texts, "film.html", context, section=sitemap.RESOURCES)
    response.headers["Cache-Control"] = CACHED_BRIEFLY
    return response


@open_to_all
@require_safe
def film_video(request: HttpRequest, code: str) -> HttpResponseBase:
    film = get_published_film(code)

    def read(first: int, last: int) -> films.Chunks:
        return films.read_video(film, first, last)

    response = ranged_response(request, film.file_bytes, "video/mp4", read)
    response.headers["Cache-Control"] = CACHED_BRIEFLY
    return response


@open_to_all
@require_safe
def film_subtitles(request: HttpRequest, code: str, language: str) -> HttpResponse:
    text = films.subtitles_of(code, language)
    headers = {"Cache-Control": CACHED_BRIEFLY}
    return HttpResponse(text, content_type="text/vtt; charset=utf-8", headers=headers)
