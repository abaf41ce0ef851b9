"""As much of `docker` and `docker compose` as scripts/deploy asks for, without containers.

What would run is kept in state.json of the folder that FAKE_DOCKER names. `serving` there has, after each command, how many
replicas of curt served; `calls` has the commands. A test changes what happens by `plan`:

    unhealthy   images whose replicas never get healthy, from the given number of starts on: {"curt:2": 1}
    fails       words of a command that fails: ["nginx", "-t"], or ["migrate"]
    answers     the answers through nginx in place of those of a stack that works: {"GET /health": 503}
    registry    images that can be pulled
    slow        seconds that a start takes
    compose     the version of Compose
"""

import fcntl
import hashlib
import json
import os
import sys
import time

FOLDER = os.environ.get("FAKE_DOCKER", "")
STATE = os.path.join(FOLDER, "state.json")


def fresh(**plan):
    """The state of a host on which nothing runs."""
    return {"containers": {}, "images": {}, "calls": [], "serving": [], "starts": {}, "made": 0,
            "plan": {"unhealthy": {}, "fails": [], "answers": {}, "registry": [], "slow": 0, "compose": "2.24.4", **plan}}


def digest(*texts):
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


class Docker:
    def __init__(self, state):
        self.state = state
        self.containers = state["containers"]
        self.plan = state["plan"]

    def image(self):
        return os.environ.get("CURT_IMAGE") or "curt:local"

    def hash(self, service):
        with open("docker-compose.yml", encoding="utf-8") as file:
            return digest(service, self.image() if service in ("curt", "worker", "migrate") else "", file.read())

    def of(self, service):
        found = [(each["number"], name) for name, each in self.containers.items() if each["service"] == service]
        return [name for _, name in sorted(found)]

    def start(self, service):
        """A new container, or none where its image is missing."""
        ref = self.image() if service in ("curt", "worker") else f"{service}:1"
        image = self.state["images"].get(ref, f"sha256:{service}")
        starts = self.state["starts"][ref] = self.state["starts"].get(ref, 0) + 1
        ill = starts >= self.plan["unhealthy"].get(ref, 1 << 30)
        self.state["made"] += 1
        number = max([self.containers[each]["number"] for each in self.of(service)], default=0) + 1
        self.containers[digest(str(self.state["made"]))] = {
            "service": service, "number": number, "image": image, "ref": ref, "hash": self.hash(service),
            "state": "unhealthy" if ill else "healthy"}

    def scale(self, service, number):
        while len(self.of(service)) < number:
            self.start(service)

    def compose(self, words):
        command, rest = words[0], words[1:]
        if command == "version":
            print(self.plan["compose"])
        if command == "config":
            return self.config(rest)
        if command == "build":
            self.state["images"][self.image()] = "sha256:" + digest("build", self.image())
        elif command == "up" and "--scale" in rest:
            service, number = rest[rest.index("--scale") + 1].split("=")
            self.scale(service, int(number))
        elif command == "up":
            for service, number in (("nginx", 1), ("curt", 3), ("worker", 2)):
                self.scale(service, number)
        return 0

    def config(self, words):
        if words == ["--services"]:
            print("nginx\ncurt\nworker\nmigrate")
        elif words[:1] == ["--hash"]:
            for service in ["nginx", "curt", "worker", "migrate"] if words[1] == "*" else [words[1]]:
                print(service, self.hash(service))
        elif not words:
            print("name: fake\nservices: {}")
        return 0

    def ps(self, words):
        service = next(word.rsplit("=", 1)[1] for word in words if "compose.service=" in word)
        for name in self.of(service):
            print(name)
        return 0

    def inspect(self, template, names):
        for name in names:
            each = self.containers.get(name)
            if not each:
                return 1
            if "container-number" in template:
                print(each["number"], name, f"/fake-{each['service']}-{each['number']}", each["ref"], each["image"], each["hash"],
                      each["state"])
            elif "State.Status" in template:
                print(each["state"])
            elif "IPAddress" in template:
                print(f"10.0.0.{each['number']} ")
            elif "StartedAt" in template:
                print(each.get("started", "2100-01-01T00:00:00Z"))
        return 0

    def image_command(self, words):
        if words[0] == "inspect":
            name = words[-1]
            found = name if name in self.state["images"].values() else self.state["images"].get(name)
            if not found:
                return 1
            print(found)
        return 0

    def execute(self, words):
        words = [word for word in words if word != "-i"][1:]
        if words[0] != "curl":
            print("curt 1.0" if words[-1] == "version" else "curt_key")
            return 0
        url = words[-1]
        if url.endswith("/metrics"):
            print('curt_http_requests_total{route="/health/live"} 1')
        elif "-X" in words:
            self.answer(words[words.index("-X") + 1], "/" + url.split("/", 3)[3], words)
        return 0

    def answer(self, method, path, words):
        usual = {"POST": (201, '{"code":"abc","url":""}'), "DELETE": (204, ""),
                 "GET": (200, '{"code":"abc","visits":{"total":1,"humans":0}}')}
        status, body = usual[method]
        location = ""
        if (method, path) == ("GET", "/abc"):
            status, location = 302, "https://example.com/"
        status = self.plan["answers"].get(f"{method} {path}", status)
        print(f"{body}\n{status} {location}")

    def run(self, words):
        if self.plan["fails"] and all(word in words for word in self.plan["fails"]):
            print("this fails", file=sys.stderr)
            return 1
        command, rest = words[0], words[1:]
        if command in ("stop", "rm"):
            if command == "stop":
                self.containers[rest[-1]]["state"] = "exited"
            else:
                self.containers.pop(rest[-1], None)
        elif command == "tag":
            self.state["images"][rest[1]] = rest[0]
        elif command == "pull":
            if rest[-1] not in self.plan["registry"]:
                return 1
            self.state["images"][rest[-1]] = "sha256:" + digest("registry", rest[-1])
        elif command == "save":
            print(rest[-1], self.state["images"][rest[-1]])
        elif command == "load":
            name, found = sys.stdin.read().split()
            self.state["images"][name] = found
        elif command == "inspect":
            return self.inspect(rest[1], rest[2:])
        return {"compose": self.compose, "ps": self.ps, "image": self.image_command,
                "exec": self.execute}.get(command, lambda _: 0)(rest)


def main(words):
    with open(os.path.join(FOLDER, "lock"), "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with open(STATE, encoding="utf-8") as file:
            state = json.load(file)
        docker = Docker(state)
        status = docker.run(words)
        state["calls"].append(words)
        state["serving"].append(sum(docker.containers[each]["state"] == "healthy" for each in docker.of("curt")))
        with open(STATE + ".new", "w", encoding="utf-8") as file:
            json.dump(state, file)
        os.replace(STATE + ".new", STATE)
    if "up" in words and state["plan"]["slow"]:
        time.sleep(state["plan"]["slow"])
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
