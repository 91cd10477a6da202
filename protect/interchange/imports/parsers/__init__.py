"""Parsers of imported files, each in a process of its own (`uploads.apart`): no Django."""
