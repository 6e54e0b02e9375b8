"""Benchmarks: `python -m tests.bench` from the checkout, or `make bench`; see __main__.py."""
