"""A file of services in a browser: chosen, mapped, looked at, mended, applied."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.crew import Colleague, Crew
from tests.browser.desks import DeskSite
from tests.browser.test_desk_checking import Office
from tests.interchange.imports.uploads import csv_of

pytestmark = [pytest.mark.browser, pytest.mark.node]
ROWS = [
    {
        "Nr": f"be-{n}",
        "Organisatie": "Demo Huis",
        "Dienst": f"Demo dienst {n}",
        "Soort": "Juridische hulp",
        "Telefoon": "+3225550000",
        "Stad": "Liège",
        "Straat": f"Demo Straat {n}",
    }
    for n in range(1, 6)
]
ROWS[1] |= {"Dienst": "Demo Vluchthuis", "Soort": "Vluchthuis", "Straat": "Geheime Straat 9"}
ROWS[2] |= {"Telefoon": "no number"}
ROWS[3] |= {"Soort": "Foyer"}


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def editor(request, chromium: Browser, loaded_desk: DeskSite) -> Iterator[Colleague]:
    crew = Crew(chromium, loaded_desk, has_script=request.param)
    (edda,) = Office(crew, "editor").people
    edda.page.set_default_timeout(60_000)
    yield edda
    crew.close()


def test_journey_of_an_import_mapped_corrected_and_applied(editor, tmp_path):
    bring(editor, tmp_path)
    map_words(editor)
    run = read_rows(editor)
    mend(editor, run)
    apply(editor, run)

    assert "/directory/services/" in editor.path()


def bring(edda: Colleague, folder: Path) -> None:
    (folder / "lijst.csv").write_bytes(csv_of(ROWS, ";"))
    edda.go("/directory/imports")
    edda.press(".empty a.button")
    edda.fill(source=f"lijst-{edda.email.partition('@')[0]}"[:40])
    edda.page.set_input_files("main [name=file]", folder / "lijst.csv")
    edda.send("source")
    assert edda.path().endswith("/map")
    assert "Demo Straat 1" in edda.reads()  # what stands in a column is shown to whoever brought it
    edda.send("main form:has([name=ids])")


def map_words(edda: Colleague) -> None:
    assert edda.path().endswith("/words")
    assert "Foyer" in edda.reads()
    edda.page.locator("main .desk__content select").first.select_option("legal")
    edda.send("main form:has(.pairs)")
    assert edda.path().endswith("/prepare")
    told = edda.reads()
    assert "never stored" in told
    assert "Geheime Straat" not in told


def read_rows(edda: Colleague) -> str:
    """Let a script do it in one go, or press the button until nothing is left."""
    run = edda.path().removesuffix("/prepare")
    if edda.is_scripted:
        edda.page.locator("form[data-again] button").first.click()
        edda.page.wait_for_url(f"**{run}")
        edda.look()
    while edda.path().endswith("/prepare"):
        edda.send("main form[data-again]")
    assert edda.path() == run
    return run


def mend(edda: Colleague, run: str) -> None:
    edda.press("main .picks a[href='?state=error']")
    row = edda.page.locator("main tbody tr")
    assert row.count() == 1
    edda.press("main tbody th a")
    assert "is not a phone number" in edda.reads()
    edda.fill(phones="+3225550001")
    edda.send("phones")
    assert "New" in edda.page.inner_text("main .head")
    edda.go(run)


def apply(edda: Colleague, run: str) -> None:
    edda.press(f"main a[href='{run}/apply']")
    assert "5 new services will be added" in edda.reads()
    edda.send("main .desk__content form")
    assert edda.path() == run
    assert "Applied" in edda.reads()
    assert "Geheime Straat" not in edda.page.content()
    edda.press("main tbody th a")
    edda.press("main .lead a")
