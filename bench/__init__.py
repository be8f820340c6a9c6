"""Benchmarks: what the plugin costs, beside pgTAP and beside pytest itself."""
