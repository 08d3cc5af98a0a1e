"""Whole cycles with simulated delegates, through the same services that people use."""
