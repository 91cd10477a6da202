"""Rank of each package in the layers of pyproject.toml; siblings have the same rank."""

import tomllib
from pathlib import Path

_PROJECT = tomllib.loads(
    (Path(__file__).resolve().parents[2] / "pyproject.toml").read_text("utf-8")
)
_LAYERS = _PROJECT["tool"]["importlinter"]["contracts"][0]["layers"][::-1]
RANKS: dict[str, int] = {
    package.strip(): rank for rank, layer in enumerate(_LAYERS) for package in layer.split("|")
}
