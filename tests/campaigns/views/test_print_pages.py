"""A campaigner looks at each paper before it is printed."""

import pytest

from protect.campaigns.press.models import PressFile
from protect.content.models import Page, SegmentTranslation
from tests.campaigns.campaigners import AT, Campaigners, make_campaign, make_material, release
from tests.campaigns.press.test_proofs import translate_title
from tests.orgs.conftest import make_organisation
from tests.vault.cast import make_person, serve
from tests.vault.views.desk import Desk, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter")]
SLOVENE = {"countries": ["SI"], "languages": ["sl"], "sizes": ["a4"]}


@pytest.fixture
def cast(db):
    office = make_organisation("Demo office Slovenia", "SI")
    other = make_organisation("Demo office Belgium", "BE")
    people = {"nela": make_person("nela"), "otto": make_person("otto")}
    serve(people["nela"], office, "campaigner")
    serve(people["otto"], other, "coordinator")
    cast = Campaigners(office, other, {name: each.user for name, each in people.items()})
    cast.persons = people
    return cast


@pytest.fixture
def nela(cast):
    return Desk(at=AT).let_in(cast.persons["nela"])


@pytest.fixture
def otto(cast):
    return Desk(at=AT).let_in(cast.persons["otto"])


def url(material, **asked):
    query = "&".join(f"{name}={value}" for name, values in asked.items() for value in values)
    return f"/materials/{material.pk}/print?{query}"


def test_texts_that_are_not_released_are_said_with_a_link_before_printing(cast, nela):
    release("sl")
    translate_title(cast)
    material = make_material(cast)

    page = nela.get(url(material, **SLOVENE))

    shown = words(page)
    assert "8 of 8 texts are not released in Slovenian" in shown
    assert "The paper would print them in: English" in shown
    assert "Translated, waits for a release" in shown
    assert f"/texts/{material.template}/sl" in page.content.decode()
    assert "/texts/releases" in page.content.decode()
    assert 'value="sl" id="id_languages_0" >' in " ".join(page.content.decode().split())
    assert not PressFile.objects.exists()


def test_a_post_that_saw_nothing_prints_nothing_and_shows_the_page(cast, nela):
    release("sl")
    material = make_material(cast)

    page = nela.post(f"/materials/{material.pk}/print", **SLOVENE)

    assert page.status_code == 422
    assert "Nothing was printed. Read what" in words(page)
    assert "are not released in Slovenian" in words(page)
    assert not PressFile.objects.exists()


def test_a_language_without_a_tick_is_left_out(cast, nela):
    release("sl", "fr")
    material = make_material(cast)
    seen = nela.get(url(material, countries=["SI"], languages=["sl", "fr"], sizes=["a4"]))

    nela.post(
        f"/materials/{material.pk}/print",
        countries=["SI"],
        languages=["fr"],
        chosen=["sl", "fr"],
        sizes=["a4"],
        seen=list(seen.context["seen"]),
    )

    assert [row.language_id for row in PressFile.objects.all()] == ["fr"]


def test_no_ticked_language_is_said_on_the_page(cast, nela):
    release("sl")
    material = make_material(cast)
    page = nela.post(
        f"/materials/{material.pk}/print", countries=["SI"], chosen=["sl"], sizes=["a4"]
    )

    assert page.status_code == 422
    assert "Tick at least one language" in words(page)
    assert "are not released in Slovenian" in words(page)


def test_a_paper_in_english_is_never_up_to_date_in_its_language(cast, nela):
    release("sl")
    material = make_material(cast)
    seen = list(nela.get(url(material, **SLOVENE)).context["seen"])
    answer = nela.post(f"/materials/{material.pk}/print", **SLOVENE, seen=seen)
    assert answer.content.startswith(b"%PDF")

    listed = words(nela.get(f"/materials/{material.pk}"))
    assert "1 file was printed" in listed
    assert "Printed in English: texts not released" in listed
    assert "Up to date" not in listed
    assert "No material matches" in words(nela.get("/materials?language=sl"))
    for key in ("title", "lead"):
        translate_title(cast, key=key)
    release("sl")
    for page in (f"/materials/{material.pk}", f"/materials/files/{PressFile.objects.get().pk}"):
        assert "Outdated: the text exists in Slovenian now" in words(nela.get(page))
    assert "The text exists in Slovenian now" in words(nela.get("/"))
    assert "The text exists in Slovenian now" in words(nela.get("/materials/numbers"))


def test_a_paper_that_was_not_read_is_not_called_up_to_date(cast, nela):
    release("fr")
    material = make_material(cast)
    french = SLOVENE | {"languages": ["fr"]}
    seen = list(nela.get(url(material, **french)).context["seen"])
    nela.post(f"/materials/{material.pk}/print", **french, seen=seen)

    for page in (f"/materials/{material.pk}", f"/materials/files/{PressFile.objects.get().pk}"):
        shown = words(nela.get(page))
        assert "Texts not read by a second person" in shown
        assert "Up to date" not in shown


def test_texts_are_shown_as_the_paper_prints_them(cast, nela):
    release("fr")

    answer = nela.get(url(make_material(cast), **SLOVENE | {"languages": ["fr"]}))

    assert b"{emergency}" not in answer.content
    assert "112" in words(answer)


def test_texts_without_a_reader_are_said_before_printing(cast, nela):
    release("fr")
    shown = words(nela.get(url(make_material(cast), **SLOVENE | {"languages": ["fr"]})))

    assert "drafts that were not read by a second person" in shown
    assert "8 texts: Draft, no reader yet" in shown


def test_a_preview_is_shown_in_the_browser_for_the_own_country_alone(cast, nela, otto):
    release("fr")
    material = make_material(cast, make_campaign(cast, country_id=None))
    query = "countries=SI&languages=fr&sizes=a4"
    page = nela.get(f"/materials/{material.pk}/print/preview?{query}")
    picture = nela.get(f"/materials/{material.pk}/print/preview/1?{query}")

    assert page.content.startswith(b"%PDF")
    assert page.headers["Content-Disposition"] == 'inline; filename="info.pdf"'
    assert picture.headers["Content-Type"] == "image/png"
    assert nela.get(f"/materials/{material.pk}/print/preview/2?{query}").status_code == 404
    for where in ("preview", "preview/1"):
        assert otto.get(f"/materials/{material.pk}/print/{where}?{query}").status_code == 404
    assert not PressFile.objects.exists()


def test_a_language_without_any_release_is_said_with_a_link(cast, nela):
    page = nela.get(url(make_material(cast), **SLOVENE))

    assert "No text was released in Slovenian yet" in words(page)
    assert page.status_code == 200


def test_a_material_is_found_by_the_texts_that_it_prints_in_each_language(cast, nela):
    release("fr")
    french = SegmentTranslation.objects.get(
        page=Page.objects.get(code="someone-to-talk-to"), key="interpreter", language="fr"
    )
    make_material(cast, title="Demo autumn")
    make_material(cast, title="Demo spring", template="wallet-card")

    for typed in ("interpreter", french.text.split()[-1].strip("."), "autumn interpreter"):
        shown = words(nela.get(f"/materials?q={typed}"))
        assert "Demo autumn" in shown
        assert "Demo spring" not in shown
    assert "No material matches" in words(nela.get("/materials?q=spring+interpreter"))
