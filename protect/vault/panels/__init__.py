"""What waits for a user at the desk: rows for the home page, a file for each kind."""
