"""The `protect` command: Django's commands, hyphens allowed, refusals in one plain sentence."""

import gc
import os
import sys

from protect.kernel.errors import ProtectError

REFUSED = 2  # exit code, as for wrong arguments


def main() -> None:
    """Run `protect COMMAND …`. Without any PROTECT_* variable it acts on the demo."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "protect.site.settings")
    argv = list(sys.argv)
    if len(argv) > 1:
        argv[1] = argv[1].replace("-", "_") if not argv[1].startswith("-") else argv[1]
    try:
        _run_command(argv)
    except ProtectError as error:
        sys.stderr.write(f"{error.code}: {error.text()}\n")
        sys.exit(REFUSED)
    except BrokenPipeError:  # `protect match … | head`
        sys.stdout = None  # nothing is left to flush to
        sys.exit(1)


def _run_command(argv: list[str]) -> None:
    """Run a command of Django. Errors: database_not_ready instead of Django's own errors."""
    gc.disable()  # imported modules are no garbage; collecting takes a fifth of the start time
    import django
    from django.core.management import execute_from_command_line
    from django.db.utils import OperationalError, ProgrammingError

    django.setup()
    gc.freeze()
    gc.enable()
    try:
        execute_from_command_line(argv)
    except (OperationalError, ProgrammingError) as error:
        from protect.site.errors import SiteRefusal

        raise SiteRefusal("database_not_ready", problem=str(error).splitlines()[0]) from None
