"""Which rows of tables, views and functions an identity reaches, tried on rows of several owners.

Everything here works on one connection of an administrator, inside a transaction of the caller's
that is rolled back; each attempt has a savepoint of its own.
"""
