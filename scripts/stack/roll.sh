#!/usr/bin/env bash
# Sourced by scripts/deploy: replaces the replicas of a service one after the other.
# shellcheck disable=SC2034,SC2154  # some variables are given or read by the script that sources this

# Seconds until a new replica has to be healthy, until nginx has to reach it, and until an old one has to have drained. The last
# is more than CURT_DRAIN_DELAY and CURT_SHUTDOWN_TIMEOUT together.
healthy_within=${CURT_DEPLOY_HEALTHY_WITHIN:-120}
reached_within=30
drained_within=25

declare -A made=()  # containers that this run has started
declare -A ready=() # those that were seen to serve

# Whether a container is as the release wants it: `wanted_image` (an id), and `wanted_hash`, the hash of its definition in the
# compose file. On the way back the image alone counts, since the files may be another release's.
is_current() { # container
  [[ ${built[$1]} == "$wanted_image" ]] || return 1
  if [[ $way == forward && -n $restart ]]; then [[ -n ${made[$1]:-} ]]; return; fi
  [[ -z $wanted_hash || -n ${made[$1]:-} || ${definition[$1]} == "$wanted_hash" ]]
}

# Which one to stop next: what is not healthy first, then the lowest number.
next_of() { # container...
  local id
  for id; do
    case ${condition[$id]} in healthy | running) ;; *) printf '%s' "$id"; return ;; esac
  done
  printf '%s' "$1"
}

# Starts one replica beside `containers`, and waits until it serves.
start_one() { # service
  local service=$1 known=" ${containers[*]} " id new=
  quietly docker compose up -d --no-deps --no-recreate --no-build --scale "$service=$((${#containers[@]} + 1))" "$service"
  look_at "$service"
  for id in "${containers[@]}"; do
    if [[ $known != *" $id "* ]]; then new=$id; fi
  done
  [[ -n $new ]] || die "docker compose started no container of $service"
  made[$new]=yes
  wait_ready "$service" "$new"
}

# Waits until a replica serves.
wait_ready() { # service container
  local begun=$EPOCHREALTIME reached=
  [[ -z ${ready[$2]:-} ]] || return 0
  if ! wait_healthy "$2" "$healthy_within"; then
    docker logs --tail 15 "$2" >&2 || true
    die "${name[$2]} is $(inspect "$well" "$2"), not healthy, after $(since "$begun")"
  fi
  if [[ $1 == curt ]] && has_service nginx; then
    wait_reached "$2" || die "nginx does not reach ${name[$2]} after $(since "$begun")"
    reached=' and gets requests from nginx'
  fi
  ready[$2]=yes
  say "$1: ${name[$2]} is healthy$reached after $(since "$begun")"
}

# Waits until a request that nginx was asked has come to that replica: it counts the requests of each path.
wait_reached() { # container
  local address end=$((SECONDS + reached_within)) probe=()
  address=$(inspect '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}' "$1")
  for _ in 1 2 3 4 5 6 7 8; do probe+=(-o /dev/null "$public/health/live"); done
  until
    nginx_curl "${public_options[@]}" "${probe[@]}" 2>/dev/null || true
    nginx_curl "http://${address%% *}:9090/metrics" 2>/dev/null |
      grep -c '^curt_http_requests_total{.*route="/health/live"' >/dev/null
  do
    ((SECONDS < end)) || return 1
    sleep 0.3
  done
}

# SIGTERM: curt still takes requests for CURT_DRAIN_DELAY, so that nginx turns away, and ends those under way.
stop_one() { # service container
  local begun=$EPOCHREALTIME
  quietly docker stop -t "$drained_within" "$2"
  quietly docker rm -f "$2"
  say "$1: ${name[$2]} drained and removed after $(since "$begun")"
}

# Until all `number` replicas are current there is one more than that, and never one less. Begins wherever a run before was cut.
roll() { # service number
  local service=$1 number=$2 id old
  wanted_hash=
  if [[ $way == forward ]]; then wanted_hash=$(compose config --hash "$service" | cut -d ' ' -f 2); fi
  look_at "$service"
  for id in "${containers[@]}"; do
    case ${condition[$id]} in
      exited | dead | created) if ! is_current "$id"; then quietly docker rm -f "$id"; fi ;;
    esac
  done
  while :; do
    look_at "$service"
    old=()
    for id in "${containers[@]}"; do
      if ! is_current "$id"; then old+=("$id"); else wait_ready "$service" "$id"; fi
    done
    if ((${#containers[@]} > number)); then
      if ((${#old[@]})); then id=$(next_of "${old[@]}"); else id=${containers[-1]}; fi
      stop_one "$service" "$id"
    elif ((${#old[@]} || ${#containers[@]} < number)); then
      start_one "$service"
    else
      break
    fi
  done
  say "$service: $number of $number run $image"
}
