"""Pages of the economy: tables, rows, imports, what workplaces state."""
