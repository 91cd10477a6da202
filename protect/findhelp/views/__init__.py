"""The public pages. Each is one GET without state; a form answers with 303 to a sealed address."""
