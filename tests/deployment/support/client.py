"""A client of HTTP that sends exactly what a test says, and a stream of requests that notes every one that fails."""

import http.client
import json
import threading
import time

from support.processes import SLOWNESS, eventually


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    def json(self):
        return json.loads(self.body)


def connect(where, source="127.0.0.1"):
    return http.client.HTTPConnection(*where, timeout=60 * SLOWNESS, source_address=(source, 0))


def ask(where, path, method="GET", headers=None, body=None, *, source="127.0.0.1", connection=None):
    """Sends one request, on a connection of its own where none is given."""
    own = connection or connect(where, source)
    try:
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
            headers = {"Content-Type": "application/json", **(headers or {})}
        own.request(method, path, body=body, headers=headers or {})
        return Answer(own.getresponse())
    finally:
        if not connection:
            own.close()


def shorten(where, url="https://example.com/", **more):
    """Makes a link and gives its code."""
    answer = ask(where, "/shorten", "POST", body={"url": url, **more})
    assert answer.status == 201, (answer.status, answer.body)
    return answer.json()["code"]


class Stream:
    """Requests one after the other on some threads, half of them on connections that are kept, until it is ended.

    A kept connection may be closed while a request is on its way. What a client does then (RFC 9110, section 9.2.2) is done here
    too: a GET is sent once more on a new connection. Everything else is a failure."""

    def __init__(self, test, where, path, expected, *, method="GET", body=None, kept=2, new=2):
        self.where, self.path, self.expected, self.method, self.body = where, path, expected, method, body
        self.failures = []
        self.done = 0
        self.repeated = 0
        self.lock = threading.Lock()
        self.ended = threading.Event()
        self.threads = [threading.Thread(target=self._run, args=(number < kept,)) for number in range(kept + new)]
        test.addCleanup(self.end)
        for thread in self.threads:
            thread.start()

    def _run(self, keeps):
        connection = None
        while not self.ended.is_set():
            is_used = connection is not None and connection.sock is not None
            connection = connection or connect(self.where)
            try:
                answer = ask(self.where, self.path, self.method, body=self.body, connection=connection)
                failure = None if answer.status == self.expected else f"{answer.status}: {answer.body[:300]!r}"
            except (http.client.HTTPException, OSError) as error:
                failure = repr(error)
                if is_used and self.method == "GET" and isinstance(error, (ConnectionError, http.client.RemoteDisconnected)):
                    failure = None
                    self.repeated += 1
                connection.close()
                connection = None
            with self.lock:
                self.done += 1
                if failure:
                    self.failures.append(f"{time.monotonic():.3f} {failure}")
            if not keeps and connection:
                connection.close()
                connection = None
        if connection:
            connection.close()

    def more(self, count):
        """Waits until so many more requests were answered."""
        goal = self.done + count
        eventually(f"{count} more requests are answered", lambda: self.done >= goal, seconds=180)

    def end(self):
        self.ended.set()
        for thread in self.threads:
            thread.join()
        return self.failures
