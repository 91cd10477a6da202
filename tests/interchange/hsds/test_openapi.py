import json
import os
from pathlib import Path

import pytest

from protect.site.api import hsds_api, public_api

SNAPSHOTS = Path(__file__).parents[2] / "snapshots"
# To accept a change: SNAPSHOTS=write python -m pytest tests/interchange/hsds/test_openapi.py
IS_WRITING = os.environ.get("SNAPSHOTS") == "write"


@pytest.mark.parametrize(
    ("api", "name"), [(public_api, "openapi.json"), (hsds_api, "hsds.json")], ids=["match", "hsds"]
)
def test_openapi_description_equals_the_snapshot(api, name):
    snapshot = SNAPSHOTS / name
    schema = json.loads(json.dumps(api.get_openapi_schema()))
    if IS_WRITING:
        text = json.dumps(schema, indent=2, ensure_ascii=False)
        snapshot.write_text(f"{text}\n", encoding="utf-8")

    assert schema == json.loads(snapshot.read_text("utf-8")), (
        "The interface has changed. If that is meant, run SNAPSHOTS=write python -m pytest "
        f"tests/interchange/hsds/test_openapi.py and review the difference of "
        f"tests/snapshots/{name}."
    )
