"""What applying an import does, in sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from protect.interchange.imports.actions.apply import Effects

SENTENCES: tuple[tuple[str, Callable[[int], str]], ...] = (
    (
        "created",
        lambda count: ngettext(
            "{count} new service is written. It waits for review and is not shown.",
            "{count} new services are written. They wait for review and are not shown.",
            count,
        ),
    ),
    (
        "updated",
        lambda count: ngettext(
            "{count} service that nobody has edited or checked here is brought up to date.",
            "{count} services that nobody has edited or checked here are brought up to date.",
            count,
        ),
    ),
    (
        "taken",
        lambda count: ngettext(
            "{count} service is overwritten by the file, as was decided. What changes by it "
            "counts as not checked.",
            "{count} services are overwritten by the file, as was decided. What changes by it "
            "counts as not checked.",
            count,
        ),
    ),
    (
        "kept",
        lambda count: ngettext(
            "{count} service stays as it is here, as was decided.",
            "{count} services stay as they are here, as was decided.",
            count,
        ),
    ),
    (
        "undecided",
        lambda count: ngettext(
            "{count} conflict is not decided: the service stays as it is and goes to the queue.",
            "{count} conflicts are not decided: the services stay as they are and go to the queue.",
            count,
        ),
    ),
    (
        "missing",
        lambda count: ngettext(
            "{count} service of this source is not in the file: it stays, and goes to the queue.",
            "{count} services of this source are not in the file: they stay, and go to the queue.",
            count,
        ),
    ),
    (
        "left_out",
        lambda count: ngettext(
            "{count} row with a mistake is left out.",
            "{count} rows with a mistake are left out.",
            count,
        ),
    ),
)


def effect_sentences(effects: Effects) -> Iterator[str]:
    """Yield what happens to how many; nothing that happens to none."""
    for name, sentence in SENTENCES:
        if count := getattr(effects, name):
            yield sentence(count).format(count=count)
    if not (effects.created or effects.updated or effects.taken):
        yield _("Nothing in the directory changes.")
