"""Concurrent actions of several people: their result with and without a lock.

Each race runs in a process of its own, on the database of PROTECT_DATABASE_URL: places are loaded.
"""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "protect.site.settings")
django.setup()
