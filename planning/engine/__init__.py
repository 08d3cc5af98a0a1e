"""The mathematics of an iteration: NumPy in, NumPy out, no Django. See docs/mathematics.md."""
