"""Uploaded files: parsed in processes of their own, scanned and rewritten."""
