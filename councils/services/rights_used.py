"""After a secret vote: who wants receipts is told that their right was used, and no more can be told.

The messages are made by the close, of the marks and in the order of the roll. Made when a paper is cast, a message would
have that transaction's id and moment, and so tie the person to the paper in the urn.
"""

from datetime import datetime

from django.db import connection

from councils.models import Ballot

STATEMENT = """
    INSERT INTO workplaces_message
      (public_id, person_id, kind, key, matter, language, time_zone, state, attempts, created_at, next_at, problem)
    SELECT gen_random_uuid(), s.person_id, 'right_used', 'right_used:' || %(ballot)s::text,
           jsonb_build_object('ballot', %(ballot)s::text), s.language, s.time_zone,
           'waiting', 0, %(now)s::timestamptz, %(now)s::timestamptz, ''
      FROM (SELECT r.person_id, min(r.number) AS number FROM councils_rollentry r
              JOIN councils_mark m ON m.roll_entry_id = r.id WHERE r.ballot_id = %(id)s GROUP BY 1) AS used
      JOIN workplaces_noticesettings s ON s.person_id = used.person_id AND s.receipts
     ORDER BY used.number
"""


def rights_used_tell(ballot: Ballot, now: datetime) -> None:
    """Put the messages into the outbox, in the transaction that closes the vote; none for a vote by name."""
    if ballot.secrecy != Ballot.Secrecy.SECRET:
        return
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, {"ballot": str(ballot.public_id), "id": ballot.pk, "now": now})
