"""The whole service with what watches it, from Debian's packages: two replicas, a worker, nginx, exporters, Prometheus."""

import os
import subprocess

from .databases import Postgres, Redis
from .processes import CURT, Curt, Folder, Server, eventually, free_port, give_away, program
from .prometheus import Prometheus

REPLICAS = 2

NGINX = """
daemon off;
pid {folder}/nginx.pid;
error_log stderr;
worker_processes 1;
events {{ worker_connections 256; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  upstream curt {{ {upstreams} keepalive 16; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://curt;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $remote_addr;
    }}
  }}
  server {{ listen 127.0.0.1:{status}; location /nginx_status {{ stub_status; }} }}
}}
"""


class OfClass:
    """Lets servers that are made for one test be made for all tests of a class."""

    def __init__(self, test_class):
        self.addCleanup = test_class.addClassCleanup


def address(port):
    return f"127.0.0.1:{port}"


class Stack:
    """Starts everything, and waits until Prometheus has seen each part.

    `targets` are more of Prometheus' jobs with their addresses. Settings are those of the replicas, such as limit_create.
    """

    def __init__(self, test, targets=None, **settings):
        self.test = test
        self.postgres = Postgres(test)
        self.redis = Redis(test)
        self.key = self._admin_key()
        subprocess.run([CURT, "migrate", "--database-url", self.postgres.url()], check=True, capture_output=True, cwd="/")
        self.metrics = {}
        self.replicas = [self._replica(f"curt-{number}", settings) for number in range(REPLICAS)]
        self.worker = self._worker()
        self.nginx = self._nginx()
        self.prometheus = Prometheus(test, {
            "curt": [address(self.metrics[replica.name]) for replica in self.replicas],
            "worker": [address(self.metrics["worker"])],
            "nginx": [self._nginx_exporter()],
            "postgres": [self._postgres_exporter()],
            "redis": [self._redis_exporter()],
            "node": [self._node_exporter()],
            **(targets or {}),
        })
        eventually("Prometheus has scraped every target", self._all_are_up)

    def _all_are_up(self):
        found = self.prometheus.targets()
        return found and set(found.values()) == {"up"}

    def _admin_key(self):
        key = subprocess.run([CURT, "keys", "generate"], check=True, capture_output=True, text=True).stdout.strip()
        self.key_file = Folder(self.test).file("admin.key", key + "\n")
        os.chmod(self.key_file, 0o600)
        give_away(self.key_file)
        return key

    def _replica(self, name, settings):
        self.metrics[name] = free_port()
        replica = Curt(self.test, name, **{
            "metrics_listen": address(self.metrics[name]), "auth": "keys", "admin_key_file": self.key_file,
            "database_url": self.postgres.url(), "redis_url": self.redis.url(), "trusted_proxies": "127.0.0.1",
            "instances": REPLICAS, "cache_bytes": "16MiB", "ring_records": 1024, **settings})
        replica.wait_for_port(self.metrics[name])
        return replica

    def _worker(self):
        self.metrics["worker"] = free_port()
        worker = Curt(self.test, "worker", subcommand="worker", database_url=self.postgres.url(), redis_url=self.redis.url(),
                      worker_listen=address(self.metrics["worker"]))
        worker.wait_for_port(self.metrics["worker"])
        return worker

    def _nginx(self):
        self.port = free_port()
        self.status_port = free_port()
        folder = Folder(self.test)
        upstreams = " ".join(f"server {address(replica.port)};" for replica in self.replicas)
        file = folder.file("nginx.conf", NGINX.format(folder=folder.path, upstreams=upstreams, port=self.port, status=self.status_port))
        nginx = Server(self.test, "nginx", [program("nginx"), "-p", folder.path, "-e", "stderr", "-c", file], folder=folder)
        nginx.wait_for_port(self.port)
        return nginx

    def _exporter(self, name, *arguments, **environment):
        """Starts an exporter of Debian's; gives its address. Two dashes before a flag suit those of Debian 12 and 13."""
        port = free_port()
        server = Server(self.test, name, [program(name), f"--web.listen-address={address(port)}", *arguments],
                        environment={**os.environ, **environment})
        server.wait_for_port(port)
        return address(port)

    def _nginx_exporter(self):
        return self._exporter("prometheus-nginx-exporter", f"--nginx.scrape-uri=http://{address(self.status_port)}/nginx_status")

    def _postgres_exporter(self):
        return self._exporter("prometheus-postgres-exporter", DATA_SOURCE_NAME=f"{self.postgres.url('monitor')}?sslmode=disable")

    def _redis_exporter(self):
        return self._exporter("prometheus-redis-exporter", f"--redis.addr={self.redis.url()}")

    def _node_exporter(self):
        return self._exporter("prometheus-node-exporter")
