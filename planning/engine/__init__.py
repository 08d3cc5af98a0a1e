"""The mathematics of an iteration: NumPy in, NumPy out, no Django. See docs/mathematics.md."""

from planning.engine.cache import keep_compiled

keep_compiled()  # before Numba looks for a place to keep what it compiled
