"""Pages of the desk about the video of a material: upload, texts, subtitles, publication."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.campaigns import film_forms
from protect.campaigns.base.enums import FilmState, MaterialKind
from protect.campaigns.films import access, actions
from protect.campaigns.films.errors import problem_text
from protect.campaigns.films.models import Film, FilmText
from protect.campaigns.films.subtitle_rules import Problem
from protect.campaigns.films.uploads import can_make_films, read_video
from protect.campaigns.materials.access import get_material, get_own_material, own_materials
from protect.campaigns.materials.models import Material
from protect.kernel import clock
from protect.kernel.text import isolate_direction
from protect.orgs.access import scope_of
from protect.reference import formats, vocabulary
from protect.ui.pages import (
    FormPage,
    posted_data,
    redirect_with_message,
    render_form_page,
    show_form,
)
from protect.ui.ranges import ranged_response

VIDEO_TYPE, SUBTITLES_TYPE = "video/mp4", "text/vtt; charset=utf-8"


@require_safe
def film_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    material = _film_material(get_material(scope, pk))
    film = Film.objects.filter(material=material).first()
    texts = film.texts.all() if film else FilmText.objects.none()
    described = {text.language_id for text in texts}
    spoken = next((each for each in texts if film and each.language_id == film.language_id), None)
    choices = film_forms.film_languages()
    context = {
        "material": material,
        "film": film,
        "size": film_size(film) if film else "",
        "texts": [(each, language_name(each.language_id), _hints(each)) for each in texts],
        "others": [(tag, name) for tag, name in choices if tag not in described],
        "is_own": own_materials(scope).filter(pk=pk).exists(),
        "can_make": can_make_films(),
        "has_transcript": spoken is not None and bool(spoken.transcript.strip()),
    }
    return render_form_page(request, "campaigns/film.html", None, context)


@require_http_methods(["GET", "POST"])
def film_upload(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    material = _film_material(get_own_material(scope, pk))
    initial = {"language": Film.objects.filter(material=material).values_list("language").first()}
    form = film_forms.FilmForm(posted_data(request), request.FILES or None, initial=initial)
    if form.is_valid():
        data = form.cleaned_data
        with form.showing_refusals():
            content = read_video(data["file"])
            actions.upload_film(scope, material, data["language"], content, at=clock.now())
            message = _("The video was received. The film is made from it in a few minutes.")
            return redirect_with_message(request, message, "campaigns:film", pk)
    lead = _(
        "A small film of 240 lines is made from it, which plays on old phones, and the video is "
        "deleted. A film that is shown now is taken off the site until you publish the new one."
    )
    # Translators: title of a page, and its button.
    page = FormPage(_("Upload a video"), _("Upload"), _crumb(material), lead)
    return show_form(request, form, page)


@require_http_methods(["GET", "POST"])
def film_text(request: HttpRequest, pk: UUID, tag: str) -> HttpResponse:
    scope = scope_of(request)
    film = access.get_own_film(scope, pk)
    if tag not in vocabulary.languages():
        raise Http404
    row = FilmText.objects.filter(film=film, language=tag).first()
    names = ("title", "transcript", "subtitles")
    initial = {name: getattr(row, name) for name in names} if row else {}
    form = film_forms.FilmTextForm(posted_data(request), request.FILES or None, initial=initial)
    if form.is_valid():
        with form.showing_refusals():
            actions.save_text(scope, film, tag, form.to_film_text(), at=clock.now())
            return redirect_with_message(request, _("Saved."), "campaigns:film", pk)
    context = {"film": film, "name": language_name(tag)}
    return render_form_page(request, "campaigns/film_text.html", form, context)


@require_safe
def film_text_choice(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Lead to the page of the chosen language."""
    access.get_own_film(scope_of(request), pk)
    tag = request.GET.get("language", "")
    if tag not in vocabulary.languages():
        return redirect("campaigns:film", pk)
    return redirect("campaigns:film_text", pk, tag)


@require_POST
def film_publish(request: HttpRequest, pk: UUID, *, is_published: bool) -> HttpResponse:
    scope = scope_of(request)
    film = access.get_own_film(scope, pk)
    actions.publish_film(scope, film, is_published=is_published, at=clock.now())
    shown = _("The film is on the programme’s site.")
    gone = _("The film is no longer on the programme’s site.")
    return redirect_with_message(request, shown if is_published else gone, "campaigns:film", pk)


@require_safe
def film_video(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    film = access.get_film(scope_of(request), pk)
    if film.state != FilmState.READY:
        raise Http404

    return ranged_response(
        request,
        film.file_bytes,
        VIDEO_TYPE,
        lambda first, last: access.read_film(film, first, last),
    )


@require_safe
def film_subtitles(request: HttpRequest, pk: UUID, tag: str) -> HttpResponse:
    film = access.get_film(scope_of(request), pk)
    text = FilmText.objects.filter(film=film, language=tag).exclude(subtitles="").first()
    if text is None:
        raise Http404
    return HttpResponse(text.subtitles, content_type=SUBTITLES_TYPE)


def film_size(film: Film) -> str:
    """Return the size and the length of a film in words, "" before it is made."""
    tag = get_language() or "en"
    if film.state != FilmState.READY:
        return ""
    size = isolate_direction(formats.size_text(film.file_bytes, tag))
    return format_html("{} · {}", size, isolate_direction(formats.seconds_text(film.seconds, tag)))


def language_name(tag: str) -> str:
    return formats.language_name(tag, get_language() or "en")


def _hints(text: FilmText) -> list[str]:
    return [problem_text(Problem(*each)) for each in text.hints]


def _film_material(material: Material) -> Material:
    if material.kind != MaterialKind.FILM:
        raise Http404
    return material


def _crumb(material: Material) -> tuple[str, str]:
    return material.title, reverse("campaigns:film", args=[material.pk])
