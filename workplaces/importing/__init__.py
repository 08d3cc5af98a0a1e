"""Tables from spreadsheets: read, checked whole, previewed, written at once, undone at once."""

from workplaces.importing.errors import ImportRefused, RowError

__all__ = ["ImportRefused", "RowError"]
