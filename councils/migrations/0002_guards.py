"""What the database holds to, whoever writes: frozen rolls, votes that count once, mandates that stay on record."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION councils_refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% on % is refused: what was decided or said stays as it was.', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'councils_history_stays';
END $$;
"""

KEPT = ["ballot", "option", "rollentry", "namedvote", "voteversion", "motion", "comment", "charter", "mandate"]
TRUNCATE = "".join(
    f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON councils_{table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION councils_refuse_rewriting();\n"
    for table in KEPT
)
NO_DELETE = "".join(
    f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON councils_{table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION councils_refuse_rewriting();\n"
    for table in ["namedvote", "voteversion", "motion", "comment", "charter", "mandate"]
)
NO_UPDATE = "".join(
    f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON councils_{table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION councils_refuse_rewriting();\n"
    for table in ["voteversion", "comment"]
)
DROP_KEPT = "".join(
    [f"DROP TRIGGER {table}_no_truncate ON councils_{table};" for table in KEPT]
    + [
        f"DROP TRIGGER {table}_no_delete ON councils_{table};"
        for table in ["namedvote", "voteversion", "motion", "comment", "charter", "mandate"]
    ]
    + [f"DROP TRIGGER {table}_no_update ON councils_{table};" for table in ["voteversion", "comment"]]
    + ["DROP FUNCTION councils_refuse_rewriting();"]
)

TARGETS = """
CREATE FUNCTION council_target_is_right() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.workplace_id IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM workplaces_workplace WHERE id = NEW.workplace_id AND origin_id IS NULL)
    OR NEW.sector_id IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM workplaces_sector WHERE id = NEW.sector_id AND origin_id IS NULL) THEN
    RAISE EXCEPTION 'Council "%" must name the first version of its workplace or sector.', NEW.name
      USING ERRCODE = 'check_violation', CONSTRAINT = 'council_names_first_version';
  END IF;
  IF NEW.region_id IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM workplaces_region r WHERE r.id = NEW.region_id AND r.kind =
        CASE NEW.kind WHEN 'community' THEN 'community' WHEN 'sub_regional' THEN 'sub_region' ELSE 'region' END) THEN
    RAISE EXCEPTION 'Council "%" is of another kind than its region.', NEW.name
      USING ERRCODE = 'check_violation', CONSTRAINT = 'council_region_fits_kind';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER council_target_is_right BEFORE INSERT OR UPDATE ON councils_council
  FOR EACH ROW EXECUTE FUNCTION council_target_is_right();
"""

# Who runs the site holds no mandate and casts no vote, whatever is written by whatever means.
MANDATES = """
CREATE FUNCTION mandate_is_proper() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF EXISTS (SELECT 1 FROM workplaces_person WHERE id = NEW.person_id AND is_superuser) THEN
      RAISE EXCEPTION 'Who runs the site can hold no mandate.'
        USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'mandate_not_for_site_operators';
    END IF;
    IF NEW.seat_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM councils_seat WHERE id = NEW.seat_id AND council_id = NEW.council_id) THEN
      RAISE EXCEPTION 'A mandate''s seat belongs to its own council.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'mandate_seat_of_its_council';
    END IF;
    RETURN NEW;
  END IF;
  IF (NEW.public_id, NEW.council_id, NEW.person_id, NEW.seat_id, NEW.role, NEW.represents_id, NEW.term,
      NEW.obtained, NEW.motion_id, NEW.created_by_id, NEW.created_at)
     IS DISTINCT FROM (OLD.public_id, OLD.council_id, OLD.person_id, OLD.seat_id, OLD.role, OLD.represents_id,
      OLD.term, OLD.obtained, OLD.motion_id, OLD.created_by_id, OLD.created_at)
     OR OLD.recalled_at IS NOT NULL OR OLD.resigned_at IS NOT NULL OR NOT NEW.held <@ OLD.held THEN
    RAISE EXCEPTION 'A mandate can only be ended; to change it, end it and give another.'
      USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'mandate_can_only_end';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER mandate_is_proper BEFORE INSERT OR UPDATE ON councils_mandate
  FOR EACH ROW EXECUTE FUNCTION mandate_is_proper();
"""

CHARTER = """
CREATE FUNCTION charter_version_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.public_id, NEW.version, NEW.values, NEW.motion_id, NEW.created_by_id, NEW.created_at, lower(NEW.validity))
     IS DISTINCT FROM
     (OLD.public_id, OLD.version, OLD.values, OLD.motion_id, OLD.created_by_id, OLD.created_at, lower(OLD.validity))
     OR NOT upper_inf(OLD.validity) THEN
    RAISE EXCEPTION 'Version % of the charter is final; adopt another.', OLD.version
      USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'charter_version_is_final';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER charter_version_is_final BEFORE UPDATE ON councils_charter
  FOR EACH ROW EXECUTE FUNCTION charter_version_is_final();
"""

MOTIONS = """
CREATE FUNCTION motion_keeps_its_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.public_id, NEW.council_id, NEW.number, NEW.title, NEW.text, NEW.layer, NEW.mechanism, NEW.subject_kind,
      NEW.subject_id, NEW.moved_by_id, NEW.hat, NEW.prescribed, NEW.moved_at)
     IS DISTINCT FROM
     (OLD.public_id, OLD.council_id, OLD.number, OLD.title, OLD.text, OLD.layer, OLD.mechanism, OLD.subject_kind,
      OLD.subject_id, OLD.moved_by_id, OLD.hat, OLD.prescribed, OLD.moved_at)
     OR NOT ((OLD.state, NEW.state) IN (('moved', 'voting'), ('moved', 'withdrawn'), ('voting', 'moved'),
                                        ('voting', 'carried'), ('voting', 'lost'))) THEN
    RAISE EXCEPTION 'Motion "%" keeps its words, and its state only moves on.', OLD.title
      USING ERRCODE = 'check_violation', CONSTRAINT = 'motion_keeps_its_words';
  END IF;
  IF NEW.state IN ('carried', 'lost') AND NOT EXISTS (
      SELECT 1 FROM councils_ballot b WHERE b.motion_id = NEW.id AND b.state = 'closed'
         AND b.result ->> 'outcome' = NEW.state) THEN
    RAISE EXCEPTION 'Motion "%" is decided by a ballot only.', OLD.title
      USING ERRCODE = 'check_violation', CONSTRAINT = 'motion_decided_by_ballot';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER motion_keeps_its_words BEFORE UPDATE ON councils_motion
  FOR EACH ROW EXECUTE FUNCTION motion_keeps_its_words();
"""

# The row lock that an UPDATE takes before this runs waits for every cast under way (each holds FOR SHARE), and
# with READ COMMITTED the count below then sees them: what was committed is counted.
BALLOTS = """
CREATE FUNCTION ballot_stays_as_opened() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE votes bigint;
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.state = 'draft' THEN RETURN OLD; END IF;
  ELSIF (OLD.state, NEW.state) IN (('draft', 'draft'), ('draft', 'open'), ('draft', 'void'), ('open', 'closed'),
                                   ('open', 'void'))
     AND (OLD.state = 'draft' OR
      (NEW.public_id, NEW.council_id, NEW.motion_id, NEW.question, NEW.rule, NEW.params, NEW.secrecy, NEW.quorum,
       NEW.tie_break, NEW.weighted, NEW.opened_at, NEW.closes_at, NEW.roll_size, NEW.roll_digest)
      IS NOT DISTINCT FROM
      (OLD.public_id, OLD.council_id, OLD.motion_id, OLD.question, OLD.rule, OLD.params, OLD.secrecy, OLD.quorum,
       OLD.tie_break, OLD.weighted, OLD.opened_at, OLD.closes_at, OLD.roll_size, OLD.roll_digest)) THEN
    IF NEW.state = 'open' AND NEW.roll_size <> (SELECT count(*) FROM councils_rollentry WHERE ballot_id = NEW.id) THEN
      RAISE EXCEPTION 'The roll of ballot % does not have % entries.', NEW.public_id, NEW.roll_size
        USING ERRCODE = 'check_violation', CONSTRAINT = 'ballot_roll_is_whole';
    END IF;
    IF NEW.state = 'open' AND (SELECT count(DISTINCT effect) FROM councils_option WHERE ballot_id = NEW.id
                                AND effect IN ('yes', 'no')) < 2 THEN
      RAISE EXCEPTION 'Ballot % does not offer both answers.', NEW.public_id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'ballot_offers_both_answers';
    END IF;
    IF NEW.state = 'closed' THEN
      IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'A ballot is closed in a READ COMMITTED transaction, or the count could be stale.'
          USING ERRCODE = 'invalid_transaction_state', CONSTRAINT = 'ballot_count_is_fresh';
      END IF;
      SELECT count(*) INTO votes FROM councils_namedvote v JOIN councils_rollentry r ON r.id = v.roll_entry_id
       WHERE r.ballot_id = NEW.id;
      IF votes IS DISTINCT FROM (NEW.result ->> 'votes')::bigint THEN
        RAISE EXCEPTION 'Ballot % has % votes; the tally has %.', NEW.public_id, votes, NEW.result ->> 'votes'
          USING ERRCODE = 'check_violation', CONSTRAINT = 'ballot_counts_every_vote';
      END IF;
      IF NEW.closed_at < NEW.closes_at AND votes < NEW.roll_size THEN
        RAISE EXCEPTION 'Ballot % is open until %, as some have not voted.', NEW.public_id, NEW.closes_at
          USING ERRCODE = 'check_violation', CONSTRAINT = 'ballot_not_closed_early';
      END IF;
    END IF;
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'Ballot % is %; it stays as it was opened. Void it and open another.', OLD.public_id, OLD.state
    USING ERRCODE = 'check_violation', CONSTRAINT = 'ballot_stays_as_opened';
END $$;
CREATE TRIGGER ballot_stays_as_opened BEFORE UPDATE OR DELETE ON councils_ballot
  FOR EACH ROW EXECUTE FUNCTION ballot_stays_as_opened();

CREATE FUNCTION ballot_begins_as_draft() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state <> 'draft' THEN
    RAISE EXCEPTION 'A ballot begins as a draft.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ballot_begins_as_draft';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER ballot_begins_as_draft BEFORE INSERT ON councils_ballot
  FOR EACH ROW EXECUTE FUNCTION ballot_begins_as_draft();
"""

# Statement triggers with transition tables: a roll of a hundred thousand is checked once.
FROZEN = """
CREATE FUNCTION ballot_refuse_if_opened() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE ids bigint[]; opened uuid;
BEGIN
  IF TG_OP = 'INSERT' THEN ids := ARRAY(SELECT DISTINCT ballot_id FROM fresh);
  ELSIF TG_OP = 'DELETE' THEN ids := ARRAY(SELECT DISTINCT ballot_id FROM stale);
  ELSE ids := ARRAY(SELECT ballot_id FROM stale UNION SELECT ballot_id FROM fresh);
  END IF;
  PERFORM 1 FROM councils_ballot WHERE id = ANY (ids) FOR SHARE;
  SELECT public_id INTO opened FROM councils_ballot WHERE id = ANY (ids) AND state <> 'draft' LIMIT 1;
  IF opened IS NOT NULL THEN
    RAISE EXCEPTION 'Ballot % has opened: its roll and options are frozen. Void it and open another.', opened
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ballot_roll_is_frozen';
  END IF;
  RETURN NULL;
END $$;
""" + "".join(
    f"CREATE TRIGGER {table}_frozen_{op.lower()} AFTER {op} ON councils_{table} REFERENCING {tables} "
    "FOR EACH STATEMENT EXECUTE FUNCTION ballot_refuse_if_opened();\n"
    for table in ("rollentry", "option")
    for op, tables in (
        ("INSERT", "NEW TABLE AS fresh"),
        ("UPDATE", "OLD TABLE AS stale NEW TABLE AS fresh"),
        ("DELETE", "OLD TABLE AS stale"),
    )
)

VOTES = """
CREATE FUNCTION vote_is_proper() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE entry record; ballot record;
BEGIN
  SELECT * INTO entry FROM councils_rollentry WHERE id = NEW.roll_entry_id;
  SELECT * INTO ballot FROM councils_ballot WHERE id = entry.ballot_id FOR SHARE;
  IF ballot.state IS DISTINCT FROM 'open' OR ballot.secrecy <> 'named'
     OR NEW.cast_at < ballot.opened_at OR NEW.cast_at >= ballot.closes_at THEN
    RAISE EXCEPTION 'Ballot % takes no votes at this time.', ballot.public_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'vote_while_open_only';
  END IF;
  IF NEW.cast_by_id <> entry.person_id
     OR EXISTS (SELECT 1 FROM workplaces_person WHERE id = NEW.cast_by_id AND is_superuser) THEN
    RAISE EXCEPTION 'This voting right is somebody else''s.'
      USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'vote_by_its_holder_only';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM councils_option WHERE id = NEW.option_id AND ballot_id = entry.ballot_id) THEN
    RAISE EXCEPTION 'This option is not on ballot %.', ballot.public_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'vote_for_an_option_of_the_ballot';
  END IF;
  IF TG_OP = 'INSERT' AND NEW.revision <> 1 OR TG_OP = 'UPDATE' AND
     (NEW.revision <> OLD.revision + 1 OR NEW.roll_entry_id <> OLD.roll_entry_id OR NEW.id <> OLD.id) THEN
    RAISE EXCEPTION 'A vote is changed by its next revision only.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'vote_revisions_follow_on';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER vote_is_proper BEFORE INSERT OR UPDATE ON councils_namedvote
  FOR EACH ROW EXECUTE FUNCTION vote_is_proper();

CREATE FUNCTION vote_into_journal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO councils_voteversion
    (roll_entry_id, option_id, cast_by_id, cast_at, revision, idempotency_key, content_digest, receipt)
  VALUES (NEW.roll_entry_id, NEW.option_id, NEW.cast_by_id, NEW.cast_at, NEW.revision, NEW.idempotency_key,
          NEW.content_digest, NEW.receipt);
  RETURN NULL;
END $$;
CREATE TRIGGER vote_into_journal AFTER INSERT OR UPDATE ON councils_namedvote
  FOR EACH ROW EXECUTE FUNCTION vote_into_journal();

CREATE FUNCTION journal_is_written_by_votes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF pg_trigger_depth() < 2 THEN
    RAISE EXCEPTION 'The journal of votes is written by votes only.'
      USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'journal_is_written_by_votes';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER journal_is_written_by_votes BEFORE INSERT ON councils_voteversion
  FOR EACH ROW EXECUTE FUNCTION journal_is_written_by_votes();
"""

DROP = """
DROP TRIGGER journal_is_written_by_votes ON councils_voteversion;
DROP TRIGGER vote_into_journal ON councils_namedvote;
DROP TRIGGER vote_is_proper ON councils_namedvote;
DROP FUNCTION journal_is_written_by_votes(), vote_into_journal(), vote_is_proper();
""" + "".join(
    f"DROP TRIGGER {table}_frozen_{op} ON councils_{table};\n"
    for table in ("rollentry", "option")
    for op in ("insert", "update", "delete")
) + """
DROP FUNCTION ballot_refuse_if_opened();
DROP TRIGGER ballot_begins_as_draft ON councils_ballot;
DROP TRIGGER ballot_stays_as_opened ON councils_ballot;
DROP FUNCTION ballot_begins_as_draft(), ballot_stays_as_opened();
DROP TRIGGER motion_keeps_its_words ON councils_motion;
DROP FUNCTION motion_keeps_its_words();
DROP TRIGGER charter_version_is_final ON councils_charter;
DROP FUNCTION charter_version_is_final();
DROP TRIGGER mandate_is_proper ON councils_mandate;
DROP FUNCTION mandate_is_proper();
DROP TRIGGER council_target_is_right ON councils_council;
DROP FUNCTION council_target_is_right();
""" + DROP_KEPT


class Migration(migrations.Migration):
    dependencies = [("councils", "0001_initial"), ("workplaces", "0002_guards")]

    operations = [
        migrations.RunSQL(
            "".join([REFUSE, TRUNCATE, NO_DELETE, NO_UPDATE, TARGETS, MANDATES, CHARTER, MOTIONS, BALLOTS, FROZEN, VOTES]),
            DROP,
        ),
    ]
