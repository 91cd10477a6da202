"""Reduce tables and encoder state to what the rows of a snapshot file use. In memory, readings,
hours and places of removed rows keep their numbers; in a file they could reveal a shelter."""

from typing import Any

import numpy as np

from protect.matching.engine.columns import areas, bits, points, waits
from protect.matching.engine.columns.columns import (
    Columns,
    EncoderState,
    Numbers,
    RoomColumns,
    RowPart,
    Tables,
)

HOURS_PARTS = [RowPart.VISIT, RowPart.PHONE, RowPart.WRITING]


def compact(
    tables: Tables, state: EncoderState, cached_waits: Numbers
) -> tuple[Tables, EncoderState, Numbers]:
    """Return tables, state and cached waits without unused entries, all renumbered."""
    tables = _compact_runs(tables)
    columns, samples = _compact_samples(tables.columns, state)
    hours = _compact_hours(columns.parts, samples["speech"], state)
    of_places, place_numbers = _renumber(np.append(tables.place_numbers, areas.NO_PLACE))
    lists = samples.pop("area"), samples.pop("speech")
    places = [state.places[number - 1] for number in of_places[1:]]
    state = EncoderState(samples, *lists, [state.hours[number - 1] for number in hours[1:]], places)
    tables = tables._replace(columns=columns, place_numbers=place_numbers[:-1])
    return tables, state, cached_waits[hours]


def _compact_samples(columns: Columns, state: EncoderState) -> tuple[Columns, dict[str, list[Any]]]:
    """Return columns with new numbers of readings, and by facet the readings that are left."""
    changed: dict[str, Any] = {}
    parts = columns.parts.copy()
    samples: dict[str, list[Any]] = state.samples | {"area": state.areas, "speech": state.languages}
    for name, readings in samples.items():
        part = RowPart.__members__.get(name.upper())
        numbers = getattr(columns, name) if part is None else parts[:, part]
        used, renumbered = _renumber(numbers)
        samples[name] = [readings[number] for number in used]
        if part is not None:
            parts[:, part] = renumbered
        if name in Columns._fields:
            changed[name] = renumbered
    return columns._replace(**changed, parts=parts), samples


def _compact_hours(parts: Numbers, speech: list[Any], state: EncoderState) -> list[int]:
    """Renumber the hours of `parts` in place; return the old numbers that are left, ascending."""
    windows = {offer.window for languages in speech for offer in languages.languages}
    others = [number for number, hours in enumerate(state.hours, 1) if hours in windows]
    hours_parts = parts[:, HOURS_PARTS]
    used, numbers = _renumber(np.concatenate([hours_parts.ravel(), [waits.NO_HOURS, *others]]))
    parts[:, HOURS_PARTS] = numbers[: hours_parts.size].reshape(hours_parts.shape)
    return used


def _compact_runs(tables: Tables) -> Tables:
    """Return tables without points and rooms of removed rows."""
    parts = tables.columns.parts.copy()
    points_kept, parts[:, RowPart.FIRST_POINT] = bits.expand_runs(
        parts[:, RowPart.FIRST_POINT], parts[:, RowPart.POINTS]
    )
    rooms_kept, parts[:, RowPart.FIRST_ROOM] = bits.expand_runs(
        parts[:, RowPart.FIRST_ROOM], parts[:, RowPart.ROOMS]
    )
    return Tables(
        columns=tables.columns._replace(parts=parts),
        positions=points.Positions._make(column[points_kept] for column in tables.positions),
        place_numbers=tables.place_numbers[points_kept],
        rooms=RoomColumns._make(column[rooms_kept] for column in tables.rooms),
    )


def _renumber(numbers: Numbers) -> tuple[list[int], Numbers]:
    """Return the distinct numbers, ascending, and for each number its index among them."""
    used, renumbered = np.unique(numbers, return_inverse=True)
    return used.tolist(), renumbered.astype(np.int32)
