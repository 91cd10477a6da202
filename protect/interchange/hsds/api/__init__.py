"""The directory for other systems, by the Human Services Data Specification."""
