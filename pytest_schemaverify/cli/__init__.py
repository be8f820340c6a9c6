"""The command `schemaverify`: what it prints is read by people, and its exit code by scripts."""

from pytest_schemaverify.cli.command import main

__all__ = ["main"]
