"""Tries mutants: one warm pytest process for a group of modules, one fork of it for each mutant.

Nothing is written into the checkout. The fork imports the mutated source in place of the module,
puts it wherever the old one was imported to, collects the tests again and stops at the first that
fails. A mutant that takes far more time or memory than the tests without it is killed by that.
"""

import gc
import json
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import pytest

from tools.mutants.making import Mutant
from tools.mutants.targets import Group, Target

MEMORY = 3 << 30  # bytes more than the warm process has
OUR_PACKAGES = ("protect.", "tests.")
ARGUMENTS = ["-q", "--no-header", "--import-mode=importlib", "-p", "no:randomly", "-p", "no:xdist"]
ARGUMENTS += [
    "-p",
    "no:cacheprovider",
    "-p",
    "no:faulthandler",
    "--hypothesis-profile=mutants",
    "--tb=native",
]

ReportResult = Callable[[Mutant, str, str], None]


def try_group(group: Group, mutants: dict[str, list[Mutant]], report_result: ReportResult) -> int:
    """Try the mutants of a group's modules; `report_result` gets each result and its cause.

    Returns pytest's exit code, which is not 0 when a test fails without any mutant.
    """
    targets = [target for target in group.targets if mutants.get(target.file)]
    tests = list(dict.fromkeys(test for target in targets for test in target.tests))
    return int(
        pytest.main(
            [*ARGUMENTS, *group.options, *tests], plugins=[_Trying(group, mutants, report_result)]
        )
    )


class _Trying:
    def __init__(
        self, group: Group, mutants: dict[str, list[Mutant]], report_result: ReportResult
    ) -> None:
        self.group, self.mutants, self.report_result = group, mutants, report_result
        self.seconds: dict[str, float] = {}
        self.failed = ""

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self) -> None:
        """Make hypothesis try the same examples each time, as fast as it can."""
        import hypothesis  # not earlier: pytest would warn

        hypothesis.settings.register_profile(
            "mutants",
            derandomize=True,
            database=None,
            deadline=None,
            phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
            suppress_health_check=list(hypothesis.HealthCheck),
        )

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.failed = report.nodeid

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds.setdefault(report.nodeid, 0.0)
        self.seconds[report.nodeid] += report.duration if report.when == "call" else 0.0
        if report.failed:
            self.failed = report.nodeid

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self._run(session, session.items, _SessionSentinel(session))
        if self.failed:
            raise session.Failed(f"{self.failed} fails without any mutant")
        gc.freeze()  # forks share what is there
        for target in self.group.targets:
            mutants = self.mutants.get(target.file, ())
            if mutants:
                self._must_survive_unchanged(session, target)
            for mutant in mutants:
                self.report_result(mutant, *self._try(session, target, mutant))
        session._setupstate.teardown_exact(None)
        return True

    def _run(self, session: pytest.Session, items: list[pytest.Item], after: Any) -> None:
        for item, following in zip(items, [*items[1:], after], strict=True):
            session.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if self.failed:
                return

    def _must_survive_unchanged(self, session: pytest.Session, target: Target) -> None:
        """Try the unchanged module: if its tests failed in a fork, killed mutants would prove
        nothing."""
        unchanged = Mutant(target.file, 0, "", "", "", Path(target.file).read_text())
        fate, by = self._try(session, target, unchanged)
        if fate != "survived":
            raise session.Failed(f"{target.file} is killed as it is: {by}")

    def _try(self, session: pytest.Session, target: Target, mutant: Mutant) -> tuple[str, str]:
        usual = sum(s for test, s in self.seconds.items() if test.split("::")[0] in target.tests)
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            _limit(usual)
            session.config.pluginmanager.unregister(name="terminalreporter")
            os.write(writing, json.dumps(self._result_in_fork(session, target, mutant)).encode())
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as pipe:
            output = _wait_or_kill(child, 60 + 10 * usual) or pipe.read()
        fate, by = json.loads(output) if output else ("killed", "it took too much time or memory")
        if fate == "broken":
            raise session.Failed(f"{mutant.file}:{mutant.line} could not be tried: {by}")
        return fate, by

    def _result_in_fork(self, *what: Any) -> tuple[str, str]:
        try:
            return self._in_fork(*what)
        except MemoryError:
            return "killed", "it took too much memory"
        except BaseException as error:  # noqa: BLE001 - a fault of this tool is no killing
            return "broken", repr(error)

    def _in_fork(self, session: pytest.Session, target: Target, mutant: Mutant) -> tuple[str, str]:
        try:
            _replace(self.group, target, mutant)
        except Exception as error:  # noqa: BLE001 - whatever it is, the mutant is noticed
            return "killed", f"importing it: {type(error).__name__}"
        items = list(_collect_again(session, target.tests))
        if not self.failed:
            places = {test: n for n, test in enumerate(target.tests)}
            items.sort(key=lambda item: (self._is_slow(item), places[item.nodeid.split("::")[0]]))
            self._run(session, items, _SessionSentinel(session))
        return ("killed", self.failed) if self.failed else ("survived", "")

    def _is_slow(self, item: pytest.Item) -> bool:
        return self.seconds.get(item.nodeid, 0.0) > 0.3


def _collect_again(session: pytest.Session, tests: Iterable[str]) -> Iterator[pytest.Item]:
    """Yield the tests of modules that are imported again, in place of the old ones."""
    for test in tests:
        old = next(item for item in session.items if item.nodeid.startswith(f"{test}::"))
        parent = old.getparent(pytest.Module)
        yield from session.genitems(pytest.Module.from_parent(parent.parent, path=parent.path))


class _SessionSentinel:
    """Stands for a next test, so that pytest does not tear down session fixtures."""

    def __init__(self, session: pytest.Session) -> None:
        self.session = session

    def listchain(self) -> list[pytest.Session]:
        return [self.session]


class _Mutated(SourceFileLoader, MetaPathFinder):
    """Finds and loads one module from the mutated source."""

    def __init__(self, module: str, file: Path, source: str) -> None:
        super().__init__(module, str(file))
        self.source = source

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        return spec_from_file_location(name, self.path, loader=self) if name == self.name else None

    def get_code(self, fullname: str) -> CodeType:
        return compile(self.source, self.path, "exec", dont_inherit=True)


def _replace(group: Group, target: Target, mutant: Mutant) -> None:
    """Import the mutated module and those that depend on it, in place of the loaded ones."""
    tests = {str(Path(test).resolve()) for test in target.tests}
    again = [name for name in sys.modules if _is_within(name, group.anew)] + [target.module]
    rest = [
        name
        for name, module in sys.modules.items()
        if name in group.given or getattr(module, "__file__", None) in tests
    ]
    old = {name: _forget(name) for name in dict.fromkeys(again)}
    for name in rest:
        _forget(name)
    sys.meta_path.insert(0, _Mutated(target.module, Path(target.file).resolve(), mutant.source))
    for name, module in old.items():
        _put_in_place_of(module, import_module(name))


def _is_within(name: str, package: str) -> bool:
    return bool(package) and (name == package or name.startswith(f"{package}."))


def _forget(name: str) -> ModuleType:
    parent, _, child = name.rpartition(".")
    if getattr(sys.modules.get(parent), child, None) is sys.modules[name]:
        delattr(sys.modules[parent], child)
    return sys.modules.pop(name)


def _put_in_place_of(old: ModuleType, new: ModuleType) -> None:
    own = {name: value for name, value in vars(old).items() if not name.startswith("__")}
    for module in _own_modules():
        for name, value in list(vars(module).items()):
            if value is old:
                setattr(module, name, new)
            elif name in own and value is own[name] and hasattr(new, name):
                setattr(module, name, getattr(new, name))


def _own_modules() -> Iterator[ModuleType]:
    return (
        module
        for name, module in list(sys.modules.items())
        if name.startswith(OUR_PACKAGES) and isinstance(module, ModuleType)
    )


def _limit(usual: float) -> None:
    """Limit the processor time and memory of a fork, and discard its output."""
    os.setpgid(0, 0)
    cpu = int(30 + 5 * usual + time.process_time())
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    memory = pages * resource.getpagesize() + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)


def _wait_or_kill(child: int, seconds: float) -> str:
    """Wait for a fork, and kill it after `seconds`. Return "" if it ended by itself."""
    deadline = time.monotonic() + seconds
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        if time.monotonic() > deadline:
            os.killpg(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return json.dumps(["killed", "it never ended"])
        time.sleep(0.005)
    return ""
