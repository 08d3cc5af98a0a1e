"""A country to try the program on: who lives there, which bodies it has, who holds which role."""
