"""As much of `docker` and `docker compose` as scripts/backup and scripts/restore ask for. What they run in the containers of
Postgres and of the secrets runs here: on a Postgres of the test's own, and in a folder.

The folder that EXEC_DOCKER names has the state:

    calls       each command, a line of JSON
    running     there while curt and the worker run
    image       there while the image of curt is here
    volume      there while the stack has a database
    fails       a word of commands that fail
    secrets/    the volume of secrets
"""

import json
import os
import sys

FOLDER = os.environ.get("EXEC_DOCKER", "")
SERVICES = ["nginx", "curt", "worker", "migrate", "secrets", "postgres", "redis"]
ONCE = ["curt", "worker"]


def path(name):
    return os.path.join(FOLDER, name)


def mark(name, there):
    if there:
        with open(path(name), "w", encoding="utf-8"):
            pass
    elif os.path.exists(path(name)):
        os.remove(path(name))


def execute(words):
    """What `docker exec` runs, after its options."""
    while words[0].startswith("-"):
        if words.pop(0) == "-e":
            name, _, value = words.pop(0).partition("=")
            os.environ[name] = value
    service, command = words[0], words[1:]
    if service == "postgres":
        os.execv(os.path.join(os.environ["POSTGRES_PROGRAMS"], command[0]), command)
    if service == "redis":
        print(0)
    elif service == "nginx":
        print('{"code":"spring"}\n200 ')
    return 0


def compose(words):
    while words[0] == "--progress":
        words = words[2:]
    if words[0] == "version":
        print("2.24.4")
    elif words == ["config"]:
        print("name: exec")
    elif words == ["config", "--services"]:
        print("\n".join(SERVICES))
    elif words[:2] == ["config", "--images"]:
        print("curt:local")
    elif words[0] == "build":
        mark("image", True)
    elif words[0] == "stop":
        mark("running", False)
    elif words[0] == "start" or words[0] == "up" and "postgres" not in words:
        mark("running", True)
    elif words[0] == "run" and "tar" in words:
        arguments = words[words.index("secrets") + 1:]
        os.execvp("tar", ["tar", *[path("secrets") if word == "/secrets" else word for word in arguments]])
    return 0


def ps(words):
    service = next(word.rsplit("=", 1)[1] for word in words if "compose.service=" in word)
    if service not in ONCE or "-aq" in words or os.path.exists(path("running")):
        print(service)
    return 0


def inspect(template, names):
    state = "healthy" if os.path.exists(path("running")) else "exited"
    for name in names:
        print(f"1 {name} /exec-{name}-1 curt:local sha256:1 hash {state}" if "container-number" in template else
              state if "State" in template else "")
    return 0


def main(words):
    with open(path("calls"), "a", encoding="utf-8") as calls:
        calls.write(json.dumps(words) + "\n")
    if os.path.exists(path("fails")):
        with open(path("fails"), encoding="utf-8") as fails:
            if fails.read() in words:
                return 1
    command, rest = words[0], words[1:]
    if command == "image":
        return 0 if os.path.exists(path("image")) else 1
    if command == "volume" and os.path.exists(path("volume")):
        print("exec_postgres")
    if command == "start":
        mark("running", True)
    if command == "inspect":
        return inspect(rest[1], rest[2:])
    return {"compose": compose, "exec": execute, "ps": ps}.get(command, lambda _: 0)(rest)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
