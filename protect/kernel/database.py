"""Abstract base classes of most models and of initial migrations, and a savepoint."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import takewhile
from typing import Any

from django.db import migrations, models, transaction
from django.db.migrations import CreateModel


@contextmanager
def commit_if(should_commit: bool) -> Iterator[None]:  # noqa: FBT001 - reads as a sentence
    """Keep the writes of the block if `should_commit`, else undo them; the caller commits.
    `atomic` is not used: rolling it back would drop the callbacks that wait for the commit."""
    savepoint = transaction.savepoint_create()
    yield
    (transaction.savepoint_commit if should_commit else transaction.savepoint_rollback)(savepoint)


class NamelessModel(models.Model):
    """A model with no personal data in its `__str__`, because that reaches logs."""

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class UuidModel(NamelessModel):
    """A model with a random UUID as primary key, which reveals nothing about the row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


class InitialMigration(migrations.Migration):
    """Creates the tables of a package; the operations for them come first in `operations`.
    Django renders all models anew for each table that it creates. Here the state gets all tables
    before its models are rendered, which halves the time of `protect migrate` on a new site."""

    initial = True

    def apply(self, project_state: Any, schema_editor: Any, collect_sql: Any = False) -> Any:
        """Apply the operations. With `collect_sql` (`protect sqlmigrate`) as Django does."""
        if collect_sql:
            return super().apply(project_state, schema_editor, collect_sql)
        table_operations = list(
            takewhile(lambda operation: isinstance(operation, CreateModel), self.operations)
        )
        project_state.__dict__.pop("apps", None)  # the rendered models
        for operation in table_operations:
            operation.state_forwards(self.app_label, project_state)
        for operation in table_operations:
            operation.database_forwards(self.app_label, schema_editor, project_state, project_state)
        for operation in self.operations[len(table_operations) :]:
            state_before = project_state.clone()
            operation.state_forwards(self.app_label, project_state)
            operation.database_forwards(self.app_label, schema_editor, state_before, project_state)
        return project_state
