"""Fills the database of PROTECT_DATABASE_URL, or writes one file of it; prints JSON."""

import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "protect.site.settings")
django.setup()

if __name__ == "__main__":
    from bench.exporting import FILL
    from bench.exporting.measuring import measure
    from bench.hsds.filling import fill

    if sys.argv[1] == FILL:
        count = int(os.environ.get("PROTECT_BENCH_SERVICES", "100000"))
        fill(count)
        json.dump({"services": count}, sys.stdout)
    else:
        json.dump(measure(sys.argv[1]), sys.stdout)
