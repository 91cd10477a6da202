"""Match a question to the services that take this person now; call `published.match`."""
