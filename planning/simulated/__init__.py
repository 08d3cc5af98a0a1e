"""Simulated people: they propose, answer and vote through the services and tables that real people use."""
