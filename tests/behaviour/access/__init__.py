"""Tests of who can reach what."""
