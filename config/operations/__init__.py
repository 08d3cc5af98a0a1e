"""Looking after an instance: back it up, restore it, move it to a new version."""
