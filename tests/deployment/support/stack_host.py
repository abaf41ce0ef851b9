"""A checkout with a stack that scripts/deploy changes, whose Docker is the test's own."""

import json
import os
import shutil
import subprocess
import sys

from support import fake_docker
from support.processes import SOURCE, Folder

OLD = "curt:1"
NEW = "curt:2"


class StackHost(Folder):
    """A checkout with a stack of three replicas and two workers that run OLD."""

    def __init__(self, test, *, replicas=3, runs=OLD, **plan):
        super().__init__(test)
        for name in ("scripts/deploy", "scripts/stack"):
            copy = shutil.copytree if os.path.isdir(f"{SOURCE}/{name}") else shutil.copy
            os.makedirs(os.path.dirname(f"{self.path}/{name}"), exist_ok=True)
            copy(f"{SOURCE}/{name}", f"{self.path}/{name}")
        self.file("docker-compose.yml", "one")
        self.file("nginx/nginx.conf", "")
        docker = self.file("bin/docker", f'#!/bin/sh\nexec {sys.executable} -SE {fake_docker.__file__} "$@"\n')
        os.chmod(docker, 0o755)
        self.environment = {**os.environ, "FAKE_DOCKER": self.path, "PATH": f"{self.path}/bin:{os.environ['PATH']}",
                            "PYTHONDONTWRITEBYTECODE": "1",
                            "CURT_DEPLOY_ASKED_WITHIN": "1"}
        self.environment.pop("CURT_IMAGE", None)
        state = fake_docker.fresh(**plan)
        state["images"] = {OLD: "sha256:old", NEW: "sha256:new"}
        self.save(state)
        if runs:
            self.docker("compose", "up", "-d", image=runs)
            self.docker("compose", "up", "--scale", f"curt={replicas}", "curt", image=runs)
            self.change(lambda state: state.update(serving=[], calls=[], made=state["made"]))

    def save(self, state):
        self.file("state.json", json.dumps(state))

    def state(self):
        with open(f"{self.path}/state.json", encoding="utf-8") as file:
            return json.load(file)

    def change(self, how):
        state = self.state()
        how(state)
        self.save(state)

    def change_nginx(self):
        """As if nginx had been started before its files were written."""
        self.change(lambda state: [each.update(started="1970-01-01T00:00:00Z") for each in state["containers"].values()])

    def docker(self, *words, image):
        subprocess.run([f"{self.path}/bin/docker", *words], cwd=self.path, env={**self.environment, "CURT_IMAGE": image}, check=True)

    def start(self, *arguments):
        return subprocess.Popen(["bash", f"{self.path}/scripts/deploy", *arguments], cwd=self.path, env=self.environment, text=True,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)

    def deploy(self, *arguments):
        process = self.start(*arguments)
        output, _ = process.communicate()
        return process.returncode, output

    def images(self, service):
        return sorted(each["ref"] for each in self.state()["containers"].values() if each["service"] == service)

    def kept(self):
        try:
            with open(f"{self.path}/.env", encoding="utf-8") as file:
                return file.read()
        except FileNotFoundError:
            return None

    def calls(self, *words):
        """Where in the sequence of commands those stand that have all these words."""
        return [at for at, call in enumerate(self.state()["calls"]) if all(word in call for word in words)]
