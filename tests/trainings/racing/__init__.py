"""Many people press “Register” at one moment: what a race leaves, with the lock and without it."""
