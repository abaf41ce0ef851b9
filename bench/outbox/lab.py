"""Servers of an experiment's own, on free ports of 127.0.0.1 and in a folder that is removed at the end."""

import asyncio
import glob
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Postgres:
    def __init__(self, folder, fsync="off"):
        self.programs = sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1]
        self.folder = os.path.join(folder, "postgres")
        os.mkdir(self.folder)
        self.log = os.path.join(self.folder, "log")
        self.port = free_port()
        self.user = ["setpriv", "--pdeathsig=INT"]
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
            self.user += ["--reuid=postgres", "--regid=postgres", "--clear-groups"]
        data = os.path.join(self.folder, "data")
        subprocess.run([*self.user, f"{self.programs}/initdb", "-D", data, "--auth=trust", "-U", "curt", "--locale=C",
                        "--encoding=UTF8", "--no-sync"], check=True, stdout=subprocess.DEVNULL, cwd=self.folder)
        log = open(self.log, "w", encoding="utf-8")
        self.process = subprocess.Popen(
            [*self.user, f"{self.programs}/postgres", "-D", data, "-k", self.folder, "-p", str(self.port), "-c",
             "listen_addresses=127.0.0.1", "-c", f"fsync={fsync}", "-c", "autovacuum=off"],
            stdout=log, stderr=log, cwd=self.folder)
        for _ in range(200):
            if subprocess.run([f"{self.programs}/pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)],
                              check=False).returncode == 0:
                break
            time.sleep(0.05)

    def url(self, database):
        return f"postgresql://curt@127.0.0.1:{self.port}/{database}"

    def ask(self, sql, database="postgres"):
        return subprocess.run([f"{self.programs}/psql", "-qAt", self.url(database), "-c", sql], check=True,
                              capture_output=True, text=True).stdout.strip()

    def fresh_schema(self, binary, database):
        """The URL of a new database with the schema of that binary."""
        self.ask(f"CREATE DATABASE {database}")
        subprocess.run([os.path.abspath(binary), "migrate"], check=True, stdout=subprocess.DEVNULL,
                       env={"CURT_DATABASE_URL": self.url(database)}, cwd=self.folder)
        return self.url(database)

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=20)


class Redis:
    def __init__(self, folder):
        self.folder = os.path.join(folder, f"redis{time.monotonic_ns()}")
        self.port = free_port()
        self.process = None
        self.start()

    def start(self):
        os.makedirs(self.folder, exist_ok=True)
        self.process = subprocess.Popen(
            ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--dir", self.folder, "--save", "",
             "--appendonly", "no"], stdout=subprocess.DEVNULL)
        for _ in range(200):
            try:
                if self.command("PING") == "PONG":
                    return
            except OSError:
                pass
            time.sleep(0.02)

    def command(self, *words):
        """One command on a connection of its own; the first line of the answer."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as client:
            text = "".join(f"${len(word)}\r\n{word}\r\n" for word in words)
            client.sendall(f"*{len(words)}\r\n{text}".encode())
            return client.recv(4096).decode().split("\r\n")[0].lstrip("+:")

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        self.process.kill()
        self.process.wait()


class Relay:
    """Passes bytes on, to be delayed or swallowed on the way."""

    def __init__(self, target):
        self.target = target
        self.port = free_port()
        self.swallows = False
        self.delay = lambda: 0.0
        self.server = None
        self.open = set()

    async def start(self):
        self.server = await asyncio.start_server(self.relay, "127.0.0.1", self.port)

    async def relay(self, reader, writer):
        self.open.add(writer)
        other = None
        try:
            if self.swallows:
                while await reader.read(65536):
                    pass
                return
            upstream, other = await asyncio.open_connection("127.0.0.1", self.target)
            await asyncio.gather(self.pump(reader, other), self.pump(upstream, writer))
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            self.open.discard(writer)
            for end in (writer, other):
                if end is not None:
                    end.close()

    async def pump(self, reader, writer):
        while data := await reader.read(65536):
            pause = self.delay()
            if pause:
                await asyncio.sleep(pause)
            if self.swallows:
                continue
            writer.write(data)
            await writer.drain()
        writer.close()

    def cut(self):
        for writer in list(self.open):
            writer.transport.abort()


class Curt:
    def __init__(self, name, binary, folder, settings):
        self.name, self.binary = name, binary
        self.folder = os.path.join(folder, f"curt{time.monotonic_ns()}")
        os.mkdir(self.folder)
        self.port = free_port()
        self.settings = settings
        self.process = None
        self.log = os.path.join(self.folder, "log")

    def launch(self):
        own = {key: value for key, value in os.environ.items() if not key.startswith("CURT_")}
        own.update({"CURT_LISTEN": f"127.0.0.1:{self.port}", "CURT_LOG_FORMAT": "json", "CURT_ACCESS_LOG": "off",
                    "CURT_THREADS": "1"}, **self.settings)
        with open(self.log, "a", encoding="utf-8") as log:
            self.process = subprocess.Popen([os.path.abspath(self.binary), "serve"], cwd=self.folder, env=own,
                                            stdout=log, stderr=log)

    async def start(self):
        self.launch()
        await self.listening()

    async def listening(self):
        for _ in range(1000):
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                writer.close()
                return
            except OSError:
                if self.process.poll() is not None:
                    raise RuntimeError(f"{self.name} ended: {open(self.log, encoding='utf-8').read()[-2000:]}") from None
                await asyncio.sleep(0.02)
        raise RuntimeError(f"{self.name} does not listen")

    def kill(self):
        self.process.kill()
        self.process.wait()

    async def stop(self):
        self.process.terminate()
        while self.process.poll() is None:
            await asyncio.sleep(0.01)

    def lines(self):
        with open(self.log, encoding="utf-8") as log:
            return log.read().splitlines()


class Client:
    """Requests of one connection, which may be pipelined; connects once more where it was cut."""

    def __init__(self, curt):
        self.curt = curt
        self.reader = self.writer = None
        self.turn = asyncio.Lock()

    async def ask(self, *requests):
        """Each is (method, path, body or None). A list of (status, Location, body), or None if the connection broke."""
        async with self.turn:
            try:
                if self.writer is None:
                    self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.curt.port)
                text = ""
                for method, path, body in requests:
                    content = "" if body is None else json.dumps(body)
                    kind = "" if body is None else "Content-Type: application/json\r\n"
                    text += (f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{kind}"
                             f"Content-Length: {len(content)}\r\n\r\n{content}")
                self.writer.write(text.encode())
                return [await self.read() for _ in requests]
            except (OSError, asyncio.IncompleteReadError, AttributeError):
                if self.writer is not None:
                    self.writer.close()
                self.writer = None
                return None

    async def read(self):
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode()
        length = re.search(r"(?i)\r\ncontent-length: (\d+)", head)
        body = await self.reader.readexactly(int(length.group(1))) if length else b""
        place = re.search(r"(?i)\r\nlocation: ([^\r]*)", head)
        return int(head.split(" ", 2)[1]), place.group(1) if place else "", body.decode()

    async def one(self, method, path, body=None):
        answers = await self.ask((method, path, body))
        return answers[0] if answers else None

    async def metric(self, series):
        answer = await self.one("GET", "/metrics")
        found = re.search(rf"(?m)^{re.escape(series)} (\S+)", answer[2]) if answer else None
        return float(found.group(1)) if found else None


async def until(condition, seconds, what):
    end = time.monotonic() + seconds
    while not await condition():
        if time.monotonic() > end:
            print(f"  ! not within {seconds} s: {what}", flush=True)
            return False
        await asyncio.sleep(0.02)
    return True


def folder():
    made = tempfile.mkdtemp(prefix="curt-outbox-")
    os.chmod(made, 0o755)
    return made
