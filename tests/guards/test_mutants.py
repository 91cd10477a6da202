"""No module of the vault's formats is left out of the mutation tests."""

from __future__ import annotations

from tests.guards.test_shape import PACKAGE, ROOT, files
from tools.mutants.targets import GROUPS, Group


def is_of_code(source: str) -> bool:
    return bool(source.strip())


def test_every_module_of_the_formats_is_mutated():
    found = files(".py", under=PACKAGE / "vault/formats")
    modules = {str(path.relative_to(ROOT)) for path in found if is_of_code(path.read_text())}

    assert {target.file for target in GROUPS["formats"].targets} == modules


def test_what_is_mutated_and_what_must_notice_are_there():
    def named(group: Group) -> set[str]:
        return {name for each in group.targets for name in (each.file, *each.tests)}

    names = {name for group in GROUPS.values() for name in named(group)}

    assert [name for name in sorted(names) if not (ROOT / name).is_file()] == []
