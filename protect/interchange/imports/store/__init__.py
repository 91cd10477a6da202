"""The database queries and writes of imports."""
