"""Reading the councils."""
