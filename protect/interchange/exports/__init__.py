"""From rows of the directory to files: each format is a function from services to bytes."""
