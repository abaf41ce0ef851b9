#!/usr/bin/env bash
# Sourced by scripts/deploy, scripts/backup and scripts/restore: what they ask of Docker and Compose. The caller has set `me`, the
# word at the begin of its lines, and stands in the folder of docker-compose.yml.
# shellcheck disable=SC2034,SC2154  # some variables are given or read by the script that sources this

# What `sort` wrote is compared by `comm` and `diff`, maybe on another machine or years later: one order everywhere.
export LC_ALL=C

say() { printf '[%s %(%H:%M:%S)T] %s\n' "$me" -1 "$*" >&2 || true; }

failure=
die() { failure=$*; say "failed: $*"; exit 1; }

# Runs a command; shows what it printed only where it fails.
quietly() {
  local out
  if out=$("$@" 2>&1 </dev/null); then return; fi
  printf '%s\n' "$out" | tail -n 25 >&2
  die "$*"
}

# Seconds since a time of EPOCHREALTIME, with one decimal.
since() {
  local tenths=$(((${EPOCHREALTIME/[.,]/} - ${1/[.,]/}) / 100000))
  printf '%d.%d s' $((tenths / 10)) $((tenths % 10))
}

# COMPOSE_FILE, COMPOSE_PROJECT_NAME and the rest of .env count as they do for anybody who types `docker compose`.
compose() { docker compose "$@"; }

# The first that knows `!override`, which files of docker/compose/ have.
oldest_compose=2.24.4

# Fails where Docker, Compose or the compose file are not as they should be. Sets `project` and `services`.
need_stack() {
  local what version
  command -v docker >/dev/null || die 'docker is not installed'
  docker info >/dev/null 2>&1 || die 'docker does not answer: is it running, and may this user use it?'
  version=$(compose version --short 2>/dev/null) || die "docker compose is missing: version $oldest_compose or later is needed"
  printf '%s\n' "$oldest_compose" "${version#v}" | sort -CV ||
    die "docker compose is version $version: $oldest_compose or later is needed"
  what=$(compose config 2>&1) || { printf '%s\n' "$what" >&2; die 'the compose file is not valid'; }
  project=$(sed -n 's/^name: //p' <<<"$what" | head -n 1)
  [[ -n $project ]] || die 'docker compose config names no project'
  mapfile -t services < <(compose config --services)
}

# Whether the compose file, with its overrides and profiles, has a service of that name.
has_service() {
  local service
  for service in "${services[@]}"; do [[ $service != "$1" ]] || return 0; done
  return 1
}

# One run of deploy, restore or backup at a time in this folder. The kernel gives the lock back, however the process ends.
take_lock() {
  command -v flock >/dev/null || die 'flock is missing (package util-linux)'
  mkdir -p .deploy
  chmod 700 .deploy
  exec {lock}>>.deploy/lock
  if ! flock -n "$lock"; then die "$(<.deploy/lock) is at work here: it has to end first"; fi
  printf '%s (process %d)' "scripts/$me" $$ >.deploy/lock
}

# What Compose says of its containers; a line of it each.
facts='{{index .Config.Labels "com.docker.compose.container-number"}} {{.Id}} {{.Name}} {{.Config.Image}} {{.Image}}'
facts+=' {{index .Config.Labels "com.docker.compose.config-hash"}}'
well='{{if and (eq .State.Status "running") .State.Health}}{{.State.Health.Status}}{{else}}{{.State.Status}}{{end}}'
facts+=" $well"

# Looks at the containers of a service, running or not. Sets `containers`, those with low numbers first, and of each its `name`,
# the `reference` of its image and its `built` id, its `definition` and its `condition`: healthy, starting, exited...
declare -A name=() reference=() built=() definition=() condition=()
look_at() { # service
  local ids lines id line
  containers=()
  ids=$(docker ps -aq --no-trunc --filter "label=com.docker.compose.project=$project" \
    --filter "label=com.docker.compose.service=$1" --filter label=com.docker.compose.oneoff=False)
  [[ -n $ids ]] || return 0
  # One that goes meanwhile is left out.
  lines=$(xargs docker inspect -f "$facts" <<<"$ids" 2>/dev/null || true)
  while read -r _ id line; do
    containers+=("$id")
    read -r "name[$id]" "reference[$id]" "built[$id]" "definition[$id]" "condition[$id]" <<<"${line#/}"
  done < <(sort -n <<<"$lines" | grep .)
}

# The first running container of a service; fails where there is none.
running() { # service
  local id
  id=$(docker ps -q --no-trunc --filter "label=com.docker.compose.project=$project" \
    --filter "label=com.docker.compose.service=$1" --filter label=com.docker.compose.oneoff=False | head -n 1)
  [[ -n $id ]] && printf '%s' "$id"
}

inspect() { docker inspect -f "$1" "$2"; } # format container

# The value that a variable has in the environment of a container.
variable() { # container name
  inspect '{{range .Config.Env}}{{println .}}{{end}}' "$1" | sed -n "s/^$2=//p" | head -n 1
}

# Waits until a container is healthy; without a health check, until it has run for three seconds.
wait_healthy() { # container seconds
  local begun=$SECONDS now
  while :; do
    now=$(inspect "$well" "$1" 2>/dev/null || true)
    case $now in
      healthy) return 0 ;;
      running) if ((SECONDS - begun >= 3)); then return 0; fi ;;
      starting | created) ;;
      *) return 1 ;;
    esac
    ((SECONDS - begun < $2)) || return 1
    sleep 0.3
  done
}

# curl in the container of nginx, which reaches whatever the stack publishes and nothing else has to have.
nginx_curl() { docker exec -i "$(running nginx)" curl -sS -m 15 "$@"; }
