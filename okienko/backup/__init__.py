"""Backup and restore: the database and the blobs into a folder, and back into an empty house."""
