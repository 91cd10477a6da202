"""From rows of the directory to files: HSDS, CSV, GeoJSON, JSON-LD, calendars, cards.

Every format is a function from entries to bytes, piece by piece: memory does not grow with the
number of services. What may be in a file is decided once, by `queries.for_readers` and `store`.
"""
