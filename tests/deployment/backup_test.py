"""scripts/backup and scripts/restore on a Postgres of Debian, with curt's schema: what comes back, and what is left where it fails."""

import glob
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import unittest

from support import exec_docker
from support.databases import Postgres
from support.processes import CURT, SOURCE, Folder, eventually


class Stack(Folder):
    """A checkout whose stack has a Postgres with two links."""

    def __init__(self, test):
        super().__init__(test)
        self.postgres = Postgres(test)
        shutil.copytree(f"{SOURCE}/scripts", f"{self.path}/scripts")
        docker = self.file("bin/docker", f'#!/bin/sh\nexec {sys.executable} -SE {exec_docker.__file__} "$@"\n')
        os.chmod(docker, 0o755)
        for name in ("running", "image", "volume"):
            self.file(name, "")
        self.file("secrets/curt/admin.key", "a key")
        self.environment = {**os.environ, "EXEC_DOCKER": self.path, "PATH": f"{self.path}/bin:{os.environ['PATH']}",
                            "POSTGRES_PROGRAMS": self.postgres.programs, "PGHOST": "127.0.0.1", "PGPORT": str(self.postgres.port),
                            "PYTHONDONTWRITEBYTECODE": "1", "CURT_DATABASE_URL": self.postgres.url()}
        self.file("links.csv", "spring,https://example.com/1\nsummer,https://example.com/2\n")
        for command in (["migrate"], ["import", "links.csv"]):
            subprocess.run([CURT, *command], cwd=self.path, env=self.environment, check=True, capture_output=True)

    def start(self, script, *arguments):
        return subprocess.Popen(["bash", f"{self.path}/scripts/{script}", *arguments], cwd=self.path, env=self.environment, text=True,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)

    def run(self, script, *arguments):
        process = self.start(script, *arguments)
        output, _ = process.communicate()
        return process.returncode, output

    def backup(self, *arguments):
        status, output = self.run("backup", *arguments)
        if status:
            raise AssertionError(output)
        return glob.glob(f"{self.path}/backups/*.tar")[0]

    def links(self):
        return self.postgres.ask("SELECT string_agg(code, ' ' ORDER BY code) FROM links")

    def lose_a_link(self):
        # The trigger refuses what caches would not hear of; that is not what this is about.
        self.postgres.ask("SET session_replication_role = replica; DELETE FROM links WHERE code = 'spring'")

    def runs(self):
        return os.path.exists(f"{self.path}/running")

    def calls(self):
        with open(f"{self.path}/calls", encoding="utf-8") as file:
            return [json.loads(line) for line in file]

    def change(self, backup, how):
        """Another backup, with the parts that `how` makes of those of this one, and right sums of them."""
        parts = self.file("parts/manifest")
        folder = os.path.dirname(parts)
        with tarfile.open(backup) as archive:
            archive.extractall(folder)
        how(folder)
        with open(parts, encoding="utf-8") as file:
            lines = file.read().splitlines()
        for at, line in enumerate(lines):
            if line.startswith("sha256 "):
                name = line.split()[1]
                with open(f"{folder}/{name}", "rb") as file:
                    lines[at] = f"sha256 {name} {hashlib.sha256(file.read()).hexdigest()}"
        with open(parts, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
        changed = self.file("changed.tar")
        subprocess.run(["tar", "-cf", changed, "-C", folder, *os.listdir(folder)], check=True)
        return changed


def cut_the_dump(folder):
    """As a disk that lost its end. Behind the rows there may be more that pg_restore does without."""
    os.truncate(f"{folder}/database.dump", os.path.getsize(f"{folder}/database.dump") // 2)


def turn_the_rows(folder):
    """As written where names sort another way."""
    with open(f"{folder}/manifest", encoding="utf-8") as file:
        lines = file.read().splitlines()
    with open(f"{folder}/manifest", "w", encoding="utf-8") as file:
        file.write("\n".join([line for line in lines if not line.startswith("rows ")] +
                             [line for line in reversed(lines) if line.startswith("rows ")]) + "\n")


class Backup(unittest.TestCase):
    def test_it_has_the_rows_the_secrets_and_env_and_is_for_its_owner_alone(self):
        stack = Stack(self)
        stack.file(".env", "CURT_REPLICAS=2\n")
        file = stack.backup()
        self.assertEqual(0o600, os.stat(file).st_mode & 0o777)
        with tarfile.open(file) as archive:
            self.assertEqual(["manifest", "database.dump", "secrets.tar", "env"], archive.getnames())
            self.assertIn("\nrows links 2\n", archive.extractfile("manifest").read().decode())
            self.assertEqual(b"CURT_REPLICAS=2\n", archive.extractfile("env").read())

    def test_without_secrets_it_has_the_database_alone(self):
        stack = Stack(self)
        stack.file(".env", "CURT_REPLICAS=2\n")
        with tarfile.open(stack.backup("--no-secrets")) as archive:
            self.assertEqual(["manifest", "database.dump"], archive.getnames())


class Restore(unittest.TestCase):
    def setUp(self):
        self.stack = Stack(self)
        self.backup = self.stack.backup()
        self.stack.lose_a_link()
        self.assertEqual("summer", self.stack.links())

    def restore(self, *arguments):
        return self.stack.run("restore", *(arguments or ("--force", self.backup)))

    def test_the_database_is_that_of_the_backup_and_redis_is_empty_before_and_after(self):
        status, output = self.restore()
        self.assertEqual(0, status, output)
        self.assertEqual("spring summer", self.stack.links())
        self.assertTrue(self.stack.runs())
        words = ("stop", "redis", "PGAPPNAME=scripts/restore", "migrate", "start")
        steps = [word for call in self.stack.calls() for word in words if word in call and "up" not in call]
        self.assertEqual(["stop", "stop", "redis", "PGAPPNAME=scripts/restore", "redis", "migrate", "start"], steps)

    def test_links_are_replaced_only_where_that_is_asked_for(self):
        status, output = self.restore(self.backup)
        self.assertEqual(1, status, output)
        self.assertIn("the database has links (1)", output)
        self.assertEqual("summer", self.stack.links())
        self.assertTrue(self.stack.runs())
        self.assertNotIn(["compose", "stop", "-t", "25", "curt"], self.stack.calls())

    def test_a_damaged_backup_changes_nothing(self):
        with open(self.backup, "r+b") as file:
            file.seek(os.path.getsize(self.backup) // 3)
            file.write(b"damage")
        status, output = self.restore()
        self.assertEqual(1, status, output)
        self.assertIn("is damaged", output)
        self.assertTrue(self.stack.runs())

    def test_rows_that_were_written_in_another_order_are_the_same(self):
        status, output = self.restore("--force", self.stack.change(self.backup, turn_the_rows))
        self.assertEqual(0, status, output)

    def test_where_the_database_cannot_be_replaced_curt_runs_again(self):
        status, output = self.restore("--force", self.stack.change(self.backup, cut_the_dump))
        self.assertEqual(1, status, output)
        self.assertIn("the database is as it was before, and curt runs again", output.splitlines()[-1])
        self.assertEqual("summer", self.stack.links())
        self.assertTrue(self.stack.runs())
        self.assertIn(["start", "curt", "worker"], self.stack.calls())

    def test_a_transaction_that_waits_ends_with_the_script(self):
        lock = subprocess.Popen([f"{self.stack.postgres.programs}/psql", "-qXU", "postgres", "-d", "curt"], env=self.stack.environment,
                                stdin=subprocess.PIPE, text=True)
        self.addCleanup(lock.communicate)
        lock.stdin.write("BEGIN; LOCK links IN ACCESS SHARE MODE;\n")
        lock.stdin.flush()
        process = self.stack.start("restore", "--force", self.backup)
        sessions = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'scripts/restore'"
        eventually("it waits for the lock", lambda: self.stack.postgres.ask(f"{sessions} AND wait_event_type = 'Lock'") == "1")
        os.killpg(process.pid, signal.SIGTERM)
        output, _ = process.communicate()
        self.assertEqual(1, process.returncode, output)
        self.assertIn("failed: interrupted", output)
        self.assertIn("the database is as it was before, and curt runs again", output.splitlines()[-1])
        self.assertEqual(("0", "summer"), (self.stack.postgres.ask(sessions), self.stack.links()))
        self.assertTrue(self.stack.runs())

    def test_where_the_database_is_another_one_curt_stands_still_and_that_is_said(self):
        self.stack.file("fails", "migrate")
        status, output = self.restore()
        self.assertEqual(1, status, output)
        self.assertIn("curt and the workers stand still", output.splitlines()[-1])
        self.assertEqual("spring summer", self.stack.links())
        self.assertFalse(self.stack.runs())
        os.remove(f"{self.stack.path}/fails")
        status, output = self.restore()
        self.assertEqual(0, status, output)
        self.assertTrue(self.stack.runs())


class NewHost(unittest.TestCase):
    def test_env_the_image_and_the_secrets_come_first(self):
        stack = Stack(self)
        stack.file(".env", "CURT_REPLICAS=2\n")
        backup = stack.backup()
        for name in (".env", "running", "image", "volume", "secrets/curt/admin.key"):
            os.remove(f"{stack.path}/{name}")
        stack.postgres.ask("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        status, output = stack.run("restore", backup)
        self.assertEqual(0, status, output)
        self.assertEqual("spring summer", stack.links())
        with open(f"{stack.path}/.env", encoding="utf-8") as env, open(f"{stack.path}/secrets/curt/admin.key", encoding="utf-8") as key:
            self.assertEqual(("CURT_REPLICAS=2\n", "a key"), (env.read(), key.read()))
        calls = stack.calls()
        self.assertLess(calls.index(["compose", "build", "curt"]), next(at for at, call in enumerate(calls) if "stop" in call))
        # nginx goes on, and answers 503.
        self.assertEqual([], [call for call in calls if "stop" in call and ("nginx" in call or call[-1] == "25")])

    def test_what_is_there_stays(self):
        stack = Stack(self)
        stack.file(".env", "CURT_REPLICAS=2\n")
        backup = stack.backup()
        stack.file(".env", "CURT_REPLICAS=4\n")
        stack.file("secrets/curt/admin.key", "another key")
        status, output = stack.run("restore", "--force", backup)
        self.assertEqual(0, status, output)
        with open(f"{stack.path}/.env", encoding="utf-8") as env, open(f"{stack.path}/secrets/curt/admin.key", encoding="utf-8") as key:
            self.assertEqual(("CURT_REPLICAS=4\n", "another key"), (env.read(), key.read()))


if __name__ == "__main__":
    unittest.main()
