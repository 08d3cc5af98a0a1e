"""Pages of the councils."""
