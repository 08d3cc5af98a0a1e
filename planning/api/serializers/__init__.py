"""What is sent and what is taken: field by field, with units."""
