"""The one task. It has no arguments, so a lost task loses nothing."""

from django.tasks import task

from protect.kernel import clock
from protect.notices import actions

# A task cannot be interrupted, so it sends few; `protect worker` sends the rest.
FEW = 5  # mails


@task()
def wake() -> None:
    actions.sweep(at=clock.now(), limit=FEW)
