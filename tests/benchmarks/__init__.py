"""The benchmarks start; what they measure is in docs/performance.md."""
