"""From a table of services to rows of the directory: reading, judging, comparing, storing.

Pure but for `store`. What each column means: protect/directory/data/services/README.md.
"""
