"""Export of services as files. Each format is a function from services to bytes."""
