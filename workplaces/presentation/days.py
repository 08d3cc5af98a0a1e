"""Days as people type them into forms."""

from datetime import date


def typed_day(text: str) -> date | None:
    """Return the day that was typed as ``2027-03-01``, as browsers send it; None for what is no day."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
