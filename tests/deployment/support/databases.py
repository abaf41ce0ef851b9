"""A Postgres and a Redis of a test's own, on free ports."""

import os
import re
import signal
import subprocess

from .processes import Folder, Server, as_ordinary_user, eventually, free_port, program


def postgres_programs():
    """The folder of the newest installed Postgres' programs, which Debian keeps out of the path."""
    versions = "/usr/lib/postgresql"
    installed = [name for name in os.listdir(versions) if os.path.exists(f"{versions}/{name}/bin/initdb")]
    return f"{versions}/{max(installed, key=int)}/bin"


class Postgres(Server):
    """A cluster with the role `curt`, which owns the database `curt`, and the role `monitor`, which may read statistics."""

    def __init__(self, test, name="postgres"):
        self.programs = postgres_programs()
        self.port = free_port()
        folder = Folder(test)
        data = os.path.join(folder.path, "data")
        made = subprocess.run(
            as_ordinary_user([f"{self.programs}/initdb", "--pgdata", data, "--auth=trust", "--username=postgres",
                              "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"]),
            cwd=folder.path, capture_output=True, text=True, check=False)
        if made.returncode != 0:
            raise AssertionError(f"initdb failed: {made.stdout}{made.stderr}")
        super().__init__(test, name, [
            f"{self.programs}/postgres", "-D", data, "-k", folder.path, "-p", str(self.port),
            "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "shared_buffers=32MB"],
            folder=folder)
        eventually("Postgres answers", lambda: self.require() and self._answers())
        self.ask("CREATE ROLE curt LOGIN", "postgres")
        self.ask("CREATE DATABASE curt OWNER curt", "postgres")
        self.ask("CREATE ROLE monitor LOGIN IN ROLE pg_monitor", "postgres")

    def _answers(self):
        return self._psql("SELECT 1", "postgres").returncode == 0

    def _psql(self, sql, database):
        return subprocess.run([f"{self.programs}/psql", "-XAtq", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "-d", database,
                               "-c", sql], capture_output=True, text=True, check=False)

    def ask(self, sql, database="curt"):
        """What a statement gives, as the superuser."""
        answer = self._psql(sql, database)
        if answer.returncode != 0:
            raise AssertionError(f"{sql}: {answer.stderr}")
        return answer.stdout.strip()

    def url(self, role="curt"):
        return f"postgresql://{role}@127.0.0.1:{self.port}/curt"

    def stop(self, seconds=30):
        # SIGTERM would have Postgres wait for its clients; SIGINT sends them away.
        if self.process.poll() is None:
            self.signal(signal.SIGINT)
        super().stop(seconds)


class Redis(Server):
    """A Redis as docs/configuration.md wants it: nothing on the disk, and bounded memory."""

    def __init__(self, test, name="redis"):
        self.port = free_port()
        super().__init__(test, name, [
            program("redis-server"), "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
            "--maxmemory", "64mb", "--maxmemory-policy", "volatile-lru"])
        eventually("Redis takes connections", lambda: self.require() and re.search("Ready to accept connections", self.text()))

    def url(self):
        return f"redis://127.0.0.1:{self.port}"
