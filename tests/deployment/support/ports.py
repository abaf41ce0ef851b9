"""Ports for servers that cannot choose one by themselves and say which."""

import os
import socket

_held = []


def _first_of_clients():
    """Ports from here on are given to outgoing connections, so that one may be taken before a server that was told of it has started."""
    with open("/proc/sys/net/ipv4/ip_local_port_range", encoding="ascii") as file:
        return int(file.read().split()[0])


def own_port():
    """A TCP port of 127.0.0.1 that nothing listens on, and that no other test gets while this process lives."""
    last = _first_of_clients() - 1
    # Tests that begin together begin at different places, so that they seldom try the same.
    for port in range(last - os.getpid() % 8000, 10_000, -1):
        # The UDP port of the same number is what tests tell each other by: whoever holds it has the TCP port.
        mark = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            mark.bind(("127.0.0.1", port))
            with socket.socket() as probe:
                # A port whose last connections wait to be forgotten is free, as it is for a server.
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(("127.0.0.1", port))
        except OSError:
            mark.close()
            continue
        _held.append(mark)
        return port
    raise AssertionError("no port is free")
