"""Import of services from files of other organisations into the directory."""
