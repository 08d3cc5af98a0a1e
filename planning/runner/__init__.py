"""Between database and engine: reads a scenario into arrays, solves, writes what was found.

The only place that reaches :mod:`planning.engine`.
"""
