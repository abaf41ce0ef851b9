#!/bin/sh
# Writes the parts of nginx' configuration that envsubst cannot, before nginx starts.
#
#   40-curt.sh          run by the image's entrypoint, after it has filled in the templates
#   40-curt.sh watch    follows the name of the replicas and reloads nginx; the first form starts it where it is needed
#
# nginx follows a name itself (`resolve`) from version 1.27.3 on. An earlier one looks a name up only when it starts, so that
# a watcher beside it looks each second. It ends with nginx, and with the container. There is one, however often the
# entrypoint runs: scripts/deploy runs it again in the container, to have the templates filled in.
set -eu

conf=/etc/nginx/conf.d
pid_file=/run/nginx.pid
replicas=$conf/replicas.inc
watcher=$conf/watcher.pid
look_interval=1

say() { # level, message, and JSON fields that begin with a comma
  printf '{"time":"%s","level":"%s","message":"%s","program":"nginx"%s}\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$1" "$2" "${3:-}"
}

die() {
  say error "$1"
  exit 1
}

# A line for each IPv4 address of the service, always in one order, since DNS changes it. Nothing where the name has none.
addresses() { getent ahostsv4 "${CURT_UPSTREAM%:*}" 2>/dev/null | awk '{ print $1 }' | sort -u; }

# The list of replicas for these addresses. The file changes at once or not at all.
write_replicas() { # address...
  for address; do
    printf 'server %s:%s max_fails=3 fail_timeout=2s;\n' "$address" "${CURT_UPSTREAM##*:}" || return
  done >"$replicas.new" && mv "$replicas.new" "$replicas"
}

# The addresses in that file.
listed() { sed -n 's/^server \(.*\):[0-9]* max_fails.*/\1/p' "$replicas"; }

# The upstream of all locations.
#
# A replica that fails three times in two seconds gets no request for two seconds, and then one that tries it. One failure
# would be too few, as a single connection that breaks says little; a dead replica costs next to nothing meanwhile, since
# its requests go to the next one and least_conn avoids one where requests wait.
#
# A kept connection is closed when it was not used for 4 seconds, before a replica that drains (CURT_DRAIN_DELAY, 5 s) closes
# it: otherwise a POST could be on its way there, which is not repeated.
write_upstream() { # a directive that names the replicas
  cat <<END
upstream curt {
    zone curt 256k;
    least_conn;
    $1
    keepalive 128;
    keepalive_requests 100000;
    keepalive_timeout 4s;
}
END
}

is_at_least() { # version
  version=$(nginx -v 2>&1 | sed -n 's|.*nginx/\([0-9.]*\).*|\1|p')
  [ "$(printf '%s\n' "$1" "$version" | sort -V | head -n 1)" = "$1" ]
}

prepare() {
  case $CURT_UPSTREAM in
    ?*:[0-9]*) ;;
    *) die "CURT_UPSTREAM is no name:port: $CURT_UPSTREAM" ;;
  esac
  case $CURT_OWNER_PATHS in
    public | internal) ;;
    *) die "CURT_OWNER_PATHS is neither public nor internal: $CURT_OWNER_PATHS" ;;
  esac

  # Load balancers whose X-Forwarded-For is believed. Nobody's where there are none.
  {
    for network in $(printf %s "$CURT_REAL_IP_FROM" | tr , ' '); do printf 'set_real_ip_from %s;\n' "$network"; done
    printf 'real_ip_header X-Forwarded-For;\nreal_ip_recursive on;\n'
  } >"$conf/real-ip.conf"

  # What is sent by HTTPS alone: how long browsers are to come by it, and where HTTP/3 is. Port 443 is not named in a URL.
  port=${CURT_HTTPS_PORT:-443}
  in_url=:$port
  if [ "$port" = 443 ]; then in_url=''; fi
  cat >"$conf/https.conf" <<END
map \$https \$hsts       { default ""; on "${CURT_HSTS:-}"; }
map \$https \$alt_svc    { default ""; on 'h3=":$port"; ma=86400'; }
map \$https \$https_port { default "$in_url"; }
END

  # A machine without IPv6 has no address [::].
  public='' tls=''
  if [ -e /proc/net/if_inet6 ]; then
    public='listen [::]:8080 default_server backlog=4096;'
    tls='listen [::]:8443 ssl default_server backlog=4096;
listen [::]:8443 quic default_server reuseport;'
  fi
  printf '%s\n' "$public" >"$conf/ipv6-public.inc"
  printf '%s\n' "$tls" >"$conf/ipv6-tls.inc"

  # A client's idle connection stays for a moment when a worker ends, so that a request on its way is answered.
  if is_at_least 1.27.4; then printf 'keepalive_min_timeout 3s;\n' >"$conf/keep-alive.conf"; fi

  if is_at_least 1.27.3; then
    server=$(awk '$1 == "nameserver" { print $2; exit }' /etc/resolv.conf)
    {
      printf 'resolver %s valid=1s ipv6=off;\nresolver_timeout 2s;\n' "$server"
      write_upstream "server $CURT_UPSTREAM resolve max_fails=3 fail_timeout=2s;"
    } >"$conf/upstream.conf"
  else
    write_upstream "include $replicas;" >"$conf/upstream.conf"
    found=$(addresses)
    # shellcheck disable=SC2086  # one argument an address
    if [ -n "$found" ]; then
      write_replicas $found
    elif [ ! -s "$replicas" ]; then
      # nginx needs one to start with; it answers its page until the watcher finds others.
      printf 'server 127.0.0.1:9 down;\n' >"$replicas"
    fi
    if ! is_watched; then
      "$0" watch </dev/null &
      echo $! >"$watcher"
    fi
  fi
}

is_watched() { [ -s "$watcher" ] && grep -q watch "/proc/$(cat "$watcher")/cmdline" 2>/dev/null; }

is_running() { [ -s "$pid_file" ] && kill -0 "$(cat "$pid_file")" 2>/dev/null; }

watch() {
  told=$(listed) # what nginx has read
  was_running=''
  looks=0
  while sleep "$look_interval"; do
    if is_running; then
      was_running=yes
    elif [ -n "$was_running" ] || [ $((looks += 1)) -gt 60 ]; then
      exit 0
    else
      continue
    fi
    found=$(addresses)
    # No address is more likely a mistake of DNS than the end of every replica, for which nginx has its page.
    if [ -z "$found" ]; then continue; fi
    # The entrypoint, when it runs again, writes the list too.
    if [ "$found" = "$told" ] && [ "$found" = "$(listed)" ]; then continue; fi
    # What fails now, such as on a full disk, is tried again at the next look.
    # shellcheck disable=SC2086  # one argument an address
    write_replicas $found || { say error 'the list of replicas cannot be written'; continue; }
    kill -HUP "$(cat "$pid_file")" || continue
    told=$found
    say info 'replicas changed' ",\"replicas\":\"$(printf %s "$found" | tr '\n' ' ')\""
  done
}

case ${1:-} in
  '') prepare ;;
  watch) watch ;;
  *)
    printf 'usage: 40-curt.sh [watch]\n' >&2
    exit 2
    ;;
esac
