"""Uploaded files: parsed in processes of their own, scanned and written anew."""
