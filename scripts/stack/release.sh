#!/usr/bin/env bash
# Sourced by scripts/deploy: the steps of a release on this machine, and the way back.
# shellcheck disable=SC2034,SC2154  # some variables are given or read by the script that sources this

way=forward # or back
changed=''  # something runs that a way back has to undo
declare -A count=() # the number of replicas of each service that is rolled
former='' went_on=''

deploy_here() {
  local begun=$EPOCHREALTIME
  trap 'rm -rf "$files"' EXIT
  take_lock
  sweep_incoming
  # A terminal that is gone ends nothing half done; a second run is told that this one is at work.
  trap '' HUP PIPE
  trap 'failure=interrupted; exit 1' INT TERM
  trap finish EXIT
  recall
  install_files
  need_stack
  say "project $project"
  choose_image
  if ((${#containers[@]} == 0)); then first_start; else
    note_before
    find_listeners
    rehearse_nginx
    migrate
    rehearse_settings
    changed=yes
    roll_all
    reload_nginx
    check_stack
    check_replicas
  fi
  keep_image
  forget
  changed=
  say "done in $(since "$begun"): $project runs $image"
  note_others
}

# At the end of a deployment, whichever: the next one begins one of its own.
forget() { rm -f .deploy/state .deploy/files-before.tar; }

# What a run before has left that was cut: its image, the one before that, and how many replicas there were.
recall() {
  local word value
  [[ -f .deploy/state ]] || return 0
  while read -r word value; do
    case $word in
      image) image=${image:-$value} ;;
      before) former=$value ;;
      curt | worker) count[$word]=$value ;;
    esac
  done <.deploy/state
  went_on=yes
  say "a deployment was cut off: goes on with $image, and back to $former if it fails"
}

# Sets `wanted_image`, the id of the image to deploy, and makes Compose use it.
choose_image() {
  local begun=$EPOCHREALTIME
  look_at curt
  if [[ -z $image && -n $restart ]]; then image=${reference[${containers[0]:?nothing runs}]}; fi
  if [[ -z $image ]]; then
    image=$(new_tag)
    export CURT_IMAGE=$image
    say "builds $image"
    quietly docker compose build curt
    say "built in $(since "$begun")"
  elif ! docker image inspect "$image" >/dev/null 2>&1; then
    say "pulls $image"
    quietly docker pull -q "$image"
    say "pulled in $(since "$begun")"
  fi
  export CURT_IMAGE=$image
  wanted_image=$(docker image inspect -f '{{.Id}}' "$image")
  compose config -q || die 'the compose file is not valid with this image'
}

# Each build has a name of its own, so that the one before keeps its own.
new_tag() {
  local revision
  revision=$(git -c safe.directory="$PWD" rev-parse --short HEAD 2>/dev/null || true)
  printf 'curt:%(%Y%m%d-%H%M%S)T%s' -1 "${revision:+-$revision}"
}

first_start() {
  local begun=$EPOCHREALTIME
  say 'nothing runs here yet: starts all of it'
  quietly docker compose up -d --wait
  say "started in $(since "$begun")"
  check_stack
}

# Notes what runs, for the way back, also for a run after this one.
note_before() {
  local id service
  if [[ -z $went_on ]]; then
    id=${containers[0]}
    former=${reference[$id]}
    # The name of its image may be another build's by now.
    if [[ $(docker image inspect -f '{{.Id}}' "$former" 2>/dev/null) != "${built[$id]}" ]]; then
      printf -v former 'curt:before-%(%Y%m%d-%H%M%S)T' -1
      quietly docker tag "${built[$id]}" "$former"
    fi
  fi
  for service in curt worker; do
    has_service "$service" || continue
    look_at "$service"
    count[$service]=${count[$service]:-${#containers[@]}}
    say "$service: ${count[$service]} replicas: $(summary)"
  done
  {
    printf 'image %s\nbefore %s\n' "$image" "$former"
    for service in "${!count[@]}"; do printf '%s %s\n' "$service" "${count[$service]}"; done
  } >.deploy/state.new
  mv .deploy/state.new .deploy/state
}

# Of the containers that were looked at last, such as: 2 curt:1.4.0 (healthy), 1 curt:1.5.0 (starting)
summary() {
  local id
  for id in "${containers[@]}"; do printf '%s (%s)\n' "${reference[$id]}" "${condition[$id]}"; done |
    sort | uniq -c | sed 's/^ *//' | paste -sd , | sed 's/,/, /g'
}

# Additive: the release that runs goes on with the new schema (docs/upgrading.md).
migrate() {
  local begun=$EPOCHREALTIME
  has_service migrate || return 0
  quietly docker compose run --rm --no-deps -T migrate
  say "migrated in $(since "$begun")"
}

roll_all() {
  local service
  for service in curt worker; do
    if has_service "$service" && ((${count[$service]:-0} > 0)); then roll "$service" "${count[$service]}"; fi
  done
}

# When nginx has read its files last, as seconds since 1970: at its start, or when this script had it do so.
read_at() { # container
  local started noted
  started=$(date -d "$(inspect '{{.State.StartedAt}}' "$1")" +%s)
  noted=$(cat ".deploy/nginx-$project" 2>/dev/null || true)
  if [[ ${noted#* } == "$1" ]] && ((${noted% *} > started)); then started=${noted% *}; fi
  printf '%s' "$started"
}

nginx_files_changed() { # container
  [[ -d nginx && -n $(find nginx -type f -newerct "@$(read_at "$1")" -print -quit) ]]
}

# Files that nginx would refuse are found before anything has changed, by a container of their own.
rehearse_nginx() {
  local nginx
  has_service nginx || return 0
  nginx=$(running nginx)
  nginx_files_changed "$nginx" || return 0
  quietly docker compose run --rm --no-deps -T nginx nginx -t
  say 'nginx: its files have changed, and are valid'
}

# Settings with which a replica would not start are found before any is replaced. After the migration: doctor fails a schema
# that is behind.
rehearse_settings() {
  local said
  if said=$(docker compose run --rm --no-deps -T curt doctor 2>&1); then return; fi
  if ! grep -A 1 '^ *error' <<<"$said" >&2; then printf '%s\n' "$said" >&2; fi
  die 'curt would not start with these settings; no replica has been replaced'
}

# nginx keeps its connections when it reads its files again. The image's own entrypoint fills in the templates.
reload_nginx() {
  local nginx mounted
  has_service nginx || return 0
  nginx=$(running nginx)
  nginx_files_changed "$nginx" || return 0
  # A file that is mounted by itself is, where another has taken its name, still the old one in the container.
  mounted=$(docker exec "$nginx" sha256sum /etc/nginx/nginx.conf | cut -d ' ' -f 1)
  if [[ $mounted != "$(sha256sum nginx/nginx.conf | cut -d ' ' -f 1)" ]]; then
    say 'nginx/nginx.conf is another file than the one in the container: docker compose up -d --no-deps --force-recreate' \
      'nginx takes it over, with about a second without an answer'
  fi
  quietly docker exec "$nginx" /docker-entrypoint.sh nginx -t
  quietly docker exec "$nginx" nginx -s reload
  printf '%(%s)T %s\n' -1 "$nginx" >".deploy/nginx-$project"
  say 'nginx: read its files again'
}

check_replicas() {
  local service id
  for service in curt worker; do
    has_service "$service" || continue
    look_at "$service"
    for id in "${containers[@]}"; do
      [[ ${built[$id]} == "$wanted_image" ]] || die "${name[$id]} runs another image than $image"
      case ${condition[$id]} in healthy | running) ;; *) die "${name[$id]} is ${condition[$id]}" ;; esac
    done
  done
  say "all replicas run $(docker exec "$(running curt)" curt version)"
}

# .env keeps its owner and mode, and may be a link: it is written in place, with a copy beside for as long as that takes. It may have
# the URL of a database, so that a new one is for its owner alone.
keep_image() {
  local rest copy=.deploy/env.before
  if [[ -f .env ]] && grep -qxF "CURT_IMAGE=$image" .env; then return; fi
  rest=$(grep -v '^CURT_IMAGE=' .env 2>/dev/null || true)
  if [[ -f .env ]]; then cp -p .env $copy; fi
  if ! (umask 077 && printf '%s%s\n' "${rest:+$rest$'\n'}" "CURT_IMAGE=$image" >.env); then
    if [[ -f $copy ]]; then cat $copy >.env; fi
    die '.env cannot be written'
  fi
  rm -f $copy
  say "kept in .env: CURT_IMAGE=$image"
}

# Services that this script leaves alone, and whose definition is another one than that of their container.
note_others() {
  local service hash
  while read -r service hash; do
    case $service in curt | worker | migrate | roles | secrets) continue ;; esac
    look_at "$service"
    if ((${#containers[@]})) && [[ ${definition[${containers[0]}]} != "$hash" ]]; then
      say "$service runs as it was defined before: docker compose up -d --no-deps $service replaces it, with a break"
    fi
  done < <(compose config --hash '*')
}

# At the end, however it comes.
finish() {
  local status=$? back service
  trap '' INT TERM
  set +e
  rm -rf "$files"
  if [[ -n $changed ]]; then
    (
      set -e
      trap - EXIT
      go_back
    )
    back=$?
    if ((back)); then say 'THE WAY BACK FAILED TOO'; else forget; fi
    for service in "${!count[@]}"; do look_at "$service"; say "what runs now: $service: $(summary)"; done
  elif ((status)); then
    (
      set -e
      trap - EXIT
      put_back_files
    )
    back=$?
    if ((back)); then say 'the files from before are not back: run it again'; elif [[ -z $went_on ]]; then forget; fi
  fi
  if ((status)) && [[ -n $changed || -z $failure ]]; then say "failed: ${failure:-see above}"; fi
  exit "$status"
}

go_back() {
  local begun=$EPOCHREALTIME
  say "goes back to $former"
  way=back image=$former
  export CURT_IMAGE=$image
  wanted_image=$(docker image inspect -f '{{.Id}}' "$image") || die "the image $image is gone"
  if [[ -f .deploy/files-before.tar ]]; then put_back_files; fi
  roll_all
  if [[ -f .deploy/files-before.tar ]]; then reload_nginx; fi
  say "back in $(since "$begun"): $project runs $image as before"
}
