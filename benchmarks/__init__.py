"""Benchmarks: each measurable promise with its bar; ``bangfu bench`` runs them (docs/reference/benchmarks.md)."""
