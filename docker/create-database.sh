#!/bin/sh
# Runs once, when the database's volume is new: an owner who is not a superuser, and the owner's database.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres --set password="$DATABASE_PASSWORD" <<'SQL'
CREATE ROLE commonplan LOGIN PASSWORD :'password';
CREATE DATABASE commonplan OWNER commonplan;
SQL
