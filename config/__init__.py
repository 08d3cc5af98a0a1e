"""Wiring of the project: settings, addresses, Celery. Importing it needs nothing beyond Python itself."""
