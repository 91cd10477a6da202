"""Mutation tests of the vault's formats, rules, access and keys: `make mutants`, by hand.

    python -m tools.mutants [formats|rules|access|keys|FILE …] [--again] [--report]

Exit code 1 when a mutant survives that equivalent.toml does not list, or when it lists one that is
not there or is killed. `--again` tries only what survived last time; `--report` writes
docs/mutants.md from the stored results (var/mutants.json).
"""

import argparse
import os
import sys
from pathlib import Path

from tools.mutants import reporting
from tools.mutants.making import Mutant, mutants_of
from tools.mutants.reporting import Results
from tools.mutants.targets import GROUPS, Group
from tools.mutants.trying import try_group

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.mutants")
    parser.add_argument(
        "what", nargs="*", help="formats, rules, access, keys or a file; everything"
    )
    parser.add_argument("--again", action="store_true", help="only what survived last time")
    parser.add_argument("--report", action="store_true", help="write docs/mutants.md")
    options = parser.parse_args()
    os.chdir(ROOT)
    results = Results(ROOT)
    mutants_by_file = {
        target.file: mutants_of(ROOT / target.file, ROOT)
        for name, group in GROUPS.items()
        for target in group.targets
        if not options.what or {name, target.file} & set(options.what)
    }
    results.keep_only(mutants_by_file)
    if not options.report:
        for group in GROUPS.values():
            _try(group, mutants_by_file, results, again=options.again)
    accepted = reporting.accepted()
    if options.report:
        reporting.write(ROOT / "docs/mutants.md", mutants_by_file, results, accepted)
    return reporting.report(mutants_by_file, results, accepted)


def _try(group: Group, made: dict[str, list[Mutant]], results: Results, *, again: bool) -> None:
    wanted = {
        target.file: [
            each for each in made[target.file] if not (again and results.is_killed(each.key))
        ]
        for target in group.targets
        if target.file in made
    }
    if not any(wanted.values()):
        return
    child = os.fork()  # each group imports the same modules in its own way
    if child == 0:
        os._exit(try_group(group, wanted, results.note))
    _, status = os.waitpid(child, 0)
    if os.waitstatus_to_exitcode(status):
        sys.exit("The tests must pass before mutants are tried.")
    results.read()


if __name__ == "__main__":
    sys.exit(main())
