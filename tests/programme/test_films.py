"""Films on the programme's site."""

import brotli
import pytest

from protect.campaigns.base.enums import MaterialKind
from protect.campaigns.films import actions
from protect.campaigns.materials import actions as materials
from protect.ui.assets import CACHED_BRIEFLY
from tests.campaigns.campaigners import AT, make_campaigners, make_material
from tests.campaigns.filming import SUBTITLES, VIDEO, describe, published_film
from tests.programme.enquiring import visitor
from tests.programme.test_site_pages import BUDGET_BYTES

pytestmark = pytest.mark.usefixtures("site")


@pytest.fixture
def cast(site):
    return make_campaigners()


@pytest.fixture
def material(cast):
    return make_material(cast, kind=MaterialKind.FILM, template="", title="Demo film")


@pytest.fixture
def film(cast, material):
    return published_film(cast, material)


def read(path):
    response = visitor().get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def test_the_text_stands_before_the_film_which_loads_nothing(film, material):
    text = read(f"/en/films/{material.code}")

    assert text.index("It is not your fault.") < text.index("<video")
    assert 'preload="none"' in text
    assert "autoplay" not in text
    assert "768 kilobytes" in text
    assert "60 seconds" in text
    assert f'src="/films/{material.code}.mp4?' in text
    assert f'src="/films/{material.code}/en.vtt" default' in text
    assert "<script" not in text


def test_a_film_is_listed_in_each_language_of_its_texts_and_found_by_its_title(
    cast, film, material
):
    describe(cast, film, "fr", title="Film démo")

    assert "Demo film" in read("/en/resources?kind=film&language=en&q=demo")
    assert "Film démo" not in read("/en/resources?kind=film&language=en")
    assert "Film démo" in read("/en/resources?kind=film&language=fr")
    assert f'href="/en/films/{material.code}"' in read("/en/resources?kind=film")
    assert "Demo film" not in read("/en/resources?kind=manual")
    assert "Demo film" in read("/en/resources?kind=film&country=SI")
    assert "Film démo" not in read("/en/resources?kind=film&country=MT&language=fr")


def test_a_reader_of_a_language_without_text_gets_another_one_marked(film, material):
    text = read(f"/fr/films/{material.code}")

    assert '<h1 lang="en" dir="ltr">Demo film' in text
    assert "Le texte est dans une autre langue" in text
    assert "kilooctets" in text


def test_a_text_in_the_language_of_the_reader_is_shown(cast, film, material):
    describe(cast, film, "fr", title="Film démo", transcript="Ce n’est pas ta faute.")

    text = read(f"/fr/films/{material.code}")

    assert "Ce n’est pas ta faute." in text
    assert f'src="/films/{material.code}/fr.vtt" default' in text


def test_a_transcript_is_text_and_nothing_else(cast, film, material):
    describe(cast, film, transcript="<script>alert(1)</script>\n\nSecond")

    text = read(f"/en/films/{material.code}")

    assert "<script" not in text
    assert "<p>Second</p>" in text


def test_a_phone_can_seek(film, material):
    address = f"/films/{material.code}.mp4"
    response = visitor().get(address, headers={"range": "bytes=300000-300099"})

    assert response.status_code == 206
    assert b"".join(response.streaming_content) == VIDEO[300000:300100]
    assert response.headers["Content-Range"] == f"bytes 300000-300099/{len(VIDEO)}"
    assert response.headers["Content-Type"] == "video/mp4"
    assert response.headers["Cache-Control"] == CACHED_BRIEFLY
    assert "media-src 'self'" in response.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in response.headers
    assert visitor().get(address, headers={"range": "bytes=9999999-"}).status_code == 416
    assert visitor().get(address).headers["Accept-Ranges"] == "bytes"


def test_subtitles_come_with_their_type(film, material):
    response = visitor().get(f"/films/{material.code}/en.vtt")

    assert response.content.decode() == SUBTITLES
    assert response.headers["Content-Type"] == "text/vtt; charset=utf-8"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert visitor().get(f"/films/{material.code}/fr.vtt").status_code == 404


def test_a_film_that_is_not_published_or_was_taken_down_does_not_exist(cast, film, material):
    paths = (
        f"/en/films/{material.code}",
        f"/films/{material.code}.mp4",
        f"/films/{material.code}/en.vtt",
    )
    actions.publish_film(cast.scope(), film, is_published=False, at=AT)
    assert [visitor().get(path).status_code for path in paths] == [404, 404, 404]
    actions.publish_film(cast.scope(), film, is_published=True, at=AT)
    assert [visitor().get(path).status_code for path in paths] == [200, 200, 200]

    materials.take_down(cast.scope(), material, "Demo", at=AT)

    assert [visitor().get(path).status_code for path in paths] == [404, 404, 404]
    assert "Demo film</" not in read("/en/resources")


def test_the_page_of_a_film_fits_the_budget(film, material):
    response = visitor().get(f"/en/films/{material.code}")

    assert len(brotli.compress(response.content, quality=7)) <= BUDGET_BYTES
