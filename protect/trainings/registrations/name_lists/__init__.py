"""Lists of names that organisations bring: read, looked through row by row, handed back. Pure."""
