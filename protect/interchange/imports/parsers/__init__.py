"""Parsers of imported files, each run in a process of its own without Django
(`uploads.parser_process`)."""
