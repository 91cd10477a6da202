"""Documentation matches the code: settings, commands, error codes, named files and tests."""

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
# The machine that installs packages chooses their registry.
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
    """Return the texts that bind an installation to one package host.

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
def test_links_between_documents_have_a_target(target):
    places = [ROOT, *(ROOT / "docs" / folder for folder in ("", "adr", "guides", "translations"))]

    assert any((place / target).exists() for place in places)


def named_sections(text: str) -> set[tuple[str, str]]:
    """Return the documents and sections that a text names."""
    return set(re.findall(r"\b(docs/[\w/-]+\.md)#([\w-]+)", text))


def sections(document: str) -> set[str]:
    titles = re.findall(r"^#+ (.*)$", (ROOT / document).read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}


def test_document_sections_named_in_code_exist():
    code = "\n".join(path.read_text("utf-8") for path in ROOT.glob("protect/**/*.py"))
    named = named_sections(code)

    assert ("docs/operating.md", "a-lost-ledger") in named
    assert [each for each in named if each[1] not in sections(each[0])] == []


GUIDES = [ROOT / "README.md", ROOT / "ARCHITECTURE.md", *sorted(ROOT.glob("docs/guides/*.md"))]
BARE = re.compile(r"`((?:trainings|vault|directory|orgs|findhelp|site|uploads)/[\w/]+\.py)")
EXAMPLES = ("directory/facts/luggage.py",)  # of files that a guide lets its reader make
PLACE = re.compile(r"`(protect/[\w./-]+)(?:: (\w+))?`")


def missing_places(text: str) -> list[str]:
    """Return the files, and the names in files, that a text names and that do not exist."""
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
def test_files_and_names_in_guides_exist(guide):
    assert missing_places(guide.read_text("utf-8")) == []


def test_the_guide_guard_reports_missing_names_only():
    text = "`protect/apps.py`, `protect/kernel/clock.py: now`, `protect/kernel/clock.py: later`"
    bare = "`vault/access.py`, `vault/nowhere.py: here`"

    assert missing_places(text) == ["protect/apps.py", "protect/kernel/clock.py: later"]
    assert missing_places(bare) == ["vault/nowhere.py"]


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
def test_the_registry_guard_reports_bound_hosts_only(tmp_path, name, text, found):
    path = tmp_path / name
    path.write_text(text, "utf-8")

    assert registries(path) == found


def named_tests(text: str) -> list[str]:
    """Return the tests that a text names; a name without a folder is in the folder before it."""
    found: list[str] = []
    for name in re.findall(r"`((?:tests/[\w/]*|test_\w+)(?:\.py|/)?)`", text):
        folder = found[-1].rpartition("/")[0] + "/" if found and "/" not in name else ""
        found.append(folder + name)
    return found


def lines_of_threats() -> Iterator[str]:
    """Yield each row and list item of the threat model, without the reasons for exclusions."""
    for part in (ROOT / "docs/threat-model.md").read_text().split("\n## ")[1:]:
        title, _, text = part.partition("\n")
        if title.startswith("What is not"):
            continue
        text = text.partition("Not promised")[0]
        yield from re.findall(r"^\| (?!an attacker with …|-).*$", text, re.MULTILINE)
        yield from re.findall(r"^(?:-|\d\.) .*(?:\n  .*)*", text, re.MULTILINE)


@pytest.mark.parametrize("line", list(lines_of_threats()), ids=lambda line: line[:40])
def test_each_threat_names_an_existing_test_or_a_reason_for_none(line):
    named = named_tests(line)

    assert [each for each in named if not (ROOT / each).exists()] == []
    assert named or "No test:" in line or "| none:" in line


def test_the_threat_model_guard_reads_every_line():
    lines = list(lines_of_threats())

    assert len(lines) > 45
    assert sum(line.startswith("|") for line in lines) > 25
    assert named_tests("`tests/a/test_b.py`, `test_c.py`") == [
        "tests/a/test_b.py",
        "tests/a/test_c.py",
    ]


def wrong_numbers(titles: dict[str, str]) -> list[str]:
    """Return decision files whose title has a wrong number, or one that was used before."""
    taken: set[str] = set()
    wrong = []
    for name, title in sorted(titles.items()):
        number = name.partition("-")[0].lstrip("0")
        if number in taken or not title.startswith(f"# {number}. "):
            wrong.append(name)
        taken.add(number)
    return wrong


def test_each_decision_has_a_unique_number():
    decisions = sorted((ROOT / "docs/adr").glob("*.md"))

    assert len(decisions) > 30
    assert wrong_numbers({path.name: path.read_text("utf-8") for path in decisions}) == []


def test_the_decision_guard_reports_wrong_and_duplicate_numbers():
    titles = {"0001-a.md": "# 1. A", "0001-b.md": "# 1. B", "0002-c.md": "# 3. C"}

    assert wrong_numbers(titles) == ["0001-b.md", "0002-c.md"]
