"""From a table of services to rows of the directory. Pure but for `store` and above."""
