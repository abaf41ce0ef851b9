#!/usr/bin/env bash
# Sourced by scripts/backup and scripts/restore: what a backup is made of.
# shellcheck disable=SC2034,SC2154  # some variables are given or read by the script that sources this

# For psql: a line `table|rows` of each table; a partitioned one has its rows in its partitions.
count_rows="SELECT format('SELECT %L, count(*) FROM %I', relname, relname) FROM pg_class
  WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace \\gexec"

# The same from a dump as SQL on the standard input.
rows_of_dump() {
  awk '
    /^COPY public\.[^ ]* .*FROM stdin;$/ { name = $2; sub(/^public\./, "", name); gsub(/"/, "", name); rows = 0; inside = 1; next }
    inside && $0 == "\\." { print "rows " name " " rows; inside = 0; next }
    inside { rows++ }
  '
}

# Sets `kind`, and the container of `postgres`, or that of `curt` and the path of its file in `sqlite`.
find_database() {
  if has_service postgres; then
    kind=postgres
    postgres=$(running postgres) || die 'postgres does not run'
    return
  fi
  look_at curt
  ((${#containers[@]})) || die 'curt has no container'
  curt=${containers[0]}
  sqlite=$(variable "$curt" CURT_DATABASE_URL)
  [[ $sqlite == sqlite:/* ]] ||
    die 'the database is not in this stack: back it up where it is, and FLUSHALL Redis after a restore (docs/operations.md)'
  kind=sqlite sqlite=${sqlite#sqlite:}
}

# tar over the volume of secrets, whose files belong to users of several images.
secrets_tar() { # argument of tar...
  compose --progress quiet run --rm --no-deps -T --entrypoint tar secrets --numeric-owner -C /secrets "$@"
}
