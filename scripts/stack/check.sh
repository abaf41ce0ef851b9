#!/usr/bin/env bash
# Sourced by scripts/deploy and scripts/restore: whether the stack does, through nginx, what it is there for.
# shellcheck disable=SC2034,SC2154  # some variables are given or read by the script that sources this

# Seconds for which 429 and 503 are asked again, and until the visit that the check has made is in the figures: more than a worker
# needs to catch up after a peak.
asked_within=${CURT_DEPLOY_ASKED_WITHIN:-30}
counted_within=${CURT_DEPLOY_COUNTED_WITHIN:-60}

# Where nginx takes requests of visitors and of owners, as seen in its container.
find_listeners() {
  local nginx
  nginx=$(running nginx) || die 'nginx does not run: start the stack with docker compose up -d --wait'
  public=http://127.0.0.1:8080 public_options=() owners=http://127.0.0.1:8080
  # With TLS what comes by plain HTTP is only sent there. The certificate is for another name than this address.
  if [[ " $(inspect '{{range .Mounts}}{{.Destination}} {{end}}' "$nginx")" == *' /etc/nginx/tls '* ]]; then
    public=https://127.0.0.1:8443 owners=https://127.0.0.1:8443 public_options=(-k)
  fi
  if [[ $(variable "$nginx" CURT_OWNER_PATHS) == internal ]]; then owners=http://127.0.0.1:8081; fi
}

# Sets `status`, `location` and `body` of an answer. The key goes over the standard input, where no list of processes shows it.
# A request that gets 429, as other clients have used up what this key may do, or 503 is repeated for `asked_within` seconds.
ask() { # base method path [argument of curl]...
  local base=$1 method=$2 path=$3 answer end=$((SECONDS + asked_within))
  shift 3
  while :; do
    answer=$(printf 'X-Api-Key: %s\n' "$key" | nginx_curl -H @- -X "$method" -w '\n%{http_code} %header{location}' \
      "${public_options[@]}" "$@" "$base$path" 2>&1) || die "$method $path through nginx: $(tail -n 1 <<<"$answer")"
    read -r status location <<<"${answer##*$'\n'}"
    body=${answer%$'\n'*}
    if [[ $status != 429 && $status != 503 ]] || ((SECONDS >= end)); then return; fi
    sleep 0.5
  done
}

expect() { # status what
  [[ $status == "$1" ]] || die "$2 was answered $status through nginx, not $1: ${body:0:300}"
}

# Health, one link from its creation to its statistics, and that the visit was counted.
check_stack() {
  local begun=$EPOCHREALTIME key code target=${CURT_DEPLOY_TARGET:-https://example.com/} end
  find_listeners
  key=
  ask "$owners" GET /health
  expect 200 '/health'
  # shellcheck disable=SC2016  # the shell in the container expands it
  key=$(docker exec "$(running curt)" sh -c 'cat "$CURT_ADMIN_KEY_FILE"') || die 'the admin key cannot be read'

  ask "$owners" POST /api/v1/links -H 'content-type: application/json' \
    -d "{\"url\":\"$target\",\"title\":\"scripts/$me\",\"expires_at\":\"$(date -u -d '+1 hour' +%FT%TZ)\"}"
  expect 201 'a create'
  code=$(sed -n 's/.*"code":"\([^"]*\)".*/\1/p' <<<"$body" | head -n 1)

  ask "$public" GET "/$code"
  expect 302 'a redirect'
  [[ $location == "$target" ]] || die "/$code leads to $location, not to $target"

  end=$((SECONDS + counted_within))
  until
    ask "$owners" GET "/stats/$code"
    expect 200 'a look at statistics'
    grep -q '"visits":{"total":[1-9]' <<<"$body"
  do
    ((SECONDS < end)) || die "a visit was not counted within $counted_within s: do the workers work?"
    sleep 0.3
  done

  ask "$owners" DELETE "/api/v1/links/$code"
  expect 204 'a deletion'
  say "checked through nginx in $(since "$begun"): health, create, redirect, its visit in the statistics"
}
