"""What the database holds to in votes on paper: read twice by two persons, frozen, counted as read."""

from django.db import migrations

BEGUN = """
CREATE FUNCTION papercount_begins() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE ballot record;
BEGIN
  SELECT * INTO ballot FROM councils_ballot WHERE id = NEW.ballot_id FOR SHARE;
  IF NEW.state <> 'counting' OR NEW.papers <> '[]' OR ballot.state <> 'open' OR NOT EXISTS (
      SELECT 1 FROM councils_meeting WHERE id = NEW.meeting_id AND council_id = ballot.council_id AND state = 'open')
  THEN
    RAISE EXCEPTION 'Papers are counted in an open meeting of the council that votes, while the vote is open.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'papercount_begins_in_a_meeting';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER papercount_begins BEFORE INSERT ON councils_papercount
  FOR EACH ROW EXECUTE FUNCTION papercount_begins();
"""

# The council of a vote, and the board, have staff who may read papers; one of the two readers is such a person.
READ = """
CREATE FUNCTION councils_is_staff(person bigint, council bigint, day date) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT 1 FROM councils_mandate m JOIN councils_council c ON c.id = m.council_id
     WHERE m.person_id = person AND m.held @> day AND m.role IN ('coordinator', 'registrar')
       AND (m.council_id = council OR c.kind = 'board'))
$$;

CREATE FUNCTION paperreading_is_proper() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE box record; ballot record;
BEGIN
  SELECT * INTO box FROM councils_papercount WHERE id = NEW.count_id FOR UPDATE;
  SELECT * INTO ballot FROM councils_ballot WHERE id = box.ballot_id FOR SHARE;
  IF box.state <> 'counting' OR ballot.state <> 'open'
     OR NEW.read_at < ballot.opened_at OR NEW.read_at >= ballot.closes_at THEN
    RAISE EXCEPTION 'The papers of vote % are not being counted at this time.', ballot.public_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'paperreading_while_open_only';
  END IF;
  IF EXISTS (SELECT 1 FROM workplaces_person WHERE id = NEW.read_by_id AND is_superuser)
     OR NOT (councils_is_staff(NEW.read_by_id, ballot.council_id, (NEW.read_at AT TIME ZONE 'UTC')::date)
             OR EXISTS (SELECT 1 FROM councils_rollentry
                         WHERE ballot_id = ballot.id AND person_id = NEW.read_by_id)) THEN
    RAISE EXCEPTION 'Papers are read by registrars, coordinators and witnesses from the roll.'
      USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'paperreading_by_staff_or_witness';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER paperreading_is_proper BEFORE INSERT ON councils_paperreading
  FOR EACH ROW EXECUTE FUNCTION paperreading_is_proper();
CREATE TRIGGER paperreading_is_of_now BEFORE INSERT ON councils_paperreading FOR EACH ROW
  WHEN (NEW.read_at NOT BETWEEN transaction_timestamp() - interval '60 seconds'
                            AND clock_timestamp() + interval '60 seconds')
  EXECUTE FUNCTION councils_refuse_moment();
"""

COUNTED = """
CREATE FUNCTION papercount_is_counted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE a record; b record; ballot record; read bigint; found bigint; off bigint;
BEGIN
  IF OLD.state <> 'counting' OR NEW.state <> 'counted'
     OR (NEW.public_id, NEW.ballot_id, NEW.meeting_id, NEW.number, NEW.begun_at)
        IS DISTINCT FROM (OLD.public_id, OLD.ballot_id, OLD.meeting_id, OLD.number, OLD.begun_at) THEN
    RAISE EXCEPTION 'A count of papers stays as it was; what was counted is counted.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'papercount_stays';
  END IF;
  SELECT * INTO a FROM councils_paperreading WHERE id = NEW.first_id AND count_id = NEW.id;
  SELECT * INTO b FROM councils_paperreading WHERE id = NEW.second_id AND count_id = NEW.id;
  SELECT * INTO ballot FROM councils_ballot WHERE id = NEW.ballot_id FOR SHARE;
  IF a.id IS NULL OR b.id IS NULL OR a.read_by_id = b.read_by_id OR a.content IS DISTINCT FROM b.content
     OR NOT (councils_is_staff(a.read_by_id, ballot.council_id, (a.read_at AT TIME ZONE 'UTC')::date)
             OR councils_is_staff(b.read_by_id, ballot.council_id, (b.read_at AT TIME ZONE 'UTC')::date))
     OR EXISTS (SELECT 1 FROM councils_paperreading later WHERE later.count_id = NEW.id
                 AND (later.read_by_id = a.read_by_id AND later.id > a.id
                      OR later.read_by_id = b.read_by_id AND later.id > b.id)) THEN
    RAISE EXCEPTION 'Papers count once two persons, one of them registrar or coordinator, last read the same.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'papercount_read_alike_by_two';
  END IF;
  IF ballot.secrecy = 'named' THEN
    SELECT count(*), count(v.id) FILTER (WHERE o.code = p.value ->> 1 AND NEW.papers ? v.receipt) INTO read, found
      FROM jsonb_array_elements(a.content -> 'votes') p
      LEFT JOIN councils_rollentry r ON r.ballot_id = ballot.id AND r.number = (p.value ->> 0)::bigint
       AND EXISTS (SELECT 1 FROM councils_attendance t WHERE t.meeting_id = NEW.meeting_id
                    AND t.person_id = r.person_id AND t.status = 'present')
      LEFT JOIN councils_namedvote v ON v.roll_entry_id = r.id
       AND v.idempotency_key = 'paper:' || replace(NEW.public_id::text, '-', '') AND v.revision = 1
      LEFT JOIN councils_option o ON o.id = v.option_id;
    off := 0;
  ELSE
    SELECT sum((p.value ->> 1)::bigint) INTO read FROM jsonb_array_elements(a.content -> 'papers') p;
    SELECT count(m.roll_entry_id) INTO found
      FROM (SELECT DISTINCT value::bigint AS number FROM jsonb_array_elements_text(a.content -> 'marks')) n
      JOIN councils_rollentry r ON r.ballot_id = ballot.id AND r.number = n.number
      JOIN councils_mark m ON m.roll_entry_id = r.id
     WHERE EXISTS (SELECT 1 FROM councils_attendance t WHERE t.meeting_id = NEW.meeting_id
                    AND t.person_id = r.person_id AND t.status = 'present');
    EXECUTE format(
      'WITH held AS (SELECT choice, count(*) AS n FROM %s WHERE $1 ? tracker GROUP BY choice),'
      ' said AS (SELECT p.value -> 0 AS choice, (p.value ->> 1)::bigint AS n FROM jsonb_array_elements($2) p)'
      ' SELECT count(*) FROM ((TABLE held EXCEPT TABLE said) UNION ALL (TABLE said EXCEPT TABLE held)) x',
      councils_urn(ballot.public_id)) INTO off USING NEW.papers, a.content -> 'papers';
  END IF;
  IF coalesce(read, 0) = 0 OR read IS DISTINCT FROM found OR off <> 0
     OR jsonb_array_length(NEW.papers) IS DISTINCT FROM read THEN
    RAISE EXCEPTION 'The papers that were cast are not those that were read.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'papercount_counts_what_was_read';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER papercount_is_counted BEFORE UPDATE ON councils_papercount
  FOR EACH ROW EXECUTE FUNCTION papercount_is_counted();
CREATE TRIGGER papercount_is_of_now BEFORE UPDATE ON councils_papercount FOR EACH ROW
  WHEN (NEW.counted_at NOT BETWEEN transaction_timestamp() - interval '60 seconds'
                               AND clock_timestamp() + interval '60 seconds')
  EXECUTE FUNCTION councils_refuse_moment();
"""

REFUSED = [("papercount", "DELETE"), ("papercount", "TRUNCATE")] + [
    ("paperreading", op) for op in ("UPDATE", "DELETE", "TRUNCATE")
]
KEPT = "".join(
    f"CREATE TRIGGER {table}_no_{op.lower()} BEFORE {op} ON councils_{table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION councils_refuse_rewriting();\n"
    for table, op in REFUSED
)
DROP = "".join(f"DROP TRIGGER {table}_no_{op.lower()} ON councils_{table};\n" for table, op in REFUSED) + """
DROP TRIGGER papercount_is_of_now ON councils_papercount;
DROP TRIGGER papercount_is_counted ON councils_papercount;
DROP FUNCTION papercount_is_counted();
DROP TRIGGER paperreading_is_of_now ON councils_paperreading;
DROP TRIGGER paperreading_is_proper ON councils_paperreading;
DROP FUNCTION paperreading_is_proper();
DROP FUNCTION councils_is_staff(bigint, bigint, date);
DROP TRIGGER papercount_begins ON councils_papercount;
DROP FUNCTION papercount_begins();
"""


class Migration(migrations.Migration):
    dependencies = [("councils", "0028_paper_counts")]

    operations = [migrations.RunSQL("".join([BEGUN, READ, COUNTED, KEPT]), DROP)]
