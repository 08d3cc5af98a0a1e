"""What the database holds to in workplaces' appeals: the part is one of the vote appealed against, and nothing changes."""

from django.db import migrations

GUARD = """
CREATE FUNCTION sharingappeal_is_proper() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
      SELECT 1 FROM councils_appeal a JOIN councils_motion m ON m.id = a.motion_id
        JOIN planning_sharingout s ON m.subject_kind = 'sharing' AND s.public_id = m.subject_id
        JOIN planning_share p ON p.sharing_id = s.id
       WHERE a.id = NEW.appeal_id AND p.id = NEW.share_id) THEN
    RAISE EXCEPTION 'A workplace appeals on the rule of a sharing-out in which its request had a part.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'sharingappeal_of_a_part';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER sharingappeal_is_proper BEFORE INSERT ON planning_sharingappeal
  FOR EACH ROW EXECUTE FUNCTION sharingappeal_is_proper();
"""
OPS = ("delete", "truncate", "update")
KEPT = "".join(
    f"CREATE TRIGGER sharingappeal_no_{name} BEFORE {name.upper()} ON planning_sharingappeal "
    "FOR EACH STATEMENT EXECUTE FUNCTION planning_refuse_rewriting();\n"
    for name in OPS
)
DROP = "".join(f"DROP TRIGGER sharingappeal_no_{name} ON planning_sharingappeal;\n" for name in OPS) + """
DROP TRIGGER sharingappeal_is_proper ON planning_sharingappeal;
DROP FUNCTION sharingappeal_is_proper();
"""


class Migration(migrations.Migration):
    dependencies = [("planning", "0026_sharing_appeals"), ("councils", "0049_appeals_on_sharing")]

    operations = [migrations.RunSQL(GUARD + KEPT, DROP)]
