"""Writes to people, places, products, workplaces; each in one transaction with its entry in the record."""
