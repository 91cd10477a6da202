"""Translations: how strings are found, which translations are refused, when they are compiled."""

import ast
import os
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from protect.site import catalogues
from protect.site.catalogues import GETTEXT_KEYWORDS, PACKAGE, PUBLIC_TEXT, TranslationCatalogue


def unfound(source: str) -> Iterator[str]:
    """Yield each function of gettext that a module calls by a name under which nobody looks."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            for alias in node.names:
                name = alias.asname or alias.name
                if "gettext" in alias.name and name not in {*GETTEXT_KEYWORDS, PUBLIC_TEXT}:
                    yield name


def test_gettext_functions_are_called_by_extracted_names():
    found = {path: [*unfound(path.read_text("utf-8"))] for path in PACKAGE.rglob("*.py")}

    assert len(found) > 100
    assert {path: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("from django.utils.translation import gettext as _", []),
        ("from django.utils.translation import ngettext", []),
        ("from django.utils.translation import gettext as _now", ["_now"]),
        ("from django.utils.translation import npgettext", ["npgettext"]),
    ],
)
def test_call_by_another_name_is_reported(source, found):
    assert list(unfound(source)) == found


def test_a_string_without_a_note_has_that_of_its_table_and_row(tmp_path, monkeypatch):
    monkeypatch.setattr(catalogues, "PACKAGE", tmp_path)
    (tmp_path / "words.py").write_text(
        'CART = _("Cart")  # on wheels\n'
        "# Translators, of each below: a fruit.\n"
        'FRUITS = [\n    _("Pear"),\n    _("Fig"),  # with a stone\n'
        '    # Translators: a fruit, or the colour.\n    _("Orange"),  # as the colour\n]\n'
        '# Translators, of each below: a tree.\nTREES = [_("Fir")]  # noqa: X\n'
        '\nHOUSE = _("Door")  # of wood\n'
    )

    notes = {each.text: each.note for each in catalogues.translatable_strings()}

    assert notes == {
        "Cart": "",
        "Pear": "a fruit.",
        "Fig": "a fruit: with a stone",
        "Orange": "a fruit, or the colour.",
        "Fir": "a tree.",
        "Door": "",
    }


def test_a_note_ends_with_its_table_and_with_its_own_string(tmp_path, monkeypatch):
    monkeypatch.setattr(catalogues, "PACKAGE", tmp_path)
    (tmp_path / "words.py").write_text(
        '# Translators, of each below: a fruit.\nFRUITS = [\n    _("Pear"),\n]\n'
        '# Translators: for all.\nPUBLIC = public_text("Open")\nDESK = _("Shut")\n'
    )

    strings = {each.text: each for each in catalogues.translatable_strings()}

    notes = {text: each.note for text, each in strings.items()}
    assert notes == {"Pear": "a fruit.", "Open": "for all.", "Shut": ""}
    assert [text for text, each in strings.items() if each.is_marked] == ["Open"]


TEXT = "Call {number} within 72 hours, or 112 within 120."


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("Appelez {number} avant 72 heures, ou le 112 avant 120.", ""),
        ("اتصل على {number} خلال ٧٢ ساعة أو 112 خلال 120.", ""),
        ("Appelez {number} avant 120 heures, ou le 112 avant 72.", "other numbers"),
        ("Appelez {number} avant 72 heures, ou le 112.", "other numbers"),
        ("Appelez {numero} avant 72 heures, ou le 112 avant 120.", "other placeholders"),
        ("Appelez <b>{number}</b> avant 72 heures, ou le 112 avant 120.", "markup"),
        ("Appelez \u202e{number} avant 72 heures, ou le 112 avant 120.", "reverse"),
        ("", "missing"),
    ],
)
def test_a_translation_that_could_mislead_is_a_problem(tmp_path, monkeypatch, written, problem):
    source, made = Catalog(fuzzy=False), Catalog(fuzzy=False)
    source.add(TEXT, auto_comments=["A note."])
    made.add(TEXT, written)
    face = TranslationCatalogue("facts", tmp_path, 1, ("fr",))
    path = catalogues.po_path(face, "fr")
    path.parent.mkdir(parents=True)
    path.write_bytes(po_of(made))
    monkeypatch.setattr(catalogues, "translation_catalogues", lambda: (face,))
    monkeypatch.setattr(catalogues, "source_catalog", lambda _: source)

    problems = [*catalogues.translation_problems()]

    assert len(problems) == bool(problem)
    assert problem in "".join(problems)


def test_translation_without_a_source_text_is_a_problem(tmp_path, monkeypatch):
    face, made = TranslationCatalogue("facts", tmp_path, 1, ("fr",)), Catalog(fuzzy=False)
    made.add("Close", "Ouvrir")
    path = catalogues.po_path(face, "fr")
    path.parent.mkdir(parents=True)
    path.write_bytes(po_of(made))
    monkeypatch.setattr(catalogues, "translation_catalogues", lambda: (face,))
    monkeypatch.setattr(catalogues, "source_catalog", lambda _: Catalog(fuzzy=False))

    assert [*catalogues.translation_problems()] == ["facts fr: “Close” is no text of the source"]


def test_an_update_without_new_texts_changes_no_file(tmp_path, monkeypatch):
    face, made = TranslationCatalogue("facts", tmp_path, 1, ("fr",)), Catalog(fuzzy=False)
    made.add(TEXT, auto_comments=["A note."])
    monkeypatch.setattr(catalogues, "translation_catalogues", lambda: (face,))
    monkeypatch.setattr(catalogues, "source_catalog", lambda _: made)
    catalogues.update()
    files = [tmp_path / "django.pot", catalogues.po_path(face, "fr")]
    before = [file.read_bytes() for file in files]
    made.creation_date += timedelta(days=1)

    catalogues.update()

    assert all(TEXT.encode()[:20] in text for text in before)
    assert [file.read_bytes() for file in files] == before


def test_a_correction_with_an_older_date_is_compiled(tmp_path, monkeypatch):
    face = TranslationCatalogue("facts", tmp_path, 1, ("fr",))
    path = catalogues.po_path(face, "fr")
    path.parent.mkdir(parents=True)
    monkeypatch.setattr(catalogues, "translation_catalogues", lambda: (face,))
    for text, at in (("113", 2_000), ("112", 1_000)):
        made = Catalog(fuzzy=False)
        made.add("112", text)
        path.write_bytes(po_of(made))
        os.utime(path, (at, at))
        assert catalogues.compile_changed() == ["fr"]

    assert b"113" not in path.with_suffix(".mo").read_bytes()
    assert catalogues.compile_changed() == []


def po_of(catalog: Catalog) -> bytes:
    file = BytesIO()
    write_po(file, catalog)
    return file.getvalue()
