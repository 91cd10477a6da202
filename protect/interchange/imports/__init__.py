"""From a table of services to rows of the directory: read, mapped, staged, validated, applied.

Pure but for `store` and above. What each column means: protect/directory/data/services/README.md.
"""
