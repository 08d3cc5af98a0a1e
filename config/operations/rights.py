"""What the running application may do in the database: write rows, and nothing to tables, triggers or history.

The owner migrates; the application signs in as another role, which owns nothing. So whoever takes the application
over cannot switch off the triggers that keep the public record and the votes.
"""

import os

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from config.operations.database import connect
from config.servers import ServerError

MAINTAIN_SINCE = 17  # before, only a table's owner can ANALYZE it; autovacuum does it a little later
SCHEMAS = ("public", "urns")
READ = ("SELECT",)
ADD = ("SELECT", "INSERT")
CHANGE = ("SELECT", "INSERT", "UPDATE")
ALL = ("SELECT", "INSERT", "UPDATE", "DELETE")
# Written by migrations, or by functions that have the owner's rights.
ONLY_READ = {
    "django_migrations",
    "councils_voteversion",
    "councils_mark",
    "councils_paper",
    "councils_motionversion",
    "councils_clock",
}
ONLY_ADDED = {"workplaces_entry", "workplaces_root", "councils_comment", "councils_objection", "councils_minutes",
    "councils_commenthiding", "councils_appealsupport", "councils_minorityreport", "councils_minoritysignature",
    "councils_paperreading",
    "planning_accountingprice", "planning_journalentry", "planning_posting", "planning_envelope",
    "planning_envelopereferral", "planning_requestedgood", "planning_share", "planning_grantreport",
    "planning_capacitygain", "planning_resourcecharge", "planning_programmeversion", "planning_programmefigure",
    "planning_guidelinequestion", "planning_programmecomment", "planning_programmecommenthiding",
    "planning_guideline", "planning_listseating", "planning_surpluslevy", "planning_sharingappeal",
    "planning_collectivegood", "planning_bonus", "planning_outputreport",
}  # fmt: skip
# Their triggers say what may change; nothing of them goes away.
NEVER_DELETED = {
    "councils_ballot", "councils_option", "councils_rollentry", "councils_namedvote", "councils_motion", "councils_charter",
    "councils_meeting", "councils_agendaitem", "councils_attendance", "councils_floorrequest",
    "councils_amendment", "councils_appeal", "councils_papercount",
    "councils_delegation", "councils_proxy", "councils_instruction", "councils_petition", "councils_signature",
    "councils_mandate", "councils_election", "councils_nomination", "planning_cycle", "planning_round", "planning_run",
    "planning_runrow", "planning_runline", "planning_response", "planning_plan", "workplaces_scenario",
    "planning_account", "planning_envelopedraft", "planning_investmentrequest", "planning_sharingout", "planning_grant",
    "planning_programme", "planning_supporter", "planning_programmecall",
    "planning_listelection", "planning_candidatelist", "planning_revision", "planning_surplusdivision",
}  # fmt: skip
RELATIONS = """
    SELECT c.relname, c.relkind = 'r' FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'v', 'p') AND NOT EXISTS (
      SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e') ORDER BY 1
"""
# Whoever may not call a trigger's function cannot hang it on a table of their own to borrow its rights.
OWNERS_FUNCTIONS = """
    SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = 'public' AND p.proowner = current_user::regrole
      AND (p.prorettype = 'trigger'::regtype OR p.proname = 'councils_urn_set_up')
"""
POWERS = """
    SELECT r.rolsuper OR r.rolcreaterole OR r.rolbypassrls OR r.rolreplication
        OR pg_has_role(r.oid, current_user, 'MEMBER')
    FROM pg_roles r WHERE r.rolname = %s
"""

type Connection = psycopg.Connection[tuple[object, ...]]


def application_role(owner_url: str) -> str | None:
    """Return the role that DATABASE_URL signs in as, None where it is the owner itself."""
    given = os.environ.get("DATABASE_URL", "")
    role = str(conninfo_to_dict(given).get("user") or "") if given else ""
    return role if role and role != conninfo_to_dict(owner_url).get("user") else None


def give_rights(*, owner_url: str, role: str) -> None:
    """Give the application's role its rights in the owner's database, and take all others away.

    Raises ServerError where the role does not exist or has powers of its own.
    """
    with connect(owner_url) as connection:
        _check(connection, role)
        name = sql.Identifier(role)
        _database(connection, name)
        for schema in SCHEMAS:
            _each(connection, name, sql.Identifier(schema))
        for table, is_table in connection.execute(RELATIONS).fetchall():
            _table(connection, name, str(table), is_table=bool(is_table))
        for (function,) in connection.execute(OWNERS_FUNCTIONS).fetchall():
            connection.execute(f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC")


def _check(connection: Connection, role: str) -> None:
    found = connection.execute(POWERS, [role]).fetchone()
    if found is None:
        raise ServerError(
            f"The database has no role {role}, which DATABASE_URL names. Its superuser makes it: "
            f"CREATE ROLE {role} LOGIN PASSWORD '…'."
        )
    if found[0]:
        raise ServerError(
            f"The role {role} could do what the owner can. Give the application a role without such powers: "
            "no superuser, not allowed to make roles, not a member of the owner's."
        )


def _database(connection: Connection, role: sql.Identifier) -> None:
    database = sql.Identifier(connection.info.dbname)
    for statement in (
        "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
        "REVOKE ALL ON DATABASE {database} FROM {role}",
        "GRANT CONNECT ON DATABASE {database} TO {role}",
    ):
        connection.execute(sql.SQL(statement).format(database=database, role=role))


def _each(connection: Connection, role: sql.Identifier, schema: sql.Identifier) -> None:
    """Let the role see a schema; of the urns it reads what lies in them, also in those that are still to come."""
    for statement in (
        "REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC",
        "REVOKE ALL ON SCHEMA {schema} FROM {role}",
        "REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {role}",
        "REVOKE ALL ON ALL SEQUENCES IN SCHEMA {schema} FROM {role}",
        "GRANT USAGE ON SCHEMA {schema} TO {role}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {role}",
    ):
        connection.execute(sql.SQL(statement).format(schema=schema, role=role))
    if schema == sql.Identifier("urns"):
        for statement in (
            "GRANT SELECT ON ALL TABLES IN SCHEMA urns TO {role}",
            "ALTER DEFAULT PRIVILEGES IN SCHEMA urns GRANT SELECT ON TABLES TO {role}",
        ):
            connection.execute(sql.SQL(statement).format(role=role))


def rights_on(table: str) -> tuple[str, ...]:
    """Return what the application may do to the rows of a table."""
    if table in ONLY_READ:
        return READ
    if table in ONLY_ADDED:
        return ADD
    return CHANGE if table in NEVER_DELETED else ALL


def _table(connection: Connection, role: sql.Identifier, table: str, *, is_table: bool) -> None:
    rights = rights_on(table)
    if is_table and "UPDATE" in rights and connection.info.server_version // 10_000 >= MAINTAIN_SINCE:
        rights = (*rights, "MAINTAIN")
    granted = sql.SQL(", ").join(map(sql.SQL, rights))
    connection.execute(sql.SQL("GRANT {} ON {} TO {}").format(granted, sql.Identifier("public", table), role))
