"""Measures on the database of PROTECT_DATABASE_URL; prints JSON. Called by `bench.vault`."""

import json
import os
import sys
import tempfile
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "protect.site.settings")
django.setup()

if __name__ == "__main__":
    from bench.vault.measuring import measure

    with tempfile.TemporaryDirectory() as folder:
        json.dump(measure(Path(folder)), sys.stdout)
