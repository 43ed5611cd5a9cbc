"""Backups: encrypted as they stream for a key that this server does not have, proved by restoring, and points in time.

An archive is a tar inside an age file, so that `age`, `tar` and `pg_restore` can open it without any of our code.
"""
