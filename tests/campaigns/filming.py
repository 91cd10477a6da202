"""Films in tests, also without ffmpeg."""

from typing import Any
from uuid import UUID

from protect.campaigns.base.enums import FilmState, MaterialKind
from protect.campaigns.films import actions
from protect.campaigns.films.actions import FilmTextInput
from protect.campaigns.films.models import Film
from protect.campaigns.materials.models import Material
from protect.orgs.models import Organisation, User
from tests.campaigns.campaigners import (
    AT,
    Campaigners,
    make_campaign,
    make_material,
    plant_campaign,
)
from tests.content.recordings.recorded import make_recording

HEAD = b"\0\0\0\x18ftypmp42"
VIDEO = HEAD + bytes(range(256)) * 3000  # is not really one
SUBTITLES = "WEBVTT\n\n00:01.000 --> 00:03.000\nIt is not your fault.\n"
TRANSCRIPT = "Two women talk at a bus stop.\n\nIt is not your fault."


def upload(cast: Campaigners, material: Material, content: bytes = VIDEO, **given: Any) -> Film:
    scope = cast.scope(given.pop("name", "nela"))
    return actions.upload_film(scope, material, given.get("language", "en"), [content], at=AT)


def ready_film(cast: Campaigners, material: Material, made: bytes = VIDEO) -> Film:
    """Return a film as if it had been made."""
    film = upload(cast, material)
    stored = actions._store_result(film, FilmState.READY, made, 60)
    assert stored
    return stored


def describe(cast: Campaigners, film: Film, tag: str = "en", **given: str) -> None:
    values = {"title": "Demo film", "transcript": TRANSCRIPT, "subtitles": SUBTITLES, **given}
    text = FilmTextInput(values["title"], values["transcript"], values["subtitles"].encode())
    actions.save_text(cast.scope(), film, tag, text, at=AT)


def plant_campaign_and_films(office: Organisation, user: User) -> dict[str, UUID]:
    """Plant one row of each kind, with a published film and a recording, by what an address
    names. A film is named by the id of its material."""
    planted = plant_campaign(office, user)
    cast = Campaigners(office, office, {"nela": user})
    campaign = make_campaign(cast, country_id=office.country)
    material = make_material(cast, campaign, kind=MaterialKind.FILM, template="", title="Demo film")
    published_film(cast, material)
    recording = make_recording(cast.scope())
    return {**planted, "film": material.pk, "recording": recording.pk}


def published_film(cast: Campaigners, material: Material) -> Film:
    film = ready_film(cast, material)
    describe(cast, film)
    return actions.publish_film(cast.scope(), film, is_published=True, at=AT)
