"""The rows that a fact of a service consists of: which they are, read, and written over others."""
