"""Documentation that is held to the code: settings, commands, error codes."""

import importlib
import json
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import protect
from protect.kernel.errors import ProtectError

ROOT = Path(__file__).resolve().parents[2]
DOCS = "\n".join(
    path.read_text("utf-8") for path in sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
)
SETTINGS = sorted(
    set(re.findall(r'"(PROTECT_\w+)"', (ROOT / "protect/site/settings.py").read_text("utf-8")))
)
COMMANDS = sorted(
    path.stem.replace("_", "-")
    for path in ROOT.glob("protect/*/management/commands/*.py")
    if path.stem != "__init__"
)
# Where packages come from is for the machine that installs them to say.
HOSTS = re.compile(r"https?://[\w.-]*\bregistry\.")
INDEX = re.compile(r"https?://|(?<![\w-])(?:--(?:extra-|default-)?index(?:-url)?|--find-links)\b")
LOCK, HOST = '{"packages": {"a": {?}}}', "https://registry."


for each in pkgutil.walk_packages(protect.__path__, "protect."):
    if each.name.endswith("errors"):
        importlib.import_module(each.name)


def codes(error: type[ProtectError] = ProtectError) -> set[str]:
    rows = {code for codes_of in getattr(error, "rows", {}).values() for code in codes_of}
    return rows.union({error.code}, *(codes(each) for each in error.__subclasses__()))


def registries(path: Path) -> list[str]:
    """Return what would bind an installation to one package host.

    A lock file of npm repeats its authors' addresses ("funding"): they are no hosts of packages.
    """
    text = path.read_text("utf-8")
    if path.suffix != ".json":
        return INDEX.findall(text)
    locked = json.loads(text)["packages"]
    return [name for name, each in locked.items() if "resolved" in each] + HOSTS.findall(text)


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_is_documented(name):
    assert f"`{name}`" in DOCS


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_documented(name):
    assert f"protect {name}" in DOCS


@pytest.mark.parametrize("code", sorted(code for code in codes() if not code.startswith("test")))
def test_every_error_code_is_documented(code):
    assert f"`{code}`" in DOCS


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\((?!http)([^)#]+)", DOCS))))
def test_links_between_documents_lead_somewhere(target):
    places = [ROOT, *(ROOT / "docs" / folder for folder in ("", "adr", "guides", "translations"))]

    assert any((place / target).exists() for place in places)


def named_sections(text: str) -> set[tuple[str, str]]:
    """Return the documents and sections to which a text sends its readers."""
    return set(re.findall(r"\b(docs/[\w/-]+\.md)#([\w-]+)", text))


def sections(document: str) -> set[str]:
    titles = re.findall(r"^#+ (.*)$", (ROOT / document).read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}


def test_sections_to_which_the_code_sends_its_readers_are_there():
    code = "\n".join(path.read_text("utf-8") for path in ROOT.glob("protect/**/*.py"))
    named = named_sections(code)

    assert ("docs/operating.md", "a-lost-ledger") in named
    assert [each for each in named if each[1] not in sections(each[0])] == []


GUIDES = [ROOT / "README.md", ROOT / "ARCHITECTURE.md", *sorted(ROOT.glob("docs/guides/*.md"))]
BARE = re.compile(r"`((?:trainings|vault|directory|orgs|findhelp|site|uploads)/[\w/]+\.py)")
EXAMPLES = ("directory/facts/luggage.py",)  # of files that a guide lets its reader make
PLACE = re.compile(r"`(protect/[\w./-]+)(?:: (\w+))?`")


def gone(text: str) -> list[str]:
    """Return the files, and the names in files, to which a text sends readers in vain."""
    bare = [path for path in BARE.findall(text) if path not in EXAMPLES]
    found = [path for path in bare if not (ROOT / "protect" / path).exists()]
    for path, name in PLACE.findall(text):
        place = ROOT / path
        if not place.exists():
            found.append(path)
        elif name and not re.search(rf"\b{name}\b", place.read_text("utf-8")):
            found.append(f"{path}: {name}")
    return found


@pytest.mark.parametrize("guide", GUIDES, ids=[path.stem for path in GUIDES])
def test_files_and_names_to_which_a_guide_sends_its_readers_are_there(guide):
    assert gone(guide.read_text("utf-8")) == []


def test_the_guard_of_guides_tells_good_from_bad():
    text = "`protect/apps.py`, `protect/kernel/clock.py: now`, `protect/kernel/clock.py: later`"
    bare = "`vault/access.py`, `vault/nowhere.py: here`"

    assert gone(text) == ["protect/apps.py", "protect/kernel/clock.py: later"]
    assert gone(bare) == ["vault/nowhere.py"]


def test_the_repository_names_no_package_registry():
    named = [ROOT / name for name in (".npmrc", "Makefile", "package-lock.json")]
    files = [*named, *ROOT.glob("requirements/*")]

    assert {path.name: found for path in files if (found := registries(path))} == {}


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("package-lock.json", LOCK.replace("?", '"funding": {"url": "https://a.example/"}'), []),
        ("package-lock.json", LOCK.replace("?", '"resolved": "https://a.example/a.tgz"'), ["a"]),
        ("package-lock.json", LOCK.replace("?", '"funding": "https://registry.example/"'), [HOST]),
        ("base.txt", "a==1.0 --hash=sha256:00  # see https://a.example/", ["https://"]),
        ("base.txt", "--index-url a.example", ["--index-url"]),
        ("base.txt", "a==1.0 --hash=sha256:00", []),
        ("Makefile", "uv pip install --index=a.example -r $<", ["--index"]),
        ("Makefile", "uv pip compile --no-emit-index-url a.in", []),
    ],
)
def test_the_guard_of_registries_tells_good_from_bad(tmp_path, name, text, found):
    path = tmp_path / name
    path.write_text(text, "utf-8")

    assert registries(path) == found


def named_tests(text: str) -> list[str]:
    """Return the tests that a text names. A name without a folder is in that of the one before."""
    found: list[str] = []
    for name in re.findall(r"`((?:tests/[\w/]*|test_\w+)(?:\.py|/)?)`", text):
        folder = found[-1].rpartition("/")[0] + "/" if found and "/" not in name else ""
        found.append(folder + name)
    return found


def lines_of_threats() -> Iterator[str]:
    """Yield each row of the threat model's table and each point of its lists, but for whys."""
    for part in (ROOT / "docs/threat-model.md").read_text().split("\n## ")[1:]:
        title, _, text = part.partition("\n")
        if title.startswith("What is not"):
            continue
        text = text.partition("Not promised")[0]
        yield from re.findall(r"^\| (?!an attacker with …|-).*$", text, re.MULTILINE)
        yield from re.findall(r"^(?:-|\d\.) .*(?:\n  .*)*", text, re.MULTILINE)


@pytest.mark.parametrize("line", list(lines_of_threats()), ids=lambda line: line[:40])
def test_each_line_of_the_threat_model_names_a_test_that_is_there_or_says_why_not(line):
    named = named_tests(line)

    assert [each for each in named if not (ROOT / each).exists()] == []
    assert named or "No test:" in line or "| none:" in line


def test_the_guard_of_the_threat_model_reads_all_of_it():
    lines = list(lines_of_threats())

    assert len(lines) > 45
    assert sum(line.startswith("|") for line in lines) > 25
    assert named_tests("`tests/a/test_b.py`, `test_c.py`") == [
        "tests/a/test_b.py",
        "tests/a/test_c.py",
    ]


def wrong_numbers(titles: dict[str, str]) -> list[str]:
    """Return files of decisions whose title has another number, or a number that is taken."""
    taken: set[str] = set()
    wrong = []
    for name, title in sorted(titles.items()):
        number = name.partition("-")[0].lstrip("0")
        if number in taken or not title.startswith(f"# {number}. "):
            wrong.append(name)
        taken.add(number)
    return wrong


def test_each_decision_has_a_number_of_its_own():
    decisions = sorted((ROOT / "docs/adr").glob("*.md"))

    assert len(decisions) > 30
    assert wrong_numbers({path.name: path.read_text("utf-8") for path in decisions}) == []


def test_the_guard_of_decisions_sees_a_wrong_and_a_taken_number():
    titles = {"0001-a.md": "# 1. A", "0001-b.md": "# 1. B", "0002-c.md": "# 3. C"}

    assert wrong_numbers(titles) == ["0001-b.md", "0002-c.md"]
