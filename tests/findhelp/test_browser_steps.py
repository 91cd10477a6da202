"""Steps that remove only our pages from the history of a browser, with pictures."""

import re
from datetime import UTC, datetime, time, timedelta

import pytest

from protect.findhelp import addresses
from protect.findhelp.answers import browser_steps
from protect.findhelp.answers.browser_steps import SHOWN_DAYS, BrowserSteps, load_steps, steps_on
from protect.findhelp.enums import PageTitle
from protect.kernel import clock, tables
from protect.kernel.errors import DataError
from protect.reference import catalogue
from protect.ui.icons import ICON_PATHS, MIRRORED_ICONS
from tests.directory.demo import TUESDAY

DRAFTED = ("fr", "nl", "es", "it", "el", "pl", "ar", "fa", "ti", "uk")
CHECKED = max(each.checked_on for each in load_steps().values())
FIRST = next(iter(load_steps().values()))


def at_day(days: int):
    return TUESDAY.replace(year=CHECKED.year, month=CHECKED.month, day=CHECKED.day) + timedelta(
        days=days
    )


def read(public, tag: str = "en", days: int = 0):
    with clock.frozen(at_day(days)):
        reply = public.get(f"/{tag}/{addresses.TIPS.code}")
    assert reply.status_code == 200
    return reply


def test_steps_are_hidden_180_days_after_the_check():
    for steps in load_steps().values():
        last = steps.checked_on + timedelta(days=SHOWN_DAYS)

        assert steps in steps_on(last)
        assert steps not in steps_on(last + timedelta(days=1))


def test_each_browser_says_that_its_steps_were_not_confirmed(db, public):
    text = read(public).content.decode()

    for steps in load_steps().values():
        assert f"<summary><bdi>{steps.name}</bdi></summary>" in text
        assert all(step.text in text for step in steps.step)
    unconfirmed = [each for each in load_steps().values() if not each.is_confirmed]
    assert text.count('class="tag tag--ask"') == len(unconfirmed)


def test_the_page_shows_no_steps_after_180_days_and_is_cached_until_then(db, public):
    shown, hidden = read(public), read(public, days=SHOWN_DAYS + 1)

    assert browser_steps.HEADING in shown.content.decode()
    assert browser_steps.HEADING not in hidden.content.decode()
    assert FIRST.name not in hidden.content.decode()
    ends = int(datetime.combine(FIRST.hidden_from, time.min, UTC).timestamp())
    assert shown.headers["Protect-Valid-Until"] == str(ends)
    assert hidden.headers["Protect-Valid-Until"] == "0"


def test_our_pages_have_the_name_that_the_steps_say():
    assert all(title.value.startswith("Info") for title in PageTitle)
    assert any("“Info”" in step.text for step in FIRST.step)


@pytest.mark.parametrize("tag", DRAFTED)
def test_the_steps_are_translated_where_pages_about_rights_are(tag):
    texts = [text for text, _note in browser_steps.texts_to_translate()]

    languages = {catalogue.translation_with_language(text, tag)[1] for text in texts}
    assert languages == {tag}


def test_in_another_language_the_steps_are_marked_as_english_and_the_page_says_so(db, public):
    text = read(public, "vi").content.decode()

    assert f'<span lang="en" dir="ltr">{FIRST.step[0].text}</span>' in text
    note = "Some lines are not in this language yet. They are shown in English."
    assert catalogue.translation_with_language(note, "vi")[0] in text


def test_a_picture_stands_beside_words_and_what_points_sideways_is_mirrored(db, public):
    text = read(public, "ar").content.decode()
    items = re.findall(r"<li><svg.*?</li>", text, re.DOTALL)

    assert len(items) == sum(len(each.step) for each in load_steps().values())
    assert all('aria-hidden="true"' in item for item in items)
    assert [
        item for item in items if ICON_PATHS["swipe"] in item and "icon--turns" not in item
    ] == []
    assert "swipe" in MIRRORED_ICONS


def test_a_picture_that_does_not_exist_is_refused_with_its_record(settings, tmp_path):
    folder = tmp_path / "findhelp"
    folder.mkdir()
    row = '[demo]\nname = "Demo"\nchecked_on = 2026-12-01\nsource = "none"\n'
    step = 'step = [{ picture = "unicorn", text = "Demo." }]\n'
    (folder / "browser_steps.toml").write_text(row + step)
    settings.PROTECT_DATA_DIRS = [tmp_path]

    with pytest.raises(DataError, match="demo"):
        tables.load.__wrapped__("findhelp", "browser_steps", BrowserSteps)
