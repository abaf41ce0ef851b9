"""What stands behind a proxy: replicas of curt on one SQLite file, and servers that do what curt cannot be made to."""

import collections
import http.server
import re
import socket
import subprocess
import threading

from support.processes import CURT, Curt, Folder, eventually


class OfClass:
    """Lets what a whole class of tests needs be started once."""

    def __init__(self, test_class):
        self.addCleanup = test_class.addClassCleanup


def address_of(number):
    """127.0.0.2 for the first one: no connection goes out from there, so that a port is free again when its server ends."""
    return f"127.0.0.{number + 1}"


class Replica(Curt):
    """`curt serve` on an address of its own and the port of the first one, which has any that is free."""

    def __init__(self, test, folder, number, port, admin_key_file, drain_delay):
        self.address = address_of(number)
        super().__init__(test, f"curt{number}", folder=folder, listen=f"{self.address}:{port}", auth="keys", public_shorten="true",
                         public_aliases="true", trusted_proxies="127.0.0.0/8", admin_key_file=admin_key_file,
                         drain_delay=drain_delay, ring_dir="none", database_url=f"sqlite:{folder.path}/curt.db",
                         base_url="http://go.example.test")

    def _port(self):
        self.require()
        found = re.search(rf'"address":"{re.escape(self.address)}:(\d+)"', self.text())
        return int(found.group(1)) if found else None


class Replicas:
    """Replicas on one database, with an admin key."""

    def __init__(self, test, count=3, drain_delay="0ms"):
        folder = Folder(test)
        self.key = subprocess.run([CURT, "keys", "generate"], capture_output=True, text=True, check=True,
                                  cwd=folder.path).stdout.strip().splitlines()[-1]
        key_file = folder.file("admin.key", self.key)
        self.all = []
        self.port = 0
        for number in range(1, count + 1):
            self.all.append(Replica(test, folder, number, self.port, key_file, drain_delay))
            self.port = self.all[0].port
        self.addresses = [replica.address for replica in self.all]


Request = collections.namedtuple("Request", "method path headers")


class Fake:
    """A replica that does what `answer(handler)` says, on an address of its own. It counts requests by method, and the connections on which
    one came; looks at its health are not counted."""

    def __init__(self, test, number, port=0, answer=None):
        self.address = address_of(number)
        self.requests = []
        self.connections = set()
        self.answer = answer or Fake.say_ok
        self.lock = threading.Lock()
        fake = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self):
                length = int(self.headers.get("Content-Length") or 0)
                self.body = self.rfile.read(length)
                if self.path == "/health/ready":
                    return Fake.say_ok(self)
                with fake.lock:
                    fake.requests.append(Request(self.command, self.path, self.headers))
                    fake.connections.add(self.client_address)
                return fake.answer(self)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any

            def log_message(self, *_):
                pass

        class Listener(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, *_):
                pass

        self.server = Listener((self.address, port), Handler)
        self.port = self.server.server_address[1]
        thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        test.addCleanup(self.server.server_close)
        test.addCleanup(thread.join)
        test.addCleanup(self.server.shutdown)

    def count(self, method):
        with self.lock:
            return sum(request.method == method for request in self.requests)

    @staticmethod
    def say_ok(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "2")
        handler.end_headers()
        handler.wfile.write(b"ok")

    @staticmethod
    def die(handler):
        """Breaks the connection off when the request has arrived, as a process does that is killed then."""
        handler.close_connection = True
        handler.connection.shutdown(socket.SHUT_RDWR)


class Silent:
    """An address that answers no request for a connection, as one has that drained, or whose container is gone."""

    def __init__(self, test, number, port):
        self.address = address_of(number)
        self.listener = socket.socket()
        self.listener.bind((self.address, port))
        self.listener.listen(0)
        self.port = self.listener.getsockname()[1]
        test.addCleanup(self.listener.close)
        # The kernel drops what comes when the queue of those that nobody accepts is full.
        self.waiting = []
        test.addCleanup(lambda: [waiting.close() for waiting in self.waiting])
        eventually("the queue is full", self._is_full)

    def _is_full(self):
        waiting = socket.socket()
        waiting.settimeout(0.2)
        self.waiting.append(waiting)
        try:
            waiting.connect((self.address, self.port))
            return False
        except TimeoutError:
            return True
