"""From a sentence that is written to a page that a visitor reads: by the screen and by a file; and
from a number that changes to all languages, a poster and the export."""

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from translate.storage.xliff import xlifffile

from protect.findhelp import addresses
from protect.reference.formats import format_number
from tests.browser.crew import Colleague, Crew
from tests.browser.desks import DeskSite
from tests.browser.listing import COUNTRY
from tests.browser.test_desk_checking import Office
from tests.browser.walking import need, place
from tests.ui.press.seeing import as_seen, pages

pytestmark = [pytest.mark.browser, pytest.mark.node]
MEN = addresses.rights_in(COUNTRY, "men").code
TO_TALK_IN_NAMUR = f"{place(2790471)}-{need('talk')}"
NEW = "Men and boys are raped and beaten, too. It happens to many."
FRENCH = "Des hommes et des garçons aussi sont violés et frappés. Cela arrive à beaucoup."
WRONG = "Des hommes et 12 garçons."
TITLE = "Les hommes et les garçons"
SAFER = "Men and boys, too. You decide what you do."
NUMBERS = ("+3220000011", "+3220000022")
MOST_RELOADS = 20


@pytest.fixture
def crew(chromium: Browser, loaded_desk: DeskSite) -> Iterator[Crew]:
    found = Crew(chromium, loaded_desk, width=1200)
    yield found
    found.close()


def release(by: Colleague, *tags: str) -> str:
    """Look at what a release of languages changes, then make it; return what was shown."""
    by.go("/texts/releases")
    for tag in tags:
        by.page.check(f"[name=language][value={tag}]")
    by.press("main form button.button--primary")
    shown = by.reads()
    if by.page.locator("main form.once button").count():  # else nothing has changed
        by.press("main form.once button")
    return shown


def public_text(crew: Crew, tag: str, *, until: str, spot: str = MEN) -> str:
    """Return what a visitor reads on a page. A busy server shows for a moment what it knew: the
    visitor reloads until they see a text."""
    page = crew.chromium.new_page()
    for _ in range(MOST_RELOADS):
        page.goto(f"{crew.desk.public}/{tag}/{spot}")
        text = page.inner_text("main")
        if until in text:
            break
    page.close()
    return text


def test_a_sentence_is_written_translated_read_by_two_and_released(crew, tmp_path):
    office = Office(crew, "coordinator", "coordinator", "translator", "translator", "specialist")
    cora, vera, tiba, luce, siri = office.people

    cora.go("/texts")
    cora.press("main a:has-text('Men and boys')")
    cora.page.fill("[name=text_lead]", NEW)
    cora.press("main form button.button--primary")
    assert "Say for “lead”" in cora.reads()  # and what she wrote is still there
    assert cora.page.input_value("[name=text_lead]") == NEW
    cora.page.select_option("[name=change_lead]", "content")
    cora.press("main form button.button--primary")
    assert "1 text was saved." in cora.reads()

    tiba.go("/texts/men/fr")
    tiba.page.fill("[name=text_lead]", WRONG)
    tiba.press("main form button.button--primary")
    assert "A number differs" in tiba.reads()
    tiba.page.fill("[name=text_lead]", FRENCH)
    tiba.press("main form button.button--primary")
    assert "1 text was saved." in tiba.reads()
    bring_a_file_of_a_tool(tiba, tmp_path)

    for reader, role in ((luce, "language"), (siri, "subject")):
        read_texts(reader, role, recorded_by=cora)
    luce.go("/texts/men/fr")
    assert luce.page.locator("#lead .state--good", has_text="Current").count() == 1

    release(cora, "en")
    assert "You wrote or translated texts of these pages yourself" in cora.reads()
    release(vera, "en", "fr")
    assert "public now in 2 languages" in vera.reads()

    assert NEW in public_text(crew, "en", until=NEW)
    french = public_text(crew, "fr", until=FRENCH)
    assert FRENCH in french
    assert TITLE in french


def read_texts(reader: Colleague, role: str, *, recorded_by: Colleague) -> None:
    """Say to have read the texts, once a coordinator has recorded that the reader may."""
    reader.go("/texts/men/fr")
    assert "You cannot say yet that you have read these texts" in reader.reads()
    record_reader(recorded_by, reader.email, role)
    reader.go("/texts/men/fr")
    reader.press(f"main button[name=role][value={role}]")
    assert "You have read" in reader.reads()


def record_reader(by: Colleague, email: str, role: str) -> None:
    """Record as a coordinator that a person reads French, or is a specialist."""
    person = by.desk.run("tests.browser.person_of", email).strip()
    by.go(f"/texts/readers/{person}")
    if role == "subject":
        by.press("main button[name=specialist]")
        return
    by.page.select_option("[name=language]", "fr")
    by.press("main form.form button.button--primary")
    assert "Reads it like a first language" in by.reads()


def bring_a_file_of_a_tool(tiba: Colleague, folder: Path) -> None:
    """Translate the title with another program: from XLIFF to PO and back, and upload it."""
    tiba.go("/texts/files")
    with tiba.page.expect_download() as download:
        tiba.page.click("a[href='/texts/files/fr/xlf']")
    file = folder / "pages.xlf"
    download.value.save_as(file)
    content = xlifffile.parsestring(file.read_bytes())
    for unit in content.units:
        if unit.getid().endswith("men/title"):
            unit.target = TITLE
    file.write_bytes(bytes(content))
    names = [folder / name for name in ("pages.xlf", "pages.po", "back.xlf")]
    for program, source, target in zip(("xliff2po", "po2xliff"), names, names[1:], strict=False):
        command = [Path(sys.executable).with_name(program), "--progress=none", source, target]
        subprocess.run(command, check=True)
    tiba.page.select_option("main [name=language]", "fr")
    tiba.page.set_input_files("[name=file]", names[-1])
    tiba.press("main form[enctype] button.button--primary")
    assert "What became of the file" in tiba.reads()


def test_a_changed_number_reaches_all_languages_a_poster_and_the_export(crew):
    office = Office(crew, "coordinator", "coordinator")
    cora, vera = office.people
    old, new = (format_number(number, COUNTRY) for number in NUMBERS)
    crew.desk.run("tests.browser.numbering", office.email, NUMBERS[0])
    release(vera, "en", "fr")
    material = new_poster(cora)
    assert {old in text for text in printed(cora, material)} == {True}
    for tag in ("en", "fr"):
        assert old in public_text(crew, tag, spot=TO_TALK_IN_NAMUR, until=old)

    paths = [f"/{tag}/{TO_TALK_IN_NAMUR}" for tag in ("en", "fr")]
    exported = crew.desk.run("tests.browser.numbering", office.email, NUMBERS[1], *paths)

    assert exported.count(new) >= len(paths)
    assert old not in exported
    for tag in ("en", "fr"):
        assert old not in public_text(crew, tag, spot=TO_TALK_IN_NAMUR, until=new)
    cora.go("/materials/numbers")
    assert old in cora.reads()  # with the files that print it
    assert {new in text for text in printed(cora, material)} == {True}
    warn_of_safety(vera)


def warn_of_safety(vera: Colleague) -> None:
    """Say that a text may harm: before the release, the desk says what each language loses."""
    vera.go("/texts/men")
    vera.page.fill("[name=text_lead]", SAFER)
    vera.page.select_option("[name=change_lead]", "safety")
    vera.press("main form button.button--primary")
    vera.go("/texts/releases/preview?language=fr")
    assert "Texts are taken off for safety" in vera.reads()
    assert "In another language: English" in vera.reads()
    vera.press("main form[method=post] button.button--primary")
    assert vera.page.locator("main .field--wrong").count() == 1  # the box was not ticked


def new_poster(cora: Colleague) -> str:
    """Make a campaign with a poster at the desk; return the address of the poster."""
    code = f"demo-{cora.email.partition('@')[0]}"
    cora.go("/campaigns/new")
    cora.page.select_option("main [name=organisation]", index=1)
    cora.fill(code=code, name="Demo winter", audience="Demo people")
    cora.fill(starts_on="2026-11-01", ends_on="2027-06-30")
    cora.page.check("main [name=channels][value=poster]")
    cora.send("code")
    assert "Demo winter" in cora.reads()
    cora.press("main a[href^='/materials/new?campaign=']")
    cora.page.select_option("main [name=organisation]", index=1)
    cora.fill(code=code, title="Demo poster", alternative_text="Words and numbers")
    cora.page.select_option("main [name=template]", "someone-to-talk-to")
    cora.send("code")
    return cora.path()


def printed(cora: Colleague, material: str) -> list[str]:
    """Print the poster in two languages; return what is seen on each."""
    cora.go(f"{material}/print")
    cora.page.check(f"main [name=countries][value={COUNTRY}]")
    for tag in ("en", "fr"):
        cora.page.check(f"main [name=languages][value={tag}]")
    cora.press("main form[method=get] button.button")
    with cora.page.expect_download() as coming:
        cora.page.locator("main form[method=post] button").last.click()
    archive = zipfile.ZipFile(Path(coming.value.path()))
    return [as_seen(page) for name in archive.namelist() for page in pages(archive.read(name))]
