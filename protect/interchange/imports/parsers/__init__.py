"""Parsers of imported files. Each runs in a process of its own (`uploads.apart`): no Django.

A parser returns plain tables or documents. What they mean is decided outside, in `importing`.
"""
