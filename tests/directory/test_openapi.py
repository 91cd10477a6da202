from __future__ import annotations

import json
import os
from pathlib import Path

from protect.site.api import public_api

SNAPSHOT = Path(__file__).parents[1] / "snapshots" / "openapi.json"
# To accept a change: SNAPSHOTS=write python -m pytest tests/directory/test_openapi.py
IS_WRITING = os.environ.get("SNAPSHOTS") == "write"


def test_the_interface_for_other_systems_is_the_one_that_was_agreed():
    schema = json.loads(json.dumps(public_api.get_openapi_schema()))
    if IS_WRITING:
        text = json.dumps(schema, indent=2, ensure_ascii=False)
        SNAPSHOT.write_text(f"{text}\n", encoding="utf-8")

    assert schema == json.loads(SNAPSHOT.read_text("utf-8")), (
        "The interface has changed. If that is meant, run SNAPSHOTS=write python -m pytest "
        "tests/directory/test_openapi.py and review the difference of tests/snapshots/openapi.json."
    )
