"""Behaviour: what somebody can reach in a database, tried on rows that are everybody's.

Everything here works on one connection of an administrator, inside a transaction of the caller's
that is rolled back; each attempt has a savepoint of its own.
"""
