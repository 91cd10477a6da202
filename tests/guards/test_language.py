"""The language of the code: files are nouns of the domain, sentences name who acts."""

import ast
import re

import pytest

from tests.guards.test_shape import PACKAGE, files

# Who acts is a role: a participant, a coordinator, a visitor, an operator.
INDEFINITE = re.compile(r"\b(?:somebody|nobody|anybody|everybody|whoever)\b", re.IGNORECASE)
# Words that end in -ing and name a thing.
NOUNS = {
    "mapping": "what maps columns of a file to ours",
    "matching": "the package",
    "padding": "bytes that hide a length",
    "signing": "the signatures of keys, as cryptographers call it",
    "staging": "the stage of an import before its rows are validated",
    "standing": "how far a key counts",
    "wording": "the words of a page for codes",
}


def indefinite_subjects(source: str) -> list[str]:
    """Return the words of docstrings that stand where a role acts."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, documented)]
    return [word for node in nodes for word in INDEFINITE.findall(ast.get_docstring(node) or "")]


def gerunds(stems: set[str]) -> set[str]:
    """Return the names of files that name an activity."""
    return {stem for stem in stems if re.fullmatch(r"[a-z]+ing", stem)} - NOUNS.keys()


PACKAGES = sorted(path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists())


@pytest.mark.parametrize("package", PACKAGES)
def test_docstrings_name_the_role_that_acts(package):
    words = {
        path.relative_to(PACKAGE).as_posix(): indefinite_subjects(path.read_text("utf-8"))
        for path in files(".py", under=PACKAGE / package)
    }

    assert {path: found for path, found in words.items() if found} == {}


def test_one_file_name_says_what_a_package_adds_to_lower_ones():
    """As in `directory` and `trainings.base`, to which higher packages register theirs."""
    texts = {path: path.read_text("utf-8") for path in files(".py")}
    stems = {path.stem for path, text in texts.items() if "\nclass Extension" in text}

    assert stems == {"extension"}
    assert "extensions" not in {path.stem for path in texts}


def test_no_file_is_named_for_an_activity():
    assert gerunds({path.stem for path in files(".py")}) == set()


def test_each_noun_that_looks_like_an_activity_names_a_file():
    stems = {path.stem for path in files(".py")} | set(PACKAGES)

    assert NOUNS.keys() - stems == set()


@pytest.mark.parametrize(
    ("docstring", "words"),
    [
        ("Mail a link to somebody who forgot.", ["somebody"]),
        ("Whoever saves first wins; nobody else\n    may.", ["Whoever", "nobody"]),
        ("Mail a link to a person who forgot.", []),
    ],
)
def test_the_guard_of_subjects_tells_good_from_bad(docstring, words):
    assert indefinite_subjects(f'def f():\n    """{docstring}"""\n') == words


def test_the_guard_of_file_names_tells_good_from_bad():
    assert gerunds({"judging", "wording", "waiting_list", "bookings"}) == {"judging"}
