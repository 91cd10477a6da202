"""Store the results of mutants in var/mutants.json, compare them with equivalent.toml, report
them."""

import json
import sys
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from platform import python_version

from tools.mutants.making import Mutant

LIST = Path(__file__).with_name("equivalent.toml")
Key = tuple[str, str, str, str]
Made = dict[str, list[Mutant]]

HEAD = """\
# Mutation tests

`make mutants` makes one small thing wrong at a time in the vault's formats, in the modules called
`rules` and `access`, and in those that decide which keys count, and asks whether a test notices. It
exits with 1 when a mutant survives that is not listed below, and when one is listed that is not
there or does not survive. By hand, not in CI.

The tool (`tools/mutants`) takes what can be made wrong from mutmut, applies it to whole modules
(mutmut itself leaves out tables, constants and decorated functions), leaves out each entry of a
table besides, and tries each mutant in memory, in a fork of a pytest process that has imported
everything else. Annotations, decorators, imports and what only type checkers read are not mutated.
Before its mutants, each module is tried as it is in the same way and must survive. Killed means: a
test failed, an import failed, or the tests took more than five times their time (and 30 s) or 3 GiB
more memory. Which tests count for which module stands in `tools/mutants/targets.py`; they run on
SQLite.

"""


class Results:
    """The result of each mutant, stored at once, because a run may be interrupted at any time."""

    def __init__(self, root: Path) -> None:
        self.file = root / "var/mutants.json"
        self.read()

    def read(self) -> None:
        lines = self.file.read_text().splitlines() if self.file.is_file() else []
        rows = [json.loads(line) for line in lines]
        self.known: dict[Key, tuple[str, str]] = {tuple(key): tuple(what) for key, *what in rows}

    def keep_only(self, made: Made) -> None:
        """Drop the results of mutants of these files that no longer exist."""
        current = {mutant.key for mutants in made.values() for mutant in mutants}
        self.known = {
            key: result
            for key, result in self.known.items()
            if key[0] not in made or key in current
        }
        self.file.parent.mkdir(exist_ok=True)
        self.file.write_text("".join(_row(key, *result) for key, result in self.known.items()))

    def note(self, mutant: Mutant, fate: str, by: str) -> None:
        """Store the result of a mutant."""
        with self.file.open("a") as file:
            file.write(_row(mutant.key, fate, by))
        if fate == "survived":
            print(f"\n{mutant.file}:{mutant.line} {mutant.place}\n  - {mutant.before}")
            print(f"  + {mutant.after}", flush=True)

    def is_killed(self, key: Key) -> bool:
        return self.known.get(key, ("", ""))[0] == "killed"


def _row(key: Key, fate: str, by: str) -> str:
    return json.dumps([key, fate, by], ensure_ascii=False) + "\n"


@dataclass(frozen=True, slots=True)
class Accepted:
    """An equivalent mutant, which changes no behaviour, and the reason."""

    key: Key
    why: str


def accepted() -> list[Accepted]:
    """Return what equivalent.toml lists."""
    groups = tomllib.loads(LIST.read_text())["equivalent"]
    return [
        Accepted((group["file"], each["in"], each["is"], each["becomes"]), group["why"])
        for group in groups
        for each in group["mutants"]
    ]


def _counts(mutants: Iterable[Mutant], results: Results, listed: set[Key]) -> dict[str, int]:
    counts = {"mutants": 0, "killed": 0, "equivalent": 0, "survived": 0, "not tried": 0}
    for mutant in mutants:
        fate = results.known.get(mutant.key, ("not tried", ""))[0]
        counts["mutants"] += 1
        counts["equivalent" if fate == "survived" and mutant.key in listed else fate] += 1
    return counts


def report(made: Made, results: Results, known: list[Accepted]) -> int:
    """Print the numbers and the problems. Return 1 if there are problems, else 0."""
    listed = {each.key for each in known}
    print("\n".join(_table(made, results, listed)))
    fates = {
        mutant.key: results.known.get(mutant.key, ("not tried", ""))[0]
        for mutants in made.values()
        for mutant in mutants
    }
    wrong = [("survived", key) for key, fate in fates.items() if fate == "survived"]
    wrong = [(what, key) for what, key in wrong if key not in listed]
    wrong += [("not tried", key) for key, fate in fates.items() if fate == "not tried"]
    wrong += [
        ("listed, but not a survivor", key)
        for key in listed
        if key[0] in made and fates.get(key) not in {"survived", "not tried"}
    ]
    for what, key in wrong:
        print(what, *key, sep="\n  ", file=sys.stderr)
    return 1 if wrong else 0


def _table(made: Made, results: Results, listed: set[Key]) -> list[str]:
    lines = ["| module | mutants | killed | equivalent | survived |", "|---|---:|---:|---:|---:|"]
    every = [mutant for mutants in made.values() for mutant in mutants]
    for name, mutants in [*made.items(), ("**all**", every)]:
        counts = _counts(mutants, results, listed)
        late = f" ({counts['not tried']} not tried)" if counts["not tried"] else ""
        lines.append(
            f"| {name} | {counts['mutants']} | {counts['killed']} "
            f"| {counts['equivalent']} | {counts['survived']}{late} |"
        )
    return lines


def write(file: Path, made: Made, results: Results, known: list[Accepted]) -> None:
    """Write the numbers and the equivalent mutants, with their lines as they are now."""
    versions = ", ".join(
        f"{name} {version(name)}" for name in ("mutmut", "pytest", "hypothesis", "cryptography")
    )
    day = datetime.now(UTC).date()
    text = HEAD + f"Last run: {day}, Python {python_version()}, {versions}.\n\n"
    text += "\n".join(_table(made, results, {each.key for each in known})) + "\n"
    lines = {mutant.key: mutant.line for mutants in made.values() for mutant in mutants}
    text += "\n## Equivalent mutants\n\nListed in `tools/mutants/equivalent.toml`.\n"
    for why in dict.fromkeys(each.why for each in known):
        text += f"\n{why}\n\n"
        for each in known:
            if each.why == why and each.key in lines:
                name, _, before, after = each.key
                text += f"- {name}:{lines[each.key]}: ``{before}`` → ``{after}``\n"
    file.write_text(text)
