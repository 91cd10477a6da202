"""The packages from the lowest to the highest, as pyproject.toml names them."""

from __future__ import annotations

import tomllib
from pathlib import Path

_PROJECT = tomllib.loads(
    (Path(__file__).resolve().parents[2] / "pyproject.toml").read_text("utf-8")
)
LAYERS: list[str] = _PROJECT["tool"]["importlinter"]["contracts"][0]["layers"][::-1]
