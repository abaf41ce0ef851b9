"""nginx and HAProxy as they are deployed, in front of replicas that have addresses of their own and one port."""

import itertools
import json
import os
import re
import signal
import socket
import stat
import subprocess

from support.processes import PATH, SOURCE, Folder, Server, as_ordinary_user, eventually, give_away, program

# What compose gives nginx.
ENVIRONMENT = {
    "CURT_UPSTREAM": "curt:8080",
    "CURT_OWNER_PATHS": "public",
    "CURT_NGINX_CREATE_RATE": "1000",
    "CURT_NGINX_API_RATE": "1000",
    "CURT_REAL_IP_FROM": "",
}



def own_address(beginning):
    """An address of this process alone, so that no port of it is another process's, and that no connection goes out from it."""
    return f"127.{beginning + (os.getpid() >> 16)}.{os.getpid() >> 8 & 255}.{os.getpid() & 255}"


ADDRESS = own_address(128)
NOBODY = [own_address(64), own_address(192)]  # nothing listens there
PORTS = itertools.count(10000)


def read(path):
    with open(os.path.join(SOURCE, path), encoding="utf-8") as file:
        return file.read()


def takes_connections(where):
    try:
        socket.create_connection(where, timeout=1).close()
        return True
    except OSError:
        return False


def version_of_nginx():
    text = subprocess.run([program("nginx"), "-v"], capture_output=True, text=True, check=True).stderr
    return tuple(int(number) for number in re.search(r"nginx/([\d.]+)", text).group(1).split("."))


class Proxy(Server):
    """What both proxies have in common: a public and an internal port, and a log of JSON lines."""

    def wait_until_it_listens(self):
        for where in (self.public, self.internal):
            eventually(f"{self.name} takes connections at {where}", lambda where=where: self.require() and takes_connections(where))

    def lines(self):
        """The access lines so far, the last one only if it is whole."""
        with open(self.access_log, "rb") as file:
            whole = file.read().split(b"\n")[:-1]
        return [json.loads(line.decode("utf-8")) for line in whole if line.startswith(b"{")]

    def line(self, path):
        """The newest access line of a path, which comes when the answer is out."""
        return eventually(f"an access line of {path}",
                          lambda: [line for line in self.lines() if line.get("path") == path])[-1]

    def children(self):
        with open(f"/proc/{self.pid}/task/{self.pid}/children", encoding="ascii") as file:
            return set(file.read().split())

    def reload(self):
        """Has it read its configuration again, and waits for the processes that do the work then."""
        before = self.children()
        looks = itertools.count()

        def is_reloaded():
            # HAProxy loses a signal that comes while it begins, so that it gets another one after half a second.
            if next(looks) % 25 == 0:
                self.signal(self.reload_signal)
            return self.children() - before

        eventually(f"{self.name} has workers with the new configuration", is_reloaded)


class Nginx(Proxy):
    """nginx with the files of nginx/. The image's entrypoint fills in the templates, and runs entrypoint.d, as here."""

    reload_signal = signal.SIGHUP

    def __init__(self, test, addresses, port, *, tls=False, **environment):
        folder = Folder(test)
        self.root = folder.path
        self.addresses = folder.file("addresses")
        self.public, self.internal, self.tls = ((ADDRESS, next(PORTS)) for _ in range(3))
        self.access_log = folder.file("access.log", "")
        self.settings = {**ENVIRONMENT, "CURT_UPSTREAM": f"curt:{port}", **environment}
        if tls:
            self.settings["CURT_HTTPS_PORT"] = str(self.tls[1])
        for name in ("conf.d", "tls", "certs", "cache", "acme/.well-known/acme-challenge"):
            os.makedirs(os.path.join(self.root, name))

        self._write("nginx.conf", read("nginx/nginx.conf"))
        for name in os.listdir(os.path.join(SOURCE, "nginx/templates")):
            self._write(f"conf.d/{name.removesuffix('.template')}", self._filled_in(read(f"nginx/templates/{name}")))
        if tls:
            for name in os.listdir(os.path.join(SOURCE, "nginx/tls")):
                self._write(f"tls/{name}", read(f"nginx/tls/{name}"))
            self._make_certificate()
        self.script = self._write("40-curt.sh", read("nginx/entrypoint.d/40-curt.sh"))
        self._executable("bin/getent", f'#!/bin/sh\necho >>{self.root}/looks\n[ "$*" = "ahostsv4 curt" ] && cat {self.addresses}\n')

        self.resolve_to(addresses)
        for where, _, names in os.walk(self.root):
            for name in ["", *names]:
                give_away(os.path.join(where, name))
        self.run_entrypoint()
        super().__init__(test, "nginx", [program("nginx"), "-c", f"{self.root}/nginx.conf", "-g", "daemon off;"], folder=folder)
        self.wait_until_it_listens()

    def _here(self, text):
        """The one place where the deployed text is changed: paths and ports, and what a nginx before 1.25 does not know."""
        paths = {
            "/etc/nginx": self.root,
            "/run/nginx.pid": f"{self.root}/nginx.pid",
            "/var/cache/nginx": f"{self.root}/cache",
            "/dev/stdout": self.access_log,
            "/usr/share/nginx/curt": os.path.join(SOURCE, "nginx/pages"),
            "/usr/share/nginx/acme": f"{self.root}/acme",
            "look_interval=1\n": "look_interval=0.05\n",
        }
        for deployed, here in paths.items():
            text = text.replace(deployed, here)
        for deployed, (address, port) in (("8080", self.public), ("8081", self.internal), ("8443", self.tls)):
            text = re.sub(rf"listen {deployed}\b", f"listen {address}:{port}", text)
            # A machine has one IPv6 address for itself, so that IPv6 is left to IPv4.
            text = re.sub(rf"\n?listen \[::\]:{deployed}\b[^;]*;", "", text)
        if version_of_nginx() < (1, 25, 1):
            text = re.sub(r"\n *(listen \S+ quic [^;]*|http[23] on);", "", text)
            text = re.sub(r"(listen \S+ ssl)\b", r"\1 http2", text)
        return text

    def _write(self, name, text):
        path = self.folder_file(name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(self._here(text))
        return path

    def folder_file(self, name):
        path = os.path.join(self.root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return path

    def _executable(self, name, text):
        path = self.folder_file(name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, os.stat(path).st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)

    def _filled_in(self, template):
        """The template as `envsubst` of the image's entrypoint fills it in: only variables that are defined."""
        defined = " ".join(f"${{{name}}}" for name in self.settings)
        return subprocess.run([program("envsubst"), defined], input=template, env={**os.environ, **self.settings}, text=True,
                              capture_output=True, check=True).stdout

    def _make_certificate(self):
        subprocess.run([program("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
                        "30", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout",
                        f"{self.root}/certs/privkey.pem", "-out", f"{self.root}/certs/fullchain.pem"], capture_output=True, check=True)

    def resolve_to(self, addresses):
        """What the service's name resolves to from now on. It is written at once, as a look may come at any time."""
        with open(f"{self.addresses}.new", "w", encoding="ascii") as file:
            file.writelines(f"{address} {kind} curt\n" for address in addresses for kind in ("STREAM", "DGRAM", "RAW"))
        os.replace(f"{self.addresses}.new", self.addresses)

    def looks(self):
        """How often the name was looked up."""
        return os.path.getsize(f"{self.root}/looks")

    def run_entrypoint(self, version="1.26.3", **environment):
        """Runs the script of entrypoint.d, with the name server of `resolve_to` and beside an nginx that says it is of this version:
        by default one that needs the watcher, whatever this machine has. What it prints is in entrypoint.log."""
        environment = {**os.environ, **self.settings, **environment, "PATH": f"{self.root}/bin:{PATH}"}
        self._executable("bin/nginx", f"#!/bin/sh\necho 'nginx version: nginx/{version}' >&2\n")
        os.chmod(self.script, 0o755)
        with open(self.folder_file("entrypoint.log"), "ab") as output:
            return subprocess.run(as_ordinary_user([self.script]), env=environment, cwd=self.root, stdin=subprocess.DEVNULL,
                                  stdout=output, stderr=output, check=True)

    def entrypoint_text(self):
        return read(self.folder_file("entrypoint.log"))


class Haproxy(Proxy):
    """HAProxy with config/haproxy.cfg."""

    reload_signal = signal.SIGUSR2

    def __init__(self, test, addresses, port, **environment):
        folder = Folder(test)
        self.public, self.internal = ((ADDRESS, next(PORTS)) for _ in range(2))
        path = folder.file("haproxy.cfg", self._here(read("config/haproxy.cfg"), folder.path, addresses, port))
        settings = {**os.environ, **ENVIRONMENT, **environment}
        super().__init__(test, "haproxy", [program("haproxy"), "-W", "-db", "-f", path], folder=folder, environment=settings)
        self.access_log = self.output
        self.wait_until_it_listens()

    def _here(self, text, folder, addresses, port):
        """The one place where the deployed text is changed: paths, ports, and servers in place of a name."""
        text = text.replace("/usr/local/etc/haproxy/pages", os.path.join(SOURCE, "nginx/pages"))
        text = text.replace("/tmp/haproxy.sock", f"{folder}/haproxy.sock")
        for deployed, (address, its_port) in (("8080", self.public), ("8081", self.internal)):
            text = text.replace(f"bind :{deployed}", f"bind {address}:{its_port}")
        servers = "".join(f"    server curt{number} {address}:{port}\n" for number, address in enumerate(addresses, 1))
        return re.sub(r"(?m)^    server-template .*\n", servers, text)


PROXIES = (Nginx, Haproxy)
