from typing import Any

from django.core.management.base import BaseCommand, CommandError

from protect.matching.services import store
from protect.matching.snapshots import current, storage


class Command(BaseCommand):
    help = "Write the snapshot file, from which a server that starts answers. Safe to run again."

    def handle(self, **options: Any) -> None:
        path = storage.snapshot_path()
        if path is None:
            raise CommandError("no folder: set PROTECT_SNAPSHOT_FOLDER.", returncode=2)
        snapshot = current.Snapshot.read(store.version())
        try:  # places may have been loaded since a file of the same version was written
            rows = storage.write(
                path, snapshot.engine, snapshot.load_stamps, replaces_same_version=True
            )
        except OSError as error:
            raise CommandError(f"the file was not written: {error}", returncode=1) from error
        if rows is None:
            raise CommandError("another process is writing the file. Run this again.", returncode=1)
        self.stdout.write(f"wrote {len(snapshot.engine.rows)} services")
