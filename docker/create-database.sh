#!/bin/sh
# Runs once, when the database's volume is new: an owner who is not a superuser, the owner's database, and the role of
# the running application, which owns nothing. What it may do there `python -m config.operations migrate` says.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    --set password="$DATABASE_PASSWORD" --set application="$APPLICATION_PASSWORD" <<'SQL'
CREATE ROLE commonplan LOGIN PASSWORD :'password';
CREATE ROLE commonplan_app LOGIN PASSWORD :'application';
CREATE DATABASE commonplan OWNER commonplan;
REVOKE ALL ON DATABASE commonplan FROM PUBLIC;
SQL
