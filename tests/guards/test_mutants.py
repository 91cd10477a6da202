"""Mutation tests cover every module of the formats and fail at unlisted survivors."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.guards.test_shape import PACKAGE, ROOT, files
from tools.mutants.making import Mutant, mutants_of
from tools.mutants.reporting import Accepted, Key, Results, accepted, report
from tools.mutants.targets import GROUPS, Group

MUTANT = Mutant("protect/demo.py", 3, "total", "return a + b", "return a - b", "source")
OTHER = ("protect/demo.py", "total", "return a + b", "return b")
WHY = "Nobody can tell."


def is_of_code(source: str) -> bool:
    return bool(source.strip())


def test_every_module_of_the_formats_is_mutated():
    found = files(".py", under=PACKAGE / "vault/formats")
    modules = {str(path.relative_to(ROOT)) for path in found if is_of_code(path.read_text())}

    assert {target.file for target in GROUPS["formats"].targets} == modules


def test_mutated_files_and_their_tests_exist():
    def named(group: Group) -> set[str]:
        return {name for each in group.targets for name in (each.file, *each.tests)}

    names = {name for group in GROUPS.values() for name in named(group)}

    assert [name for name in sorted(names) if not (ROOT / name).is_file()] == []


def outcome(tmp_path: Path, fate: str, listed: set[Key]) -> int:
    """Return the exit code of a run with one mutant of this fate and these listed equivalents."""
    results = Results(tmp_path)
    results.keep_only({MUTANT.file: [MUTANT]})
    if fate != "not tried":
        results.note(MUTANT, fate, "a test")
    results.read()
    return report({MUTANT.file: [MUTANT]}, results, [Accepted(key, WHY) for key in listed])


@pytest.mark.parametrize(
    ("fate", "listed", "said"),
    [
        ("killed", set(), ""),
        ("survived", {MUTANT.key}, ""),
        ("survived", set(), "survived"),
        ("not tried", {MUTANT.key}, "not tried"),
        ("killed", {MUTANT.key}, "listed, but not a survivor"),
        ("killed", {OTHER}, "listed, but not a survivor"),  # no such mutant is made
        ("survived", {MUTANT.key, OTHER}, "listed, but not a survivor"),
    ],
)
def test_the_run_fails_at_unlisted_survivors_and_at_unused_entries(
    tmp_path, capsys, fate, listed, said
):
    code = outcome(tmp_path, fate, listed)

    assert code == (1 if said else 0)
    assert capsys.readouterr().err.partition("\n")[0] == said


def test_entries_of_files_outside_the_run_are_ignored(tmp_path):
    elsewhere = ("protect/elsewhere.py", *OTHER[1:])

    assert outcome(tmp_path, "killed", {elsewhere}) == 0


def test_mutants_of_identical_lines_are_distinguished(tmp_path):
    file = tmp_path / "demo.py"
    file.write_text("def total(a):\n    a = a + 1\n    a = a + 1\n    return a\n")

    made = mutants_of(file, tmp_path)

    assert len({mutant.key for mutant in made}) == len(made)
    less = [mutant for mutant in made if mutant.after == "a = a - 1"]
    assert [(each.line, each.place) for each in less] == [(2, "total"), (3, "total #2")]


def stale(entries: Iterable[Accepted]) -> list[Key]:
    """Return the entries whose line no file has any more, or whose file is not mutated."""
    mutated = {target.file for group in GROUPS.values() for target in group.targets}

    def is_there(file: str, before: str) -> bool:
        lines = {line.strip() for line in (ROOT / file).read_text().splitlines()}
        return set(before.split(" ⏎ ")) <= lines

    return [
        each.key
        for each in entries
        if each.key[0] not in mutated or not is_there(each.key[0], each.key[2])
    ]


def test_every_equivalent_mutant_names_an_existing_line():
    assert stale(accepted()) == []


@pytest.mark.parametrize(
    ("file", "before", "is_stale"),
    [
        ("protect/vault/sessions/rules.py", "from datetime import datetime, timedelta", False),
        ("protect/vault/sessions/rules.py", "return nothing.of_the_sort", True),
        ("protect/vault/desk.py", "from datetime import datetime", True),  # not mutated
    ],
)
def test_the_guard_reports_stale_entries_only(file, before, is_stale):
    entry = Accepted((file, "", before, "pass"), WHY)

    assert bool(stale([entry])) is is_stale
