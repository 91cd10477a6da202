"""Makes mutants of a module: its source with one small thing wrong in it.

What can be made wrong comes from mutmut (`mutmut.mutation.mutators`). mutmut itself mutates only
the bodies of undecorated functions; here tables, constants, classes and decorated functions are
mutated, too. What only type checkers read is left alone: annotations, NewType, the type in cast.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import libcst as cst
import libcst.matchers as m
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation.mutators import mutation_operators

LEFT_ALONE = (cst.Annotation, cst.Decorator, cst.Import, cst.ImportFrom)
# A wrong argument of these is a TypeError at the first call.
CALLS_LEFT_ALONE = m.Call(func=m.Name("len") | m.Name("isinstance"))
FOR_TYPE_CHECKERS = m.Call(func=m.Name("NewType"))
CAST = m.Call(func=m.Name("cast"))


@dataclass(frozen=True, slots=True)
class Mutant:
    """One wrong thing in one file. `place` is the function or class it is in, `line` counts from 1.

    `before` and `after` are the lines that differ, without their indent. Of several that are alike
    in one place, as where a line stands there twice, all but the first have a number in `place`.
    """

    file: str
    line: int
    place: str
    before: str
    after: str
    source: str

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Return a key of this mutant that stays the same when lines move."""
        return self.file, self.place, self.before, self.after


def mutants_of(file: Path, root: Path) -> list[Mutant]:
    """Return every mutant of a file that Python can compile, each once, in the order of lines."""
    source = file.read_text()
    wrapper = MetadataWrapper(cst.parse_module(source))
    finder = _Finder()
    wrapper.visit(finder)
    by_source: dict[str, Mutant] = {}
    for node, changed, place in finder.found:
        mutated = wrapper.module.deep_replace(node, changed).code
        if mutated != source and mutated not in by_source and _compiles(mutated):
            line, before, after = _difference(source, mutated)
            name = str(file.relative_to(root))
            by_source[mutated] = Mutant(name, line, place, before, after, mutated)
    return list(
        _with_numbered_duplicates(sorted(by_source.values(), key=lambda mutant: mutant.line))
    )


def _with_numbered_duplicates(mutants: Iterable[Mutant]) -> Iterator[Mutant]:
    """Yield mutants, numbering equal ones, so that each has its own result."""
    counts: Counter[tuple[str, str, str, str]] = Counter()
    for mutant in mutants:
        counts[mutant.key] += 1
        count = counts[mutant.key]
        yield mutant if count == 1 else replace(mutant, place=f"{mutant.place} #{count}")


class _Finder(cst.CSTVisitor):
    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[cst.CSTNode, cst.CSTNode, str]] = []
        self._within: list[str] = []
        self._skipped: set[int] = set()

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, LEFT_ALONE) or id(node) in self._skipped or _is_left_alone(node):
            return False
        if m.matches(node, CAST):
            self._skipped.add(id(node.args[0]))
        elif not m.matches(node, CALLS_LEFT_ALONE):
            self._mutate(node)
        if isinstance(node, cst.FunctionDef | cst.ClassDef):
            self._within.append(node.name.value)
        return True

    def on_leave(self, node: cst.CSTNode) -> None:
        if isinstance(node, cst.FunctionDef | cst.ClassDef):
            self._within.pop()

    def _mutate(self, node: cst.CSTNode) -> None:
        place = ".".join(self._within)
        for kind, operator in (*mutation_operators, (cst.Dict, _without_one_entry)):
            if isinstance(node, kind):
                self.found.extend((node, changed, place) for changed in operator(node))


def _without_one_entry(table: cst.Dict) -> Iterator[cst.Dict]:
    """Yield the table without each entry in turn, which mutmut does not do."""
    for n in range(len(table.elements)):
        yield table.with_changes(elements=[*table.elements[:n], *table.elements[n + 1 :]])


def _is_left_alone(node: cst.CSTNode) -> bool:
    is_docstring = m.matches(
        node, m.SimpleStatementLine(body=[m.Expr(m.SimpleString() | m.ConcatenatedString())])
    )
    is_new_type = m.matches(node, m.Assign(value=FOR_TYPE_CHECKERS))
    return is_docstring or is_new_type


def _compiles(source: str) -> bool:
    try:
        compile(source, "mutant", "exec")
    except SyntaxError:
        return False
    return True


def _difference(source: str, mutated: str) -> tuple[int, str, str]:
    """Return the first line that differs, and the lines that differ in either."""
    before, after = source.splitlines(), mutated.splitlines()
    first = _common_length(before, after)
    last = _common_length(before[:first:-1], after[:first:-1])
    return first + 1, *(_joined(lines[first : len(lines) - last]) for lines in (before, after))


def _common_length(first: list[str], second: list[str]) -> int:
    count = 0
    for a, b in zip(first, second, strict=False):
        if a != b:
            break
        count += 1
    return count


def _joined(lines: list[str]) -> str:
    return " ⏎ ".join(line.strip() for line in lines)
