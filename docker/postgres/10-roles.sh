#!/usr/bin/env bash
# Runs once, when the database is made: the role that owns curt's tables, and one that only watches the server.
set -euo pipefail

password() { cat "/secrets/postgres/$1.password"; }

psql -v ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres \
  -v curt="$(password curt)" -v monitor="$(password monitor)" <<'SQL'
CREATE ROLE curt LOGIN PASSWORD :'curt';
CREATE ROLE monitor LOGIN PASSWORD :'monitor' IN ROLE pg_monitor;
CREATE DATABASE curt OWNER curt;
REVOKE CONNECT, TEMPORARY ON DATABASE curt FROM PUBLIC;
GRANT CONNECT ON DATABASE curt TO monitor;
SQL
