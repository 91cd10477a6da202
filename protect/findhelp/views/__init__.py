"""The public pages. Each is a stateless GET; a form redirects (303) to an encrypted URL."""
