"""Parsers of imported files. Each runs in its own process (`uploads.apart`), without Django."""
