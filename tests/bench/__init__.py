"""Benchmarks, printed by `python -m tests.bench`; none is asserted. Ratios are measured side by side in one run."""
