"""Servers that a test starts by itself: on free ports, in folders of their own, ended by their process id."""

import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request

SOURCE = os.path.abspath(os.path.join(os.path.dirname(__file__), "../../.."))
CURT = os.environ.get("CURT_BINARY", os.path.join(SOURCE, "build/release/curt"))

# Programs of servers that are in no ordinary user's path, and the newest of each major version of Postgres.
PATH = f"{os.environ['PATH']}:/usr/sbin:/sbin"

# How much longer than usual everything may take on this machine; see CONTRIBUTING.md.
SLOWNESS = float(os.environ.get("CURT_TEST_SLOWNESS", "1"))


def program(name):
    """The path of an installed program; fails with its name where it is missing."""
    found = shutil.which(name, path=PATH)
    if not found:
        raise FileNotFoundError(f"{name} is not installed: scripts/install-deps test")
    return found


_held = []


def _first_of_clients():
    """Ports from here on are given to outgoing connections, so that one may be taken before a server that was told of it has started."""
    with open("/proc/sys/net/ipv4/ip_local_port_range", encoding="ascii") as file:
        return int(file.read().split()[0])


def free_port():
    """A TCP port of 127.0.0.1 that nothing listens on, and that no other test gets while this process lives: for servers that cannot
    choose one by themselves and say which."""
    last = _first_of_clients() - 1
    # Tests that begin together begin at different places, so that they seldom try the same.
    for port in range(last - os.getpid() % 8000, 10_000, -1):
        # The UDP port of the same number is what tests tell each other by: the one that holds it has the TCP port.
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


def takes_connections(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True
    except OSError:
        return False


def answers(url):
    """Whether a GET of it is answered with 200."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def eventually(what, condition, seconds=60.0):
    """Waits until `condition()` gives something true, and gives that. Fails with `what` after a time that no busy machine needs."""
    end = time.monotonic() + seconds * SLOWNESS
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > end:
            raise AssertionError(f"did not happen within {seconds * SLOWNESS:.0f} s: {what}")
        time.sleep(0.02)


def give_away(folder):
    """Gives a folder to the user whom servers run as where the test is root, as some refuse to run as root."""
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)


def as_ordinary_user(command):
    """The command, run as `nobody` where the test is root."""
    if os.geteuid() != 0:
        return list(command)
    return [program("setpriv"), "--reuid=nobody", "--regid=nogroup", "--clear-groups", *command]


class Folder:
    """A folder that is removed with all that is in it when the test ends."""

    def __init__(self, test):
        self.path = tempfile.mkdtemp(prefix="curt-deployment-")
        os.chmod(self.path, 0o755)
        give_away(self.path)
        test.addCleanup(shutil.rmtree, self.path, ignore_errors=True)

    def file(self, name, text=None):
        """The path of a file in it, written with `text` where that is given."""
        path = os.path.join(self.path, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if text is not None:
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        return path


class Server:
    """A process with its output in a file. It is ended when the test that started it ends."""

    def __init__(self, test, name, command, *, folder=None, environment=None, user="nobody"):
        self.name = name
        self.folder = folder or Folder(test)
        self.output = self.folder.file(f"{name}.log")
        self.command = as_ordinary_user(command) if user == "nobody" else list(command)
        self.environment = environment
        self.process = None
        self.start()
        test.addCleanup(self.stop)

    def start(self):
        """Starts it, again where it has ended."""
        with open(self.output, "ab") as output:
            self.process = subprocess.Popen(self.command, cwd=self.folder.path, env=self.environment, stdout=output,
                                            stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)

    @property
    def pid(self):
        return self.process.pid

    def text(self):
        """All that it has printed so far."""
        with open(self.output, encoding="utf-8", errors="replace") as output:
            return output.read()

    def require(self):
        """Fails with its output where it has ended."""
        if self.process.poll() is not None:
            raise AssertionError(f"{self.name} ended with {self.process.returncode}:\n{self.text()[-4000:]}")
        return True

    def wait_for_port(self, port):
        eventually(f"{self.name} takes connections on {port}", lambda: self.require() and takes_connections(port))

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        """Ends it at once, as a crash would."""
        self.process.kill()
        self.process.wait()

    def stop(self, seconds=30):
        """Ends it in order; kills it where that takes too long."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.terminate()
            try:
                self.process.wait(timeout=seconds * SLOWNESS)
            except subprocess.TimeoutExpired:
                self.kill()


class Curt(Server):
    """`curt serve` or `curt worker` on a port of its own. Settings are given by their names without CURT_, in lower case."""

    def __init__(self, test, name="curt", *, subcommand="serve", folder=None, **settings):
        folder = folder or Folder(test)
        environment = {key: value for key, value in os.environ.items() if not key.startswith("CURT_")}
        own = {"log_format": "json"}
        if subcommand == "serve":
            own["listen"] = "127.0.0.1:0"
        own.update(settings)
        environment.update({f"CURT_{key.upper()}": str(value) for key, value in own.items()})
        super().__init__(test, name, [CURT, subcommand], folder=folder, environment=environment)
        self.port = None
        if subcommand == "serve":
            self.port = eventually(f"{name} listens", self._port)

    def _port(self):
        self.require()
        found = re.search(r'"address":"127\.0\.0\.1:(\d+)"', self.text())
        return int(found.group(1)) if found else None
