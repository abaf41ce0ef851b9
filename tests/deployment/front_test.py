"""What a proxy in front of curt makes of a request and of its answer: by nginx/ and by config/haproxy.cfg."""

import gzip
import json
import os
import re
import socket
import unittest

from support.client import ask, connect, shorten
from support.compose import Compose
from support.front import NOBODY, PROXIES, Haproxy, Nginx, read
from support.processes import SOURCE, eventually
from support.upstreams import Fake, OfClass, Replicas

FORGED = {
    "X-Forwarded-For": "198.51.100.66",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "gopher",
    "X-Forwarded-Port": "666",
    "X-Forwarded-Server": "evil.example",
    "X-Real-IP": "198.51.100.66",
    "X-Request-Id": "forged",
    "Forwarded": "for=198.51.100.66",
    "Via": "1.1 evil.example",
}

COMMON_FIELDS = {"time", "level", "message", "program", "method", "path", "status", "duration_ms", "bytes", "client", "request_id",
                 "user_agent", "host", "protocol", "tls", "upstream_addr"}
FIELDS = {
    Nginx: COMMON_FIELDS | {"request_time", "upstream_status", "upstream_connect_time", "upstream_header_time",
                            "upstream_response_time"},
    Haproxy: COMMON_FIELDS | {"upstream_connect_ms", "upstream_header_ms", "retries", "termination"},
}

# A path with bytes beyond ASCII: nginx passes it on, and HAProxy refuses it, as RFC 9112 would have it.
RAW_PATHS = {Nginx: 404, Haproxy: 400}

OWNERS_PATHS = ["/shorten", "/api/v1/links", "/api/v1/links/abc", "/api/v1/links/abc/restore", "/api/v1/links/abc/stats", "/api/v1/stats",
                "/api/v1/keys", "/stats/abc", "/health"]
# curt forgives a slash behind its own paths, which no proxy may take for a way in.
OWNERS_PATHS += [path + "/" for path in OWNERS_PATHS]


class Cases:
    """Every proxy, in front of three replicas."""

    @classmethod
    def setUpClass(cls):
        cls.replicas = Replicas(OfClass(cls))
        cls.proxy = cls.kind(OfClass(cls), cls.replicas.addresses, cls.replicas.port)
        cls.public = cls.proxy.public

    def lines_of_curt(self):
        lines = [json.loads(line) for replica in self.replicas.all for line in replica.text().splitlines()]
        return [line for line in lines if line["message"] == "access"]

    def access_line_of_curt(self, path):
        return eventually(f"curt logs {path}", lambda: [line for line in self.lines_of_curt() if line["path"] == path])[-1]

    def test_curt_believes_the_proxy_and_nobody_else(self):
        answer = ask(self.public, "/forged-by-a-client", headers=FORGED)
        line = self.access_line_of_curt("/forged-by-a-client")
        self.assertEqual(line["client"], "127.0.0.1")
        self.assertNotEqual(line["request_id"], "forged")
        self.assertEqual(line["request_id"], answer.headers["X-Request-Id"])
        self.assertEqual(line["request_id"], self.proxy.line("/forged-by-a-client")["request_id"])

    def test_no_header_that_says_who_asks_passes(self):
        fake = Fake(self, 1)
        proxy = self.kind(self, [fake.address], fake.port)
        self.assertEqual(ask(proxy.public, "/x", headers={**FORGED, "Host": "go.example.test:8080"}).status, 200)
        headers = fake.requests[0].headers
        self.assertEqual(headers.get_all("X-Forwarded-For"), ["127.0.0.1"])
        self.assertEqual(headers.get_all("X-Forwarded-Proto"), ["http"])
        self.assertEqual(headers.get_all("Host"), ["go.example.test:8080"])
        self.assertEqual(len(headers.get_all("X-Request-Id")), 1)
        for name in ("X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Server", "X-Real-IP", "Forwarded", "Via"):
            self.assertIsNone(headers[name], name)
        self.assertNotIn("forged", str(headers))

    def test_each_request_has_an_id_of_its_own(self):
        ids = {ask(self.public, "/x").headers["X-Request-Id"] for _ in range(20)}
        self.assertEqual(len(ids), 20)

    def test_a_target_of_8_kib_and_a_long_query_pass(self):
        url = "https://example.com/" + "a" * (8192 - len("https://example.com/"))
        code = shorten(self.public, url, forward_query=True)
        query = "b" * (8192 - len(f"/{code}?"))  # the longest request target that curt takes
        answer = ask(self.public, f"/{code}?{query}")
        self.assertEqual(answer.status, 302)
        self.assertEqual(answer.headers["Location"], f"{url}?{query}")
        self.assertEqual(ask(self.public, f"/{code}?{query}b").json()["code"], "target_too_long")

    def test_the_longest_head_of_a_redirect_passes_and_costs_no_replica(self):
        url = "https://example.com/" + "a" * (8192 - len("https://example.com/"))
        code = shorten(self.public, url, forward_query=True)
        other = shorten(self.public)
        # curt writes each of these as three bytes. A head that is too large for a proxy counts as a failure of the replica:
        # enough of them would take all replicas away.
        query = '"' * (8192 - len(f"/{code}?"))
        for _ in range(10):
            answer = ask(self.public, f"/{code}?{query}")
            self.assertEqual(answer.status, 302)
            self.assertEqual(answer.headers["Location"], f"{url}?{'%22' * len(query)}")
        self.assertEqual(ask(self.public, f"/{other}").status, 302)

    def test_an_etag_stays_strong_and_if_match_works(self):
        code = shorten(self.public, "https://example.com/" + "a" * 3000)
        key = {"X-Api-Key": self.replicas.key, "Accept-Encoding": "gzip"}
        answer = ask(self.public, f"/api/v1/links/{code}", headers=key)
        self.assertEqual((answer.status, answer.headers["ETag"], answer.headers["Content-Encoding"]), (200, '"1"', None))
        edit = {"url": "https://example.com/" + "b" * 3000}
        edited = ask(self.public, f"/api/v1/links/{code}", "PATCH", {**key, "If-Match": answer.headers["ETag"]}, edit)
        self.assertEqual((edited.status, edited.headers["ETag"]), (200, '"2"'))
        self.assertEqual(ask(self.public, f"/api/v1/links/{code}", "PATCH", {**key, "If-Match": '"1"'}, edit).status, 412)

    def test_a_deleted_link_is_restored(self):
        code = shorten(self.public)
        key = {"X-Api-Key": self.replicas.key, "Accept-Encoding": "gzip"}
        self.assertEqual(ask(self.public, f"/api/v1/links/{code}", "DELETE", key).status, 204)
        restored = ask(self.public, f"/api/v1/links/{code}/restore", "POST", {**key, "If-Match": '"2"'})
        self.assertEqual((restored.status, restored.headers["ETag"]), (200, '"3"'))
        again = ask(self.public, f"/api/v1/links/{code}/restore", "POST", key)
        self.assertEqual((again.status, again.json()["code"]), (409, "not_deleted"))

    def test_pages_are_compressed(self):
        answer = ask(self.public, "/", headers={"Accept": "text/html", "Accept-Encoding": "gzip"})
        self.assertEqual((answer.status, answer.headers["Content-Encoding"]), (200, "gzip"))
        self.assertIn(b"<!doctype html>", gzip.decompress(answer.body))

    def test_a_body_is_as_large_as_curt_takes_it(self):
        largest = ask(self.public, "/shorten", "POST", {"Content-Type": "application/json"}, b" " * 65536)
        self.assertEqual(largest.json()["code"], "malformed_json")
        self.assertEqual(ask(self.public, "/shorten", "POST", {"Content-Type": "application/json"}, b" " * 65537).json()["code"],
                         "body_too_large")

    def test_a_link_that_keeps_the_method_answers_whatever_the_body(self):
        code = shorten(self.public, redirect_status=307)
        for method in ("POST", "PUT", "PROPFIND", "QUERY"):
            with self.subTest(method):
                answer = ask(self.public, f"/{code}", method, body=b"x" * 10_000_000)
                self.assertEqual((answer.status, answer.headers["Location"]), (307, "https://example.com/"))
        chunks = (b"x" * 65536 for _ in range(160))
        self.assertEqual(ask(self.public, f"/{code}", "POST", body=chunks).status, 307)
        other = shorten(self.public, "https://example.com/other")
        self.assertEqual(ask(self.public, f"/{other}", "POST", body=b"x" * 10_000_000).status, 405)
        self.assertEqual(ask(self.public, "/no-such-link", "POST", body=b"x" * 10_000_000).status, 404)

    def test_near_misses_of_a_link_lead_there(self):
        code = shorten(self.public, forward_query=True)
        for path in (f"/{code}/", f"//{code}", f"/{code}.", f"/{code})", f"/{code}%22", f"/{code}%E2%80%9D", f"/{code}%20",
                     f"/{code}%C2%A0", f"/{code}.)"):
            with self.subTest(path):
                answer = ask(self.public, path)
                self.assertEqual((answer.status, answer.headers["Location"]), (302, "https://example.com/"))
        self.assertEqual(ask(self.public, f"/{code}&utm_source=x").headers["Location"], "https://example.com/?utm_source=x")

    def test_every_line_of_the_access_log_is_json_with_all_fields(self):
        code = shorten(self.public)
        ask(self.public, f"/{code}?secret=1", headers={"User-Agent": 'a "quoted" \\ agent', "Host": "go.example.test"})
        line = self.proxy.line(f"/{code}")
        self.assertEqual(set(line), FIELDS[self.kind])
        self.assertEqual((line["message"], line["method"], line["status"], line["client"]), ("access", "GET", 302, "127.0.0.1"))
        self.assertEqual((line["user_agent"], line["host"].split(":")[0]), ('a "quoted" \\ agent', "go.example.test"))
        self.assertIn(line["upstream_addr"], [f"{address}:{self.replicas.port}" for address in self.replicas.addresses])
        self.assertRegex(line["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(Z|\+00:00)$")
        self.assertIsInstance(line["duration_ms"], int)

    def test_the_query_of_a_near_miss_is_not_logged(self):
        code = shorten(self.public)
        paths = (f"/{code}&email=hidden1", f"/{code}%3Femail%3Dhidden2", f"/{code}%253femail%253Dhidden3", f"/{code}%26a=hidden4",
                 f"/{code}%253%46a=hidden5")
        for path in paths:
            self.assertEqual(ask(self.public, path).status, 302)
        # Workers and replicas log in no order, after their answers.
        for lines in (self.proxy.lines, self.lines_of_curt):
            eventually("each has a line", lambda: len([line for line in lines() if line["path"] == f"/{code}"]) == len(paths))
        self.assert_nothing_is_logged("hidden")

    def test_a_query_is_not_logged_where_no_code_is_in_front_of_it(self):
        logs = (self.proxy.lines, self.lines_of_curt)

        def lines_of(path):
            return [len([line for line in lines() if line["path"] == path]) for lines in logs]

        for path, logged in (("/%3Ftoken=covert1", "/"), ("/&token=covert2", "/"), ("/-%26token=covert3", "/-"),
                             ("/%25%33%46token=covert4", "/")):
            before = lines_of(logged)
            self.assertEqual(ask(self.public, path).status, 404)
            eventually(f"both log {path}", lambda: all(now > then for now, then in zip(lines_of(logged), before)))
        self.assert_nothing_is_logged("covert")

    def assert_nothing_is_logged(self, text):
        with open(self.proxy.access_log, encoding="utf-8") as log:
            self.assertNotIn(text, log.read())
        for replica in self.replicas.all:
            self.assertNotIn(text, replica.text())

    def test_hostile_requests_leave_lines_that_are_json(self):
        before = len(self.proxy.lines())
        hostile = [
            b'GET /"quoted\\" HTTP/1.1\r\nHost: a\r\nUser-Agent: \xff\xfe"\\\r\nConnection: close\r\n\r\n',
            b"GET /\xff\xc3( HTTP/1.1\r\nHost: a\r\nUser-Agent: \xf0\x9f\x98\x80\xed\xa0\x80\r\nConnection: close\r\n\r\n",
            b"GET /\x01\x02 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
            b"GET /x HTTP/1.1\r\nHost: a\xffb\r\nConnection: close\r\n\r\n",
            b'\x16\x03\x01"\\\r\n\r\n',
            b"GET /" + b"y" * 7000 + b" HTTP/1.1\r\nHost: a\r\nUser-Agent: " + b"z" * 5000 + b"\r\nConnection: close\r\n\r\n",
        ]
        for request in hostile:
            with socket.create_connection(self.public, timeout=60) as client:
                client.sendall(request)
                while client.recv(65536):
                    pass
        eventually("each has a line", lambda: len(self.proxy.lines()) >= before + len(hostile))
        with open(self.proxy.access_log, "rb") as log:
            self.assertLess(max(len(line) for line in log), 4096)

    def test_codes_of_other_software_reach_curt_as_they_were_sent(self):
        for path in ("/%C3%A9t%C3%A9", "/v1.2", "/~x", "/.pages", "/%61.b"):
            with self.subTest(path):
                answer = ask(self.public, path)
                self.assertEqual((answer.status, answer.json()["detail"]), (404, "No link has this code."))
                self.assertEqual(self.access_line_of_curt(path)["status"], 404)

    def test_a_path_beyond_ascii_that_is_not_encoded_is_passed_on_or_refused(self):
        with socket.create_connection(self.public, timeout=60) as client:
            client.sendall("GET /été HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
            status = int(client.makefile("rb").readline().split()[1])
        self.assertEqual(status, RAW_PATHS[self.kind])
        if status == 404:
            self.assertEqual(self.access_line_of_curt("/été")["status"], 404)

    def test_a_key_in_a_path_is_not_logged(self):
        secret = self.replicas.key[-43:]
        ask(self.public, f"/{self.replicas.key}", headers={"User-Agent": f"agent {self.replicas.key}"})
        line = self.proxy.line(f"/{self.replicas.key[:-43]}")
        self.assertEqual(line["user_agent"], f"agent {self.replicas.key[:-43]}")
        with open(self.proxy.access_log, encoding="utf-8") as log:
            self.assertNotIn(secret, log.read())

    def test_a_key_that_a_line_has_no_room_for_is_not_logged_in_part(self):
        key, identity = self.replicas.key, self.replicas.key[:-43]
        path, agent = "/".ljust(1025 - len(key), "p"), "a".ljust(513 - len(key), "a")
        ask(self.public, path + key, headers={"User-Agent": agent + key})
        self.assertEqual(self.proxy.line(path + identity)["user_agent"], agent + identity)
        with open(self.proxy.access_log, encoding="utf-8") as log:
            self.assertNotIn(key[:-1], log.read())

    def test_figures_are_not_for_the_public(self):
        key = {"X-Api-Key": self.replicas.key}
        for path in ("/metrics", "/metrics/"):
            self.assertEqual(ask(self.public, path, headers=key).status, 404)
            self.assertEqual(ask(self.proxy.internal, path, headers=key).status, 200)

    def test_owners_paths_are_found_where_they_are_public(self):
        for path in OWNERS_PATHS:
            with self.subTest(path):
                answer = ask(self.public, path, headers={"X-Api-Key": self.replicas.key})
                self.assertTrue(answer.status in (200, 405) or "abc" in path, answer.status)

    def test_owners_paths_are_inside_alone_where_they_are_internal(self):
        proxy = self.kind(self, self.replicas.addresses, self.replicas.port, CURT_OWNER_PATHS="internal")
        code = shorten(proxy.internal)
        for path in [*OWNERS_PATHS, f"/stats/{code}", f"/api/v1/links/{code}"]:
            with self.subTest(path):
                answer = ask(proxy.public, path, headers={"X-Api-Key": self.replicas.key})
                self.assertEqual((answer.status, answer.json()["detail"]), (404, "There is nothing at this path."))
                self.assertEqual(answer.headers["X-Request-Id"], answer.json()["request_id"])
        self.assertEqual(ask(proxy.public, f"/{code}").status, 302)
        self.assertEqual(ask(proxy.public, "/health/ready").status, 200)
        self.assertEqual(ask(proxy.internal, f"/stats/{code}", headers={"X-Api-Key": self.replicas.key}).status, 200)

    def test_a_client_is_limited_in_creates_and_never_in_redirects(self):
        proxy = self.kind(self, self.replicas.addresses, self.replicas.port, CURT_NGINX_CREATE_RATE="1")
        code = shorten(proxy.public)
        refused = next(answer for answer in (ask(proxy.public, "/shorten", "POST", body=[]) for _ in range(1000)) if answer.status == 429)
        self.assertEqual((refused.json()["code"], refused.headers["Content-Type"]), ("rate_limited", "application/problem+json"))
        self.assertGreaterEqual(int(refused.headers["Retry-After"]), 1)
        self.assertEqual(refused.headers["X-Request-Id"], refused.json()["request_id"])
        self.assertEqual({ask(proxy.public, f"/{code}").status for _ in range(100)}, {302})
        self.assertEqual(ask(proxy.public, "/api/v1/links").status, 401)
        for path in ("/shorten/", "/api/v1/links/"):
            statuses = (ask(proxy.public, path, "POST", body=[]).status for _ in range(1000))
            self.assertIn(429, statuses, path)
        self.assertEqual(ask(proxy.public, "/shorten", "POST", body=[], source="127.0.0.77").status, 400)

    def test_a_client_is_limited_in_the_api(self):
        proxy = self.kind(self, self.replicas.addresses, self.replicas.port, CURT_NGINX_API_RATE="1")
        statuses = (ask(proxy.public, "/api/v1/links").status for _ in range(1000))
        self.assertIn(429, statuses)
        self.assertEqual({ask(proxy.public, "/no-such-code").status for _ in range(100)}, {404})

    def test_without_a_replica_people_get_a_page_and_programs_a_problem(self):
        proxy = self.kind(self, NOBODY[:1], 9)
        page = eventually("the page", lambda: (lambda answer: answer.headers["Content-Type"].startswith("text/html") and answer)(
            ask(proxy.public, "/x", headers={"Accept": "text/html,*/*;q=0.8"})))
        self.assertEqual(page.status, 503)
        self.assertIn(read("src/api/documents/assets/page.css").strip(), page.body.decode())
        self.assertIn(b"This link cannot be opened right now", page.body)
        for accept, kind in (("Text/HTML", "text/html"), ("text/*", "text/html"), ("text/html;q=0.0, */*", "application/problem+json"),
                             ("TEXT/HTML;Q=0", "application/problem+json"), ("*/*", "application/problem+json")):
            answer = ask(proxy.public, "/x", headers={"Accept": accept})
            self.assertEqual(answer.headers["Content-Type"].split(";")[0], kind, accept)
        problem = ask(proxy.public, "/x")
        self.assertEqual((problem.status, problem.json()["code"], problem.headers["Content-Type"]),
                         (503, "unavailable", "application/problem+json"))
        self.assertEqual(ask(proxy.public, "/shorten", "POST", body={}).json()["code"], "unavailable")
        for answer in (page, problem):
            self.assertGreaterEqual(int(answer.headers["Retry-After"]), 1)
            self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.assertEqual(problem.headers["X-Request-Id"], problem.json()["request_id"])
        self.assertEqual(set(proxy.line("/x")), FIELDS[self.kind])
        self.assertEqual(ask(proxy.internal, "/healthz").status, 200)


class OfHaproxy(unittest.TestCase):
    def test_its_limits_are_those_of_nginx_where_the_environment_has_none(self):
        nginx = Compose(os.path.join(SOURCE, "docker-compose.yml")).services["nginx"]["environment"]
        own = dict(re.findall(r"(?m)^    presetenv (\w+) (\S+)$", read("config/haproxy.cfg")))
        self.assertEqual({name: str(nginx[name]) for name in own}, own)


class OfNginx(unittest.TestCase):
    """What HAProxy does not do, or does by an edit of its file."""

    def test_only_a_named_load_balancer_is_believed(self):
        fake = Fake(self, 1)
        proxy = Nginx(self, [fake.address], fake.port, CURT_REAL_IP_FROM="192.0.2.0/24, 127.0.0.1")
        ask(proxy.public, "/x", headers={"X-Forwarded-For": "198.51.100.66, 203.0.113.9, 192.0.2.5"})
        ask(proxy.public, "/y", headers={"X-Forwarded-For": "198.51.100.66"}, source="127.0.0.77")
        self.assertEqual([request.headers["X-Forwarded-For"] for request in fake.requests], ["203.0.113.9", "127.0.0.77"])

    def test_a_subscriber_of_ipv6_is_one_client(self):
        fake = Fake(self, 1)
        proxy = Nginx(self, [fake.address], fake.port, CURT_REAL_IP_FROM="127.0.0.1", CURT_NGINX_CREATE_RATE="1")

        def create(client):
            return ask(proxy.public, "/shorten", "POST", {"X-Forwarded-For": client}, body={}).status

        self.assertIn(429, (create(f"2001:db8:0:1::{number:x}") for number in range(1, 1000)))
        self.assertEqual(create("2001:db8:0:2::1"), 200)
        self.assertIn(429, (create("::ffff:203.0.113.1") for _ in range(1000)))
        self.assertEqual(create("::ffff:203.0.113.2"), 200)

    def test_the_host_does_not_set_the_number_of_workers(self):
        """Its cores would: with many of them nginx would not fit into the container's memory."""
        number = int(re.search(r"(?m)^worker_processes (\d+);$", read("nginx/nginx.conf")).group(1))
        proxy = Nginx(self, NOBODY[:1], 9)
        eventually("as many run", lambda: len(proxy.children()) == number)

    def test_the_page_names_the_request(self):
        proxy = Nginx(self, NOBODY[:1], 9)
        page = ask(proxy.public, "/x", headers={"Accept": "text/html"})
        self.assertIn(f"Request {page.headers['X-Request-Id']}</p>", page.body.decode())

    def test_figures_of_nginx_are_inside(self):
        proxy = Nginx(self, NOBODY[:1], 9)
        self.assertIn(b"Active connections", ask(proxy.internal, "/nginx_status").body)
        self.assertNotIn(b"Active connections", ask(proxy.public, "/nginx_status").body)

    def test_an_answer_that_was_asked_of_several_has_them_all_in_its_line(self):
        proxy = Nginx(self, NOBODY, 9)
        connection = connect(proxy.public)
        ask(proxy.public, "/x", connection=connection)
        connection.close()
        line = proxy.line("/x")
        self.assertEqual((line["upstream_status"], line["status"]), ("502, 502 : 502, 502", 503))
        self.assertEqual(line["upstream_header_time"], "-, - : -, -")


# The same cases by each proxy.
for proxy in PROXIES:
    name = f"By{proxy.__name__}"
    globals()[name] = type(name, (Cases, unittest.TestCase), {"kind": proxy})
del proxy, name

if __name__ == "__main__":
    unittest.main()
