"""The task that sends mail. It has no arguments, so a lost task loses no mail."""

from django.tasks import task

from protect.kernel import clock
from protect.notices import actions

# A task cannot be interrupted, so it sends only a few mails; `protect worker` sends the rest.
MAX_MAILS_PER_TASK = 5  # mails


@task()
def wake() -> None:
    """Send a few due mails; enqueued each time that mail is posted."""
    actions.send_due_mails(at=clock.now(), limit=MAX_MAILS_PER_TASK)
