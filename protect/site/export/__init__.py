"""The public site as static files, for servers that need no database: `protect export-public`."""
