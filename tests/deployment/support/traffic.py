"""What users do with a shortener, at a low and steady rate, so that every metric of a running service moves."""

import http.client
import itertools
import json
import threading
import time

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"
BOT = "Googlebot/2.1 (+http://www.google.com/bot.html)"
JSON = {"Content-Type": "application/json"}

# A new round begins at most this often, and none after this many seconds.
ROUND_SECONDS = 0.1
LONGEST_SECONDS = 600


class Traffic:
    """Goes round until it is stopped: creates, redirects for people and bots, previews, statistics, and what is refused."""

    def __init__(self, test, port, key, blocked_host=None):
        self.address = ("127.0.0.1", port)
        self.owner = {"X-Api-Key": key}
        self.blocked_host = blocked_host
        self.connection = None
        self.failure = None
        self.statuses = {}
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        test.addCleanup(self.stop)

    def stop(self):
        self._stopped.set()
        self._thread.join()

    def require(self):
        """Fails with what ended it early."""
        if self.failure:
            raise AssertionError("the traffic has ended") from self.failure
        return True

    def _run(self):
        try:
            self._rounds()
        except Exception as failure:
            self.failure = failure

    def _ask(self, method, path, body=None, **headers):
        if self.connection is None:
            self.connection = http.client.HTTPConnection(*self.address, timeout=30)
        try:
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            self.connection = None  # the service may be on its way down, or a kept connection too old
            return 0, None, b""
        self.statuses[answer.status] = self.statuses.get(answer.status, 0) + 1
        return answer.status, answer, text

    def _create(self, **link):
        status, _, text = self._ask("POST", "/api/v1/links", json.dumps(link), **self.owner, **JSON)
        return json.loads(text)["code"] if status == 201 else None

    def _rounds(self):
        end = time.monotonic() + LONGEST_SECONDS
        codes = [code for code in (self._create(url="https://example.com/first"),) if code]
        counted = self._create(url="https://example.com/counted", max_visits=1_000_000)
        for number in itertools.count():
            if self._stopped.wait(ROUND_SECONDS) or time.monotonic() > end:
                return
            self._round(number, codes, counted)

    def _round(self, number, codes, counted):
        code = self._create(url=f"https://example.com/{number}")
        if code:
            codes.append(code)
        if not codes:
            return
        popular, rare = codes[0], codes[number % len(codes)]
        for _ in range(9):
            self._ask("GET", f"/{popular}", **{"User-Agent": BROWSER})
        self._ask("GET", f"/{rare}", **{"User-Agent": BOT})
        self._ask("GET", f"/{popular}+")
        if number % 5 == 0:
            self._ask("GET", f"/missing{number}", **{"User-Agent": BROWSER})
            self._ask("PATCH", f"/api/v1/links/{rare}", json.dumps({"title": f"round {number}"}), **self.owner, **JSON)
        self._ask("GET", f"/stats/{popular}", **self.owner)
        self._ask("GET", f"/api/v1/links/{popular}/stats")  # without a key: 401
        self._ask("GET", f"/api/v1/links/{popular}", **self.owner)
        self._ask("PATCH", f"/api/v1/links/{popular}", "{}", **self.owner, **JSON, **{"If-Match": '"0"'})  # an old version: 412
        self._ask("GET", "/api/v1/links?limit=2", **self.owner)
        if counted:
            self._ask("GET", f"/{counted}", **{"User-Agent": BROWSER})
        if self.blocked_host:
            self._create(url=f"https://{self.blocked_host}/")
