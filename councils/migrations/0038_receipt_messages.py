"""Whoever wants receipts by mail gets one of each vote by name, put into the outbox by the vote's own transaction."""

from django.db import migrations

RECEIPT = """
CREATE FUNCTION receipt_is_sent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO workplaces_message
    (public_id, person_id, kind, key, matter, language, time_zone, state, attempts, created_at, next_at, problem)
  SELECT gen_random_uuid(), s.person_id, 'receipt', 'receipt:' || NEW.receipt,
         jsonb_build_object('ballot', b.public_id, 'receipt', NEW.receipt),
         s.language, s.time_zone, 'waiting', 0, NEW.cast_at, NEW.cast_at, ''
    FROM workplaces_noticesettings s
    JOIN councils_rollentry r ON r.id = NEW.roll_entry_id
    JOIN councils_ballot b ON b.id = r.ballot_id
   WHERE s.person_id = NEW.cast_by_id AND s.receipts AND b.secrecy = 'named';
  RETURN NULL;
END $$;
CREATE TRIGGER receipt_is_sent AFTER INSERT ON councils_voteversion FOR EACH ROW EXECUTE FUNCTION receipt_is_sent();
"""
BACK = """
DROP TRIGGER receipt_is_sent ON councils_voteversion;
DROP FUNCTION receipt_is_sent();
"""


class Migration(migrations.Migration):

    dependencies = [
        ("councils", "0037_parts_guards"),
        ("workplaces", "0011_message_guards"),
    ]
    operations = [migrations.RunSQL(RECEIPT, BACK)]
