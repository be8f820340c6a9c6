"""What is found out by trying: who reaches which rows, what functions do, what searches find.

`access` acts as identities and tenants, `routines` looks into bodies and calls functions, `vectors`
searches by vector columns, and `checks` says what of it an expectation is about.
"""
