"""The task that makes a film. A lost task loses no video: uploading it again starts a new one."""

from uuid import UUID

from django.tasks import task

from protect.campaigns.films import actions


@task()
def make(pk: str) -> None:
    """Make the film from its uploaded video."""
    actions.make_film(UUID(pk))
