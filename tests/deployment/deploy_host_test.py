"""scripts/deploy --host, with an ssh that runs its command in another folder: what is copied, and what comes back where it fails."""

import datetime
import fcntl
import glob
import os
import re
import signal
import subprocess
import time
import unittest

from support.compose import Compose
from support.processes import SOURCE, eventually
from support.stack_host import NEW, StackHost


class Deployment(unittest.TestCase):
    def setUp(self):
        self.here = StackHost(self, runs=None)
        self.there = StackHost(self, runs=None)
        self.there.change(lambda state: state.update(images={}))
        ssh = self.here.file("bin/ssh", f'#!/bin/sh\nwhile [ "$1" != -- ]; do shift; done\necho "$3" >>{self.here.path}/asked\n'
                             f'cd {self.there.path} && FAKE_DOCKER={self.there.path} exec sh -c "$3"\n')
        os.chmod(ssh, 0o755)
        self.here.file("config/a.yml", "first")
        self.track()

    def track(self):
        for command in (["init", "-q"], ["add", "docker-compose.yml", "nginx", "scripts", "config"]):
            subprocess.run(["git", "-c", "safe.directory=*", *command], cwd=self.here.path, check=True, capture_output=True)

    def deploy(self, *arguments):
        return self.here.deploy("--host", "ops@go.example", *arguments)

    def text(self, name):
        try:
            with open(f"{self.there.path}/curt/{name}", encoding="utf-8") as file:
                return file.read()
        except FileNotFoundError:
            return None

    def test_files_and_a_built_image_are_copied_and_the_stack_starts_there(self):
        self.here.file("secret.txt", "not of the release")
        status, output = self.deploy()
        self.assertEqual(0, status, output)
        self.assertEqual("first", self.text("config/a.yml"))
        self.assertIsNone(self.text("secret.txt"))
        image = self.text(".env").strip().partition("=")[2]
        self.assertEqual([image] * 3, self.there.images("curt"))
        self.assertEqual([], self.here.images("curt"))
        self.assertEqual([], [name for name in os.listdir(f"{self.there.path}/curt/.deploy") if name.startswith("incoming")])

    def test_an_image_of_a_registry_is_pulled_there_unless_it_is_to_be_copied(self):
        for folder, options, copied in (("one", [], 0), ("two", ["--transfer"], 1)):
            with self.subTest(options):
                self.there.change(lambda state: state["plan"].update(registry=[NEW]))
                self.there.change(lambda state: state.update(images={}, calls=[], containers={}))
                status, output = self.deploy("--image", NEW, "--folder", folder, *options)
                self.assertEqual(0, status, output)
                self.assertEqual((copied, 1 - copied), (len(self.there.calls("load")), len(self.there.calls("pull"))))

    def test_an_older_image_of_the_same_name_there_is_replaced(self):
        self.there.change(lambda state: state.update(images={NEW: "sha256:older"}))
        status, output = self.deploy("--image", NEW)
        self.assertEqual(0, status, output)
        self.assertEqual({"sha256:new"}, {each["image"] for each in self.there.state()["containers"].values() if each["service"] == "curt"})

    def test_what_neither_has_is_said_and_nothing_is_copied(self):
        status, output = self.deploy("--image", "registry.example/curt:9")
        self.assertEqual(1, status)
        self.assertIn("cannot pull registry.example/curt:9", output)
        self.assertFalse(os.path.exists(f"{self.there.path}/curt"))

    def test_files_that_a_release_has_no_more_are_removed_and_others_stay(self):
        self.assertEqual(0, self.deploy("--image", NEW)[0])
        with open(f"{self.there.path}/curt/config/own.yml", "w", encoding="utf-8") as file:
            file.write("of the host")
        os.remove(f"{self.here.path}/config/a.yml")
        self.here.file("config/b.yml", "second")
        self.track()
        self.assertEqual(0, self.deploy("--image", NEW)[0])
        self.assertEqual((None, "second", "of the host"), tuple(self.text(f"config/{name}.yml") for name in ("a", "b", "own")))

    def test_a_list_that_was_written_in_another_order_removes_nothing(self):
        self.here.file("config/a/b.yml", "below")
        self.track()
        self.assertEqual(0, self.deploy("--image", NEW)[0])
        # As another language sorts, in which "a.yml" may come after "a/b.yml".
        names = self.text(".deploy/files").split()
        with open(f"{self.there.path}/curt/.deploy/files", "w", encoding="utf-8") as file:
            file.write("\n".join(reversed(names)) + "\n")
        status, output = self.deploy("--image", NEW)
        self.assertEqual(0, status, output)
        self.assertEqual(("first", "below"), (self.text("config/a.yml"), self.text("config/a/b.yml")))
        self.assertEqual(sorted(names), self.text(".deploy/files").split())

    def test_files_and_image_come_back_where_it_fails(self):
        self.assertEqual(0, self.deploy("--image", NEW)[0])
        self.here.file("config/a.yml", "another")
        self.here.file("config/b.yml", "second")
        self.here.file("docker-compose.yml", "two")
        self.track()
        self.there.change(lambda state: state["plan"].update(answers={"POST /api/v1/links": 500}))
        status, output = self.deploy()
        self.assertEqual(1, status, output)
        self.assertEqual(("first", None, "one"), tuple(self.text(name) for name in ("config/a.yml", "config/b.yml", "docker-compose.yml")))
        self.assertEqual([NEW] * 3, self.there.images("curt"))
        self.assertEqual(f"CURT_IMAGE={NEW}\n", self.text(".env"))

    def test_after_a_cut_the_files_from_before_it_come_back(self):
        self.assertEqual(0, self.deploy("--image", NEW)[0])
        self.here.file("config/a.yml", "cut")
        self.here.file("config/b.yml", "of the one that was cut")
        self.track()
        self.there.change(lambda state: state["plan"].update(slow=0.5))
        process = self.here.start("--host", "ops@go.example")
        eventually("a second replica starts", lambda: len(self.there.calls("up", "curt")) > 2)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        self.assertEqual("cut", self.text("config/a.yml"))
        self.here.file("config/a.yml", "third")
        self.there.change(lambda state: state["plan"].update(slow=0, answers={"POST /api/v1/links": 500}))
        status, output = self.deploy("--image", NEW)
        self.assertEqual(1, status, output)
        self.assertEqual(("first", None), (self.text("config/a.yml"), self.text("config/b.yml")))
        self.assertEqual([NEW] * 3, self.there.images("curt"))

    def test_a_deployment_that_is_refused_leaves_nothing(self):
        self.assertEqual(0, self.deploy("--image", NEW)[0])
        with open(f"{self.there.path}/curt/.deploy/lock", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            status, output = self.deploy("--image", NEW)
        self.assertEqual(1, status, output)
        self.assertIn("is at work here", output)
        self.assertEqual({"files", "lock"}, set(os.listdir(f"{self.there.path}/curt/.deploy")))

    def test_who_has_mounted_a_file_sees_the_new_one(self):
        self.assertEqual(0, self.deploy("--image", NEW)[0])
        with open(f"{self.there.path}/curt/config/a.yml", encoding="utf-8") as mounted:
            self.here.file("config/a.yml", "another")
            self.assertEqual(0, self.deploy("--image", NEW)[0])
            self.assertEqual("another", mounted.read())

    def test_nginx_reads_its_files_again_only_where_one_has_changed(self):
        self.assertEqual(0, self.deploy("--image", NEW)[0])
        written = os.stat(f"{self.there.path}/curt/nginx/nginx.conf").st_ctime
        # scripts/deploy reads the time of a start as whole seconds.
        eventually("the next second begins", lambda: int(time.time()) > written)
        started = datetime.datetime.now(datetime.timezone.utc).isoformat()
        self.there.change(lambda state: [each.update(started=started) for each in state["containers"].values()])
        for text, reloads in (("", 0), ("worker_processes 2;", 1)):
            self.here.file("nginx/nginx.conf", text)
            self.track()
            status, output = self.deploy("--image", NEW)
            self.assertEqual(0, status, output)
            self.assertEqual(reloads, len(self.there.calls("exec", "reload")), output)


class Copied(unittest.TestCase):
    def test_what_a_container_mounts_of_the_checkout_is_copied(self):
        with open(f"{SOURCE}/scripts/stack/host.sh", encoding="utf-8") as file:
            copied = re.search(r"^copied=\((.*)\)$", file.read(), re.M).group(1).split()
        for path in [f"{SOURCE}/docker-compose.yml", *glob.glob(f"{SOURCE}/docker/compose/*.yml")]:
            for name, service in Compose(path).services.items():
                for mount in service.get("volumes", []):
                    source = mount.partition(":")[0]
                    # Certificates are the host's own.
                    if source.startswith("./") and not source.startswith("./certificates"):
                        self.assertTrue(any(f"{source[2:]}/".startswith(f"{each}/") for each in copied), f"{name}: {mount}")


if __name__ == "__main__":
    unittest.main()
