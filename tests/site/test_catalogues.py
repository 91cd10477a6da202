"""Translators find strings by the names of functions: no other name may be used for them."""

import ast
from collections.abc import Iterator

import pytest

from protect.site import catalogues
from protect.site.catalogues import GETTEXT_KEYWORDS, PACKAGE, PUBLIC_TEXT


def unfound(source: str) -> Iterator[str]:
    """Yield each function of gettext that a module calls by a name under which nobody looks."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            for alias in node.names:
                name = alias.asname or alias.name
                if "gettext" in alias.name and name not in {*GETTEXT_KEYWORDS, PUBLIC_TEXT}:
                    yield name


def test_what_translates_is_called_by_a_name_that_is_looked_for():
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
def test_another_name_is_found(source, found):
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
