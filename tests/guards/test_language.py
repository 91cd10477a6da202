"""The language of the code: files are nouns of the domain, sentences name who acts."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator

import pytest
from babel.messages.pofile import read_po

from tests.guards.test_shape import PACKAGE, files

# Who acts is a role: a participant, a coordinator, a visitor, an operator.
INDEFINITE = re.compile(r"\b(?:somebody|nobody|anybody|everybody|whoever)\b", re.IGNORECASE)
# A comment in a template stands between these marks.
COMMENT = re.compile(r"{#.*?#}|{% comment %}.*?{% endcomment %}", re.DOTALL)
# Promises and warnings about reading mean no role: nobody is the plainest word.
PLAIN = {
    "Demonstration: nobody has checked these numbers.": "a warning to visitors, in 34 languages",
    "Somebody hurt me, or I am in danger": "what a visitor says; it names no one, in 34 languages",
    "Nobody answered our calls": "a fact about a service for visitors, in 34 languages",
    "The host keeps what you write in order to run this training and to show its funder who "
    "attended. Nobody else gets it. You can withdraw at any time with your link.": (
        "who can read a form"
    ),
    "The note is sealed when you save it. Then all people who work in %(team)s can read it, and "
    "nobody else.": "who can read a note",
    "What a team writes is sealed: the people of that team can read it, and nobody else.": (
        "who can read a note"
    ),
}
# Words that end in -ing and name a thing.
NOUNS = {
    "mapping": "what maps columns of a file to ours",
    "matching": "the package",
    "padding": "bytes that hide a length",
    "signing": "the signatures of keys, as cryptographers call it",
    "staging": "the stage of an import before its rows are validated",
    "wording": "the words of a page for codes",
}


def indefinite_subjects(source: str) -> list[str]:
    """Return indefinite pronouns in docstrings, where a role should be named."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, documented)]
    return [word for node in nodes for word in INDEFINITE.findall(ast.get_docstring(node) or "")]


def comments_of_code(source: str) -> Iterator[str]:
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.string


def indefinite_comments(texts: Iterator[str]) -> list[str]:
    """Return the comments with an indefinite pronoun where a role should be named."""
    return [text for text in texts if INDEFINITE.search(text)]


def indefinite_messages(catalogue: bytes) -> set[str]:
    """Return English messages of a catalogue with a pronoun where a role should be named."""
    ids = [message.id for message in read_po(io.BytesIO(catalogue))]
    texts = [text for each in ids for text in ([each] if isinstance(each, str) else each)]
    return {text for text in texts if INDEFINITE.search(text)}


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


@pytest.mark.parametrize("package", PACKAGES)
def test_comments_name_the_role_that_acts(package):
    found = {
        path.relative_to(PACKAGE).as_posix(): indefinite_comments(
            comments_of_code(text) if path.suffix == ".py" else iter(COMMENT.findall(text))
        )
        for path in files(".py", ".html", under=PACKAGE / package)
        for text in [path.read_text("utf-8")]
    }

    assert {path: comments for path, comments in found.items() if comments} == {}


def test_screens_and_mails_name_the_role_that_acts():
    templates = sorted(PACKAGE.glob("locale*/django.pot"))
    assert len(templates) == 4
    templates.remove(PACKAGE / "locale_rights/django.pot")  # facts of countries, which are data
    found = [indefinite_messages(path.read_bytes()) for path in templates]

    assert set().union(*found) == PLAIN.keys()


def test_extensions_of_lower_packages_share_one_file_name():
    """As in `directory` and `trainings.base`, to which higher packages register theirs."""
    texts = {path: path.read_text("utf-8") for path in files(".py")}
    stems = {path.stem for path, text in texts.items() if "\nclass Extension" in text}

    assert stems == {"extension"}
    assert "extensions" not in {path.stem for path in texts}


def test_no_file_is_named_for_an_activity():
    assert gerunds({path.stem for path in files(".py")}) == set()


def test_each_exempted_noun_names_a_file():
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
def test_the_subject_guard_reports_bad_docstrings_only(docstring, words):
    assert indefinite_subjects(f'def f():\n    """{docstring}"""\n') == words


@pytest.mark.parametrize(
    ("comment", "is_found"),
    [("# Translators: somebody is refused.", True), ("# Translators: an applicant.", False)],
)
def test_the_comment_guard_reports_bad_comments_only(comment, is_found):
    source = f'NAME = "nobody"  {comment}\n'

    assert indefinite_comments(comments_of_code(source)) == [comment] * is_found


@pytest.mark.parametrize(
    ("comment", "is_found"),
    [
        ("{# Translators: whoever phones. #}", True),
        ("{% comment %}\n  For everybody.\n{% endcomment %}", True),
        ("{# Translators: a person who phones. #}", False),
    ],
)
def test_the_template_comment_guard_reports_bad_comments_only(comment, is_found):
    text = f"{comment}\n<p>nobody</p>\n"

    assert indefinite_comments(iter(COMMENT.findall(text))) == [comment] * is_found


@pytest.mark.parametrize(
    ("message", "found"),
    [
        ('msgid "Enter somebody"\nmsgstr ""', {"Enter somebody"}),
        ('msgid "Register a person"\nmsgstr ""', set()),
        (
            'msgid "{n} is free"\nmsgid_plural "{n} wait for anybody"\nmsgstr[0] ""',
            {"{n} wait for anybody"},
        ),
    ],
)
def test_the_message_guard_reports_bad_messages_only(message, found):
    assert indefinite_messages(message.encode()) == found


def test_the_file_name_guard_reports_bad_names_only():
    assert gerunds({"judging", "wording", "waiting_list", "bookings"}) == {"judging"}
