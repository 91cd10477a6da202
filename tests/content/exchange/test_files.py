"""Translations that leave as a file and come back from a translator's own tool."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from translate.storage.po import pofile
from translate.storage.xliff import xlifffile

from protect.content.enums import ChangeClass, FileOutcome
from protect.content.errors import ContentRefusal
from protect.content.exchange import actions, writer
from protect.content.exchange.actions import FileUnit
from protect.content.models import SegmentTranslation
from protect.content.texts import composition
from protect.kernel import clock
from tests.content.editing import member, save, segment, translate

pytestmark = pytest.mark.django_db
PLACE = "men/lead"


def written(file_format, tag="fr"):
    units = writer.units_of(composition.load_texts(), tag)
    if file_format == "po":
        return writer.write_po(units, tag)
    return writer.write_xliff(units, "en", tag)


def parsed(content):
    return (xlifffile if b"<xliff" in content[:200] else pofile).parsestring(content)


def changed(content, text, place=PLACE):
    """The file as a translator saves it with one other translation."""
    file = parsed(content)
    for unit in file.units:
        named = unit.getid().rpartition("\x04")[2] if b"<xliff" in content else unit.getcontext()
        if named == place:
            unit.target = text
    return bytes(file)


def bring_back(scope, content, tag="fr"):
    findings = actions.import_translations(
        scope, tag, actions.read_units(content, tag), at=clock.now()
    )
    return {each.unit.place: each for each in findings}


@pytest.mark.parametrize("file_format", ["po", "xlf"])
def test_a_file_that_comes_back_unchanged_changes_nothing(amal, file_format):
    count = SegmentTranslation.objects.count()

    findings = bring_back(amal, written(file_format))

    assert {each.outcome for each in findings.values()} == {FileOutcome.KNOWN}
    assert len(findings) > 200
    assert SegmentTranslation.objects.count() == count


@pytest.mark.parametrize("file_format", ["po", "xlf"])
@pytest.mark.parametrize("tag", ["fr", "ar", "ti"])
def test_a_new_translation_is_stored_as_imported_by_its_translator(amal, page, file_format, tag):
    findings = bring_back(amal, changed(written(file_format, tag), "“Neu” & <neu>?"), tag)

    assert findings[PLACE].outcome is FileOutcome.STORED
    stored = SegmentTranslation.objects.get(page=page, language=tag, origin="imported")
    assert (stored.text, stored.translator_id) == ("“Neu” & <neu>?", amal.user_id)


def test_a_text_whose_source_was_changed_since_is_told_so_and_the_rest_is_stored(amal, page):
    content = changed(changed(written("xlf"), "Alors."), "Titre", "men/title")
    save(amal, page, "Men are hurt, too.")

    findings = bring_back(amal, content)

    assert findings[PLACE].outcome is FileOutcome.OTHER_SOURCE
    assert findings["men/title"].outcome is FileOutcome.STORED
    assert not SegmentTranslation.objects.filter(text="Alors.").exists()


def test_a_file_of_before_does_not_bring_back_what_was_replaced_since(amal, page):
    content = written("po")
    translate(amal, page)

    findings = bring_back(amal, content)

    assert findings[PLACE].outcome is FileOutcome.KNOWN
    now = composition.load_texts([page])[0].text_in(segment(page), "fr")
    assert now.text == "Les hommes aussi."


@pytest.mark.parametrize(
    ("place", "text", "outcome", "problems"),
    [
        ("men/hiv", "Allez à l’hôpital.", FileOutcome.REFUSED, ("pythonbraceformat",)),
        ("men/lead", "", FileOutcome.EMPTY, ()),
    ],
)
def test_what_is_not_stored_says_why(amal, place, text, outcome, problems):
    finding = bring_back(amal, changed(written("xlf"), text, place))[place]

    assert (finding.outcome, finding.problems) == (outcome, problems)


def test_a_text_of_no_page_is_named(amal):
    findings = actions.import_translations(
        amal, "fr", [FileUnit("nowhere/lead", "A", "B")], at=clock.now()
    )

    assert [each.outcome for each in findings] == [FileOutcome.UNKNOWN]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\x01\x02",
        b"<xliff",
        b"no translations here",
        b'<!DOCTYPE x [<!ENTITY a "aaaa">]><xliff version="1.2"><file>&a;</file></xliff>',
        b'<?xml version="1.0"?><xliff version="1.2"></xliff>',
    ],
)
def test_another_file_is_refused(content):
    with pytest.raises(ContentRefusal) as refused:
        actions.read_units(content, "fr")
    assert refused.value.code == "content_file_unreadable"


def test_a_file_for_another_language_is_refused():
    with pytest.raises(ContentRefusal) as refused:
        actions.read_units(written("po", "nl"), "fr")
    assert refused.value.code == "content_file_language"


def test_script_in_a_file_is_only_text(amal, page):
    bring_back(amal, changed(written("xlf"), "<script>alert()</script>"))

    stored = SegmentTranslation.objects.get(page=page, origin="imported")
    assert stored.text == "<script>alert()</script>"  # and escaped wherever it is shown


def test_who_may_not_translate_stores_nothing():
    with pytest.raises(PermissionDenied):
        bring_back(member("dana", "trainer"), changed(written("po"), "Rien."))
    assert not SegmentTranslation.objects.filter(origin="imported").exists()


@pytest.mark.parametrize("file_format", ["po", "xlf"])
def test_another_program_converts_a_file_and_it_comes_back(amal, page, tmp_path, file_format):
    """xliff2po and po2xliff of translate-toolkit stand for the tools of translators."""
    content = changed(written(file_format), "Les hommes et les garçons.")
    other = {"po": "xlf", "xlf": "po"}[file_format]
    names = [f"first.{file_format}", f"second.{other}", f"third.{file_format}"]
    first, second, third = (tmp_path / name for name in names)
    first.write_bytes(content)
    ways = ["po2xliff", "xliff2po"] if file_format == "po" else ["xliff2po", "po2xliff"]
    for name, source, target in zip(ways, (first, second), (second, third), strict=True):
        command = [Path(sys.executable).with_name(name), "--progress=none", source, target]
        subprocess.run(command, check=True)

    findings = bring_back(amal, third.read_bytes())

    assert findings[PLACE].outcome is FileOutcome.STORED


def test_an_unfinished_text_of_a_tool_is_not_stored(amal):
    file = parsed(written("po"))
    for unit in file.units:
        if unit.getcontext() == PLACE:
            unit.target = "À moitié"
            unit.markfuzzy()

    assert bring_back(amal, bytes(file))[PLACE].outcome is FileOutcome.EMPTY


def test_a_withdrawn_text_leaves_empty_and_one_of_a_changed_source_unfinished(amal, page):
    save(amal, page, "Never do that.", ChangeClass.SAFETY)
    save(amal, page, "Men, boys", key="title")
    units = {unit.getcontext(): unit for unit in parsed(written("po")).units}

    assert units["men/lead"].target == ""
    assert units["men/title"].isfuzzy()
    assert units["men/title"].target
