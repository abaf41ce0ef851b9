#!/usr/bin/env bash
# Sourced by scripts/restore: replaces the database, and knows at the end whether it is another one.
# shellcheck disable=SC2034,SC2154  # some variables are given or read by the script that sources this

work=''
standing=''  # curt and the workers were stopped, and not started yet
stopped=()   # those of them that ran
replacing='' # the database may be another one: what its schema was, where that can be asked

ask_postgres() { # argument of psql...
  docker exec -i "$postgres" psql -qXAtU postgres -d curt -v ON_ERROR_STOP=1 "$@"
}

# At the end, however it comes.
finish() {
  local status=$?
  trap '' INT TERM
  set +e
  if ((status)) && [[ -n $standing ]]; then
    if ! is_untouched; then
      say 'curt and the workers stand still, as the database is no longer the one before: run this again with --force'
    elif ((${#stopped[@]} == 0)); then
      say 'the database is as it was before'
    elif docker start "${stopped[@]}" >/dev/null; then
      say 'the database is as it was before, and curt runs again'
    else
      say 'the database is as it was before, but curt does not start: docker compose start'
    fi
  fi
  rm -rf "$work"
  exit "$status"
}

# Each transaction that replaces the database makes another schema. One that has gone on without this script ends before.
is_untouched() {
  local now
  [[ -n $replacing ]] || return 0
  [[ $kind == postgres ]] || return 1
  now=$(ask_postgres <<'SQL'
SELECT pg_terminate_backend(pid, 30000) FROM pg_stat_activity WHERE application_name = 'scripts/restore' \g /dev/null
SELECT 'public'::regnamespace::oid;
SQL
  ) || return 1
  [[ $now == "$replacing" ]]
}

links_now() {
  ask_postgres <<'SQL'
SELECT to_regclass('public.links') IS NOT NULL AS there \gset
\if :there
SELECT count(*) FROM links;
\else
SELECT 0;
\endif
SQL
}

# Of a SQLite database; `unknown` where it cannot be asked, since its curt does not run.
sqlite_links() {
  case ${condition[$curt]} in
    healthy | running | starting) docker exec "$curt" curt export --format ndjson | wc -l ;;
    created) echo 0 ;;
    *) echo unknown ;;
  esac
}

# Without a COMMIT, which a dump that broke off does not get, all is as it was.
restore_postgres() {
  local begun=$EPOCHREALTIME
  replacing=$(ask_postgres -c "SELECT 'public'::regnamespace::oid") || die 'Postgres does not answer'
  {
    printf 'BEGIN;\nSET LOCAL lock_timeout = %s;\nSET LOCAL client_min_messages = warning;\n' "'30s'"
    printf 'DROP SCHEMA public CASCADE;\nCREATE SCHEMA public AUTHORIZATION pg_database_owner;\nGRANT USAGE ON SCHEMA public TO PUBLIC;\n'
    docker exec -i "$postgres" pg_restore -f - <"$work/database.dump" && echo 'COMMIT;'
  } | docker exec -i -e PGAPPNAME=scripts/restore "$postgres" psql -qXU postgres -d curt -v ON_ERROR_STOP=1 -f - >/dev/null ||
    die 'the database was not replaced'
  ask_postgres -c 'ANALYZE' -f - <<<"$count_rows" | sed 's/^/rows /; s/|/ /' | sort >"$work/rows"
  diff <(grep '^rows ' "$work/manifest" | sort) "$work/rows" >&2 || die 'the database has other numbers of rows than the backup'
  say "the database is back in $(since "$begun"), with every row"
}

# A shell beside the file of a SQLite database, whose name it has as $1.
beside_sqlite() { # script
  docker run --rm -i --network none --volumes-from "$curt" --workdir "$(dirname "$sqlite")" --entrypoint sh \
    "$(inspect '{{.Image}}' "$curt")" -ec "$1" sh "$(basename "$sqlite")"
}

# shellcheck disable=SC2016  # the shell in the container expands it
restore_sqlite() {
  beside_sqlite 'rm -rf restored; mkdir restored; tar -x -C restored; test -s "restored/$1"' <"$work/database.tar" ||
    die 'the database was not copied'
  replacing=yes
  beside_sqlite 'rm -f "$1" "$1-wal" "$1-shm"; mv restored/* .; rmdir restored' </dev/null || die 'the database was not put back'
  say 'the database is back'
}
