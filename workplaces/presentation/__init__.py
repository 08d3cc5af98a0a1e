"""Pure functions from values to what a person reads: figures in words and units, geometry of charts. No
database."""
