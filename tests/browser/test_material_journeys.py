"""Materials of a campaign: a poster in five languages until its copies are counted, and what a
person who is shown no longer wants to be shown on."""

import zipfile
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from protect.reference.formats import format_number
from tests.browser.crew import Colleague, Crew
from tests.browser.desks import DeskSite
from tests.browser.listing import COUNTRY
from tests.browser.test_desk_checking import Office
from tests.browser.test_directory_pages import see
from tests.browser.test_films import publish_a_film
from tests.browser.test_programme_site import own_site
from tests.browser.test_rights_texts import new_poster, release
from tests.ui.press.seeing import as_seen, pages
from tests.uploads.media.samples import needs_ffmpeg

pytestmark = [pytest.mark.browser, pytest.mark.node]
NUMBER = "+3220000033"
COPIES = {"en": 11, "nl": 12, "ar": 13, "fa": 14, "ti": 15}  # by language
DAY = "2026-12-01"


@pytest.fixture
def crew(chromium: Browser, loaded_desk: DeskSite) -> Iterator[Crew]:
    found = Crew(chromium, loaded_desk, width=1200)
    yield found
    found.close()


def print_in_all(cora: Colleague, material: str) -> dict[str, str]:
    """Print the poster in the languages of COPIES; return what is seen on each, by file name."""
    cora.go(f"{material}/print")
    cora.page.check(f"main [name=countries][value={COUNTRY}]")
    cora.page.check("main [name=sizes][value=a4]")
    for tag in COPIES:
        cora.page.check(f"main [name=languages][value={tag}]")
    cora.press("main form[method=get] button.button")
    assert cora.page.locator("main [name=languages]:checked").count() == len(COPIES)
    with cora.page.expect_download() as coming:
        cora.page.locator("main form[method=post] button").last.click()
    archive = zipfile.ZipFile(Path(coming.value.path()))
    return {name: as_seen(pages(archive.read(name))[0]) for name in archive.namelist()}


def order_and_distribute(cora: Colleague, material: str, tag: str) -> None:
    """Order copies in a language, send them as ordered, and look at the order."""
    cora.go(material)
    cora.press("main a[href$='/order']")
    cora.page.select_option("main [name=language]", tag)
    cora.fill(copies=f"{COPIES[tag]}", destination=f"Demo centre {tag}")
    cora.send("destination")
    order = cora.path()
    cora.press("main a[href$='/send']")
    assert cora.page.input_value("main [name=copies]") == f"{COPIES[tag]}"
    cora.page.select_option("main [name=place_kind]", index=1)
    cora.fill(day=DAY)
    cora.send("place_kind")
    assert "the log has its copies" in cora.reads()
    assert cora.path() == order
    assert f"Demo centre {tag}" in cora.page.inner_text("main dl")


def lines_of(cora: Colleague, axis: str) -> dict[str, str]:
    """Return the lines of a table of the report, by their labels."""
    rows = cora.page.locator(f"table:has(#by-{axis}) tbody tr")
    return dict(
        zip(
            rows.locator("th").all_inner_texts(),
            [text.split()[0] for text in rows.locator("td").all_inner_texts()],
            strict=True,
        )
    )


def test_a_poster_in_five_languages_is_ordered_distributed_and_counted(crew):
    office = Office(crew, "coordinator", "coordinator")
    cora, vera = office.people
    crew.desk.run("tests.browser.numbering", office.email, NUMBER)
    release(vera, *COPIES)
    material = new_poster(cora)

    printed = print_in_all(cora, material)
    assert len(printed) == len(COPIES)
    assert all(format_number(NUMBER, COUNTRY) in text for text in printed.values())
    assert len(set(printed.values())) == len(COPIES)  # each in its own words
    cora.go(material)
    received_all(cora)
    for tag in COPIES:
        order_and_distribute(cora, material, tag)

    cora.go(material)
    cora.press("dl a[href^='/campaigns/']")
    cora.press("a[href*='/campaigns/report']")
    cora.fill(first=DAY, last=DAY)
    cora.send("first")
    total = sum(COPIES.values())
    assert f"{total} in total" in cora.reads()
    assert sorted(lines_of(cora, "language").values()) == sorted(
        [*map(str, COPIES.values()), str(total)]
    )
    assert lines_of(cora, "language")["Tigrinya"] == f"{COPIES['ti']}"
    cora.press("a[href*='language=ti']")
    assert "Demo centre ti" in cora.reads()
    assert "Demo centre ar" not in cora.reads()
    cora.page.go_back()
    cora.fill(first="2026-11-01", last="2026-11-30")
    cora.send("first")
    assert "Nothing in this period" in cora.reads()


def received_all(cora: Colleague) -> None:
    """Enter for each file that more copies were printed than are ordered."""
    links = cora.page.locator("main a[href^='/materials/files/']")
    files = {link.get_attribute("href") for link in links.all()}
    assert len(files) == len(COPIES)
    for file in files:
        cora.go(file)
        cora.press("main a[href$='/copies']")
        cora.page.select_option("main [name=source]", "printed")
        cora.fill(copies="50", day=DAY)
        cora.send("source")


def add_consent(cora: Colleague, reference: str) -> None:
    cora.go("/materials/consents")
    cora.press("main a[href$='/consents/new']")
    cora.page.select_option("main [name=organisation]", index=1)
    cora.fill(reference=reference, given_on=DAY)
    cora.send("reference")
    assert reference in cora.reads()


def show_person(cora: Colleague, material: str, reference: str) -> None:
    """Say that a material shows the person who signed a paper."""
    cora.go(f"{material}/edit")
    cora.page.get_by_label(reference).check()
    cora.send("title")
    assert reference in cora.reads()


def status_of(address: str) -> int:
    """Return with which status a new visitor of the programme's site gets an address."""
    parts = urlsplit(address)
    line = HTTPConnection("127.0.0.1", parts.port)  # not every resolver knows names of .localhost
    line.request("GET", parts.path, headers={"Host": parts.netloc})
    status = line.getresponse().status
    line.close()
    return status


@needs_ffmpeg
def test_a_withdrawn_consent_lists_and_takes_down_each_material_with_the_person(crew):
    (cora,) = Office(crew, "coordinator").people
    planned = crew.desk.run("tests.browser.filming", "plan", cora.email)
    film, file, code = planned.split("|")
    crew.desk.run("tests.browser.filming", "release")
    cora.go(file)
    poster = cora.page.locator("a:has-text('Demo poster')").first.get_attribute("href")
    reference, other = f"PAPER-{code}", f"OTHER-{code}"
    add_consent(cora, reference)
    add_consent(cora, other)
    for material in (film, poster):
        show_person(cora, material, reference)
    publish_a_film(cora, film)
    look_closely(cora, f"{film}/film", f"{film}/film/texts/en/files")
    site = own_site(crew.desk.url)
    public = [f"{site}/en/films/{code}", *film_files(crew, f"{site}/en/films/{code}")]
    assert [status_of(address) for address in public] == [200] * len(public)

    cora.go(f"/materials/consents?reference={other}")
    cora.press("main a[href$='/withdraw']")
    assert "No material in use shows this person" in cora.reads()
    cora.go(f"/materials/consents?reference={reference}")
    cora.press("main a[href$='/withdraw']")
    look_closely(cora, cora.path())
    listed = cora.page.locator("main ul li")
    assert listed.count() == 2
    assert cora.page.locator(f"main li a[href='{film}']").count() == 1
    assert "Demo centre: 4" in listed.filter(has_text="Demo poster").inner_text()
    cora.press("main button.button--danger")
    assert "2 materials were taken down." in cora.reads()

    for material in (film, poster):
        cora.go(material)
        assert "Taken down" in cora.reads()
        assert not cora.page.locator("main a[href$='/order']").count()
        assert not cora.page.locator("main a[href$='/print']").count()
        look_closely(cora, material)
    assert [status_of(address) for address in public] == [404] * len(public)
    page = crew.chromium.new_page()
    page.goto(f"{site}/en/resources?kind=film")
    assert code not in page.content()
    page.close()


def look_closely(cora: Colleague, *paths: str) -> None:
    """See pages mirrored, in forced colours, in the dark and on a phone, too."""
    for path in paths:
        cora.go(path)
        see(cora)
    cora.page.set_viewport_size({"width": 1200, "height": 800})


def film_files(crew: Crew, film: str) -> list[str]:
    """Return the addresses of the video and the subtitles on the page of a film."""
    page = crew.chromium.new_page()
    page.goto(film)
    found = page.evaluate("[...document.querySelectorAll('video, source, track')].map(e => e.src)")
    page.close()
    addresses = [address for address in found if address]
    assert len(addresses) == 2
    return addresses
