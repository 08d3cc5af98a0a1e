"""Sharing an investment envelope out: arithmetic only, NumPy in and out."""
