"""Runs a step of `saver.py` in a process of its own."""

import os
import sys
from importlib import import_module

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "protect.site.settings")
django.setup()
import_module("tests.faults.saver").main(*sys.argv[1:])
