import shutil
from pathlib import Path

import pytest

from protect.kernel.errors import DataError
from protect.questionnaires import sources
from protect.questionnaires.words import pick_texts, required_text_names
from protect.site import checks
from tests.questionnaires.conftest import OVERLAY

HEAD = '[form]\nnumber = 1\nkind = "other"\nsource = "en"\ntitle = "Demo"\n'
ASKS = '[town]\ntype = "short"\nlabel = "Town"\n'


@pytest.fixture
def folder(settings, tmp_path, fresh_sources) -> Path:
    """An empty folder of an office, for forms."""
    settings.PROTECT_DATA_DIRS = [str(tmp_path)]
    forms_folder = tmp_path / "questionnaires/forms"
    forms_folder.mkdir(parents=True)
    return forms_folder


def test_office_folder_adds_a_form_with_every_question_type(office):
    form = sources.load_sources()["everything"].definition

    assert len({field.type for field in form.fields}) == 14
    assert form.field("since").last.isoformat() == "2026-11-26"


def test_office_folder_replaces_a_translation_of_a_shipped_form(folder):
    own = sources.BUILT_IN_FOLDER / "evaluation.fr.toml"
    text = own.read_text("utf-8").replace("Comment s’est passée la formation ?", "Et alors ?")
    (folder / own.name).write_text(text, "utf-8")

    source = sources.load_sources()["evaluation"]

    assert source.translations["fr"].words["title"] == "Et alors ?"
    assert source.translations["nl"].words["title"] == "Hoe was de opleiding?"


def test_draft_form_has_no_publication_day(folder):
    (folder / "draft.toml").write_text(HEAD + ASKS, "utf-8")

    assert sources.load_sources()["draft"].published_on is None


@pytest.mark.parametrize(
    ("name", "text", "line", "problem"),
    [
        ("a.toml", HEAD + ASKS + "town\n[x]\n", 9, "TOML"),
        ("a.toml", HEAD.replace("other", "quiz") + ASKS, 1, "kind"),
        ("a.toml", HEAD.replace("number = 1", 'number = "1"') + ASKS, 1, "number"),
        ("a.toml", HEAD + '[town]\ntype = "telepathy"\nlabel = "Town"\n', 6, "type"),
        ("a.toml", HEAD + ASKS + "size = 1\n", 6, "size"),
        ("a.toml", HEAD + '[town]\ntype = "short"\n', 6, "town.label is missing"),
        ("a.toml", HEAD + '[town]\ntype = "short"\nlabel = " "\n', 6, "town.label"),
        ("a.toml", HEAD.replace('title = "Demo"\n', "") + ASKS, 1, "title"),
        ("a.toml", HEAD + '[x]\ntype = "scale"\nlabel = "X"\nlow = "no"\n', 6, "x.high"),
        ("a.toml", HEAD + '[x]\ntype = "single"\nlabel = "X"\n', 6, "options"),
        ("a.toml", HEAD.replace('"en"', '"xx"') + ASKS, 1, "language xx"),
        ("b.fr.toml", "[form]\n", 1, "no such form"),
        ("evaluation.fr.toml", '[form]\n\n[nobody]\nlabel = "Y"\n', 3, "no nobody.label"),
        ("evaluation.fr.toml", "[form]\n\n[useful]\npoints = 1\n", 3, "points"),
        ("evaluation.tlh.toml", "[form]\n", 1, "language tlh"),
        ("a.toml", HEAD + ASKS.replace("Town", "Have you been hurt?"), 6, "have you been hurt"),
    ],
)
def test_invalid_file_is_reported_with_line_and_remedy(folder, name, text, line, problem):
    (folder / name).write_text(text, "utf-8")

    with pytest.raises(DataError) as caught:
        sources.load_sources()

    facts = caught.value.facts
    assert (facts["file"], facts["line"]) == (name, line)
    assert problem in str(facts["problem"])
    assert facts["remedy"]


def test_invalid_form_fails_the_system_check(folder):
    (folder / "a.toml").write_text(HEAD, "utf-8")

    found = [error.msg for error in checks._data_errors()]

    assert len(found) == 1
    assert "a.toml:1: [form] It asks nothing. Remedy: add a field" in found[0]


def test_barred_phrase_is_found_in_options_and_translations(folder):
    shutil.copy(OVERLAY / "questionnaires/forms/everything.toml", folder)
    (folder / "everything.nl.toml").write_text(
        '[order.options]\nrest = "Wat is u overkomen"\n', "utf-8"
    )

    with pytest.raises(DataError) as caught:
        sources.load_sources()

    assert caught.value.facts["file"] == "everything.nl.toml"


def test_missing_text_falls_back_to_the_next_language():
    words = {"en": {"title": "T", "f.label": "L"}, "fr": {"title": "Titre"}, "nl": {"title": "N"}}

    said = pick_texts(words, ["ar", "fr", "en"], "en")

    assert said == {"title": ("Titre", "fr"), "f.label": ("L", "en")}


def test_required_text_names_follow_from_the_definition(office):
    source = sources.load_sources()["everything"]
    optional = {"intro", "thanks", "people.help"}

    assert {*required_text_names(source.definition)} == source.own_words.keys() - optional
