"""What waits for somebody at the desk: rows for the home, a file for each kind."""
