"""Measures on the database of PROTECT_DATABASE_URL; prints JSON. Called by `bench.hsds`."""

import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "protect.site.settings")
django.setup()

if __name__ == "__main__":
    from bench.hsds.measuring import measure

    count = int(os.environ.get("PROTECT_BENCH_SERVICES", "100000"))
    json.dump(measure(count), sys.stdout)
