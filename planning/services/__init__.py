"""Everything that changes the planning tables: keyword-only, atomic, on the record."""
