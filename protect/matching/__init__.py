"""From a question to services that take this person, now: `published.match` is the way to ask."""
