#!/usr/bin/env bash
# Sourced by scripts/deploy: the same on another host, over ssh with whatever ~/.ssh/config says of it.
# shellcheck disable=SC2034,SC2154  # some variables are given or read by the script that sources this

# What Compose needs there: files that git knows, as they are here.
copied=(docker-compose.yml .env.example docker nginx config scripts docs/runbook.md)

deploy_there() {
  local begun=$EPOCHREALTIME staged terminal=() status=0
  command -v git >/dev/null || die 'git is missing: it says which files are to be copied'
  there 'docker compose version >/dev/null && command -v flock >/dev/null' ||
    die "$host is not reached, or has no docker compose or no flock"
  if [[ -z $image && -z $restart ]]; then
    transfer=yes image=$(new_tag)
    say "builds $image here"
    CURT_IMAGE=$image quietly docker compose build curt
    say "built in $(since "$begun")"
  fi
  if [[ -n $image ]]; then bring_image; fi
  staged=$(bring_files) || die "the files were not copied to $host"
  # The script there, and not this one, holds the lock and goes back where something fails, even if the connection ends.
  if [[ -t 0 ]]; then terminal=(-t); fi
  ssh "${terminal[@]}" -- "$host" \
    "cd $folder && bash $staged/scripts/deploy --files $staged ${image:+--image $image} ${restart:+--restart}" || status=$?
  ((status == 0)) || die "on $host, with exit status $status"
  say "done on $host in $(since "$begun")"
}

there() { ssh -- "$host" "$1"; }

# Unless the host has that very image, or gets it from a registry, it is copied. An image of that name that it has had for longer may be
# another build: without one here to compare it with, it is taken.
bring_image() {
  local begun=$EPOCHREALTIME ours theirs
  ours=$(docker image inspect -f '{{.Id}}' "$image" 2>/dev/null || true)
  theirs=$(there "docker image inspect -f '{{.Id}}' $image 2>/dev/null || true")
  if [[ -n $theirs && ($theirs == "$ours" || -z $ours) ]]; then return; fi
  if [[ -z $transfer ]] && there "docker pull -q $image" >/dev/null 2>&1; then
    say "pulled $image on $host in $(since "$begun")"
    return
  fi
  [[ -n $ours ]] || die "$host cannot pull $image, and it is not here either"
  docker save "$image" | gzip -1 | there 'gunzip | docker load -q' >/dev/null || die "the image was not copied to $host"
  say "copied $image to $host in $(since "$begun")"
}

# Copies the files into a folder of their own there, and prints its name.
bring_files() {
  local list
  list=$(git -c safe.directory="$PWD" ls-files -- "${copied[@]}") || return 1
  [[ -n $list ]] || return 1
  tar -c -T - <<<"$list" | there "mkdir -p $folder/.deploy && cd $folder && chmod 700 .deploy &&
    new=\$(mktemp -d .deploy/incoming.XXXXXX) && tar -x --no-same-owner -C \"\$new\" && echo \"\$new\""
}

# On the host: takes the new files into use, in place, since a container keeps seeing the file that was mounted. Keeps the old ones.
install_files() {
  [[ -n $files ]] || return 0
  local list=.deploy/files before=.deploy/files-before.tar
  # One that is there was left by a deployment that was cut. What that one has installed since is no way back.
  if [[ -f $list && ! -f $before ]]; then
    tar -cf $before.new -T <(while read -r file; do [[ ! -e $file ]] || printf '%s\n' "$file"; done <$list)
    mv $before.new $before
  fi
  replace_files "$files"
  say "files copied: $(wc -l <$list)"
}

# Makes the files of the release those of a folder. What the release before had, and this one has not, goes when all of this one
# is there.
replace_files() { # folder
  local list=.deploy/files file
  (cd "$1" && find . -type f | sed 's,^\./,,' | sort) >$list.new
  # Until all is there, and after a cut, the release is the files of both.
  if [[ -f $list ]]; then
    sort -u $list $list.new >$list.both
    mv $list.both $list
  fi
  # What is the same stays untouched, so that nginx does not take it for changed.
  while read -r file; do
    if ! cmp -s "$1/$file" "$file" || [[ $(stat -c %a "$1/$file") != "$(stat -c %a "$file")" ]]; then printf '%s\n' "$file"; fi
  done <$list.new | tar -C "$1" -c -T - | tar -x --no-same-owner --overwrite
  if [[ -f $list ]]; then comm -23 $list $list.new | tr '\n' '\0' | xargs -0r rm -f --; fi
  mv $list.new $list
}

# Folders with files that were copied here, and whose deployment did not begin.
sweep_incoming() { find .deploy -maxdepth 1 -name 'incoming.*' ! -path "$files" -mmin +60 -exec rm -rf {} +; }

put_back_files() {
  local old
  [[ -f .deploy/files-before.tar ]] || return 0
  old=$(mktemp -d .deploy/incoming.XXXXXX)
  tar -xf .deploy/files-before.tar -C "$old"
  replace_files "$old"
  rm -rf "$old"
  say 'the files from before are back'
}
