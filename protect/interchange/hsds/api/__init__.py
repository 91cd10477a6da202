"""The public read-only API of the directory, by the Human Services Data Specification."""
