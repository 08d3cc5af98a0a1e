"""The statement of first votes, with a pause where a race would happen, and without what decides the race."""

LOCKS = "FOR SHARE OF b FOR NO KEY UPDATE OF r"
CONFLICT = "ON CONFLICT (roll_entry_id) DO NOTHING"
FOUND = "entry FROM found"


def paused(statement: str, seconds: str) -> str:
    """Return it with a pause between what it has found and locked and what it writes; ``seconds`` is SQL."""
    assert FOUND in statement
    made = statement.replace("SELECT r.id AS entry", "SELECT b.closes_at, r.id AS entry")
    return made.replace(FOUND, f"{FOUND} WHERE pg_sleep({seconds})::text IS NOT NULL")


def unlocked(statement: str) -> str:
    """Return it as a careless programmer would write it: look whether there is a vote, then write one."""
    assert LOCKS in statement
    assert CONFLICT in statement
    looks = "AND NOT EXISTS (SELECT 1 FROM councils_namedvote v WHERE v.roll_entry_id = r.id)"
    return statement.replace(LOCKS, looks).replace(CONFLICT, "")
