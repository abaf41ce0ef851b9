"""How nginx follows the replicas of a service, and how it speaks TLS: entrypoint.d, tls/ and the templates."""

import http.client
import os
import re
import ssl
import subprocess
import unittest

from support.client import Stream, ask, shorten
from support.front import ADDRESS, NOBODY, Nginx
from support.processes import eventually, program
from support.upstreams import Fake, OfClass, Replicas


class Watcher(unittest.TestCase):
    """The watcher that an nginx before 1.27.3 has beside it."""

    def test_it_follows_the_name_and_loses_no_request(self):
        replicas = Replicas(self)
        proxy = Nginx(self, replicas.addresses[:1], replicas.port)
        path = f"/{shorten(proxy.public)}"
        stream = Stream(self, proxy.public, path, 302)
        stream.more(50)
        for addresses in (replicas.addresses, replicas.addresses[1:], replicas.addresses[2:]):
            proxy.resolve_to(addresses)
            told = f'"replicas":"{" ".join(addresses)}"'
            eventually(f"nginx hears of {addresses}", lambda told=told: told in proxy.entrypoint_text())
            stream.more(50)
        used = f"{replicas.addresses[2]}:{replicas.port}"

        def only_the_last_is_used():
            ask(proxy.public, path)
            return {line["upstream_addr"] for line in proxy.lines()[-40:]} == {used}

        eventually("only the last one is used", only_the_last_is_used)
        self.assertEqual(stream.end(), [])

    def test_it_never_empties_the_list(self):
        fake = Fake(self, 1)
        proxy = Nginx(self, [fake.address], fake.port)
        proxy.resolve_to([])
        looks = proxy.looks()
        eventually("the watcher has looked", lambda: proxy.looks() > looks + 3)
        self.assertEqual(ask(proxy.public, "/x").status, 200)
        self.assertNotIn("replicas changed", proxy.entrypoint_text())

    def test_it_leaves_nginx_alone_while_nothing_changes(self):
        fakes = [Fake(self, 1)]
        fakes.append(Fake(self, 2, fakes[0].port))
        addresses = [fake.address for fake in fakes]
        proxy = Nginx(self, addresses, fakes[0].port)
        workers = eventually("both workers run", lambda: (lambda found: len(found) == 2 and found)(proxy.children()))
        proxy.resolve_to(reversed(addresses))  # DNS gives them in any order
        looks = proxy.looks()
        eventually("the watcher has looked", lambda: proxy.looks() > looks + 3)
        self.assertEqual(proxy.children(), workers)

    def test_nginx_starts_without_a_replica_and_finds_one_later(self):
        fake = Fake(self, 1)
        proxy = Nginx(self, [], fake.port)
        self.assertEqual(ask(proxy.public, "/x").status, 503)
        proxy.resolve_to([fake.address])
        eventually("it is used", lambda: ask(proxy.public, "/x").status == 200)

    def test_it_goes_on_when_it_could_not_write_the_list(self):
        fakes = [Fake(self, 1)]
        fakes.append(Fake(self, 2, fakes[0].port))
        proxy = Nginx(self, [fakes[0].address], fakes[0].port)
        in_the_way = proxy.folder_file("conf.d/replicas.inc.new")
        os.mkdir(in_the_way)
        proxy.resolve_to([fakes[1].address])
        eventually("it says that it cannot", lambda: "the list of replicas cannot be written" in proxy.entrypoint_text())
        os.rmdir(in_the_way)
        eventually("the other one is used", lambda: ask(proxy.public, "/x").status == 200 and fakes[1].count("GET"))

    def test_there_is_one_however_often_the_entrypoint_runs(self):
        fake = Fake(self, 1)
        proxy = Nginx(self, [fake.address], fake.port)
        first = eventually("the watcher runs", lambda: self._watchers(proxy))
        proxy.resolve_to([])
        for _ in range(3):
            proxy.run_entrypoint()
        looks = proxy.looks()
        eventually("watchers have looked", lambda: proxy.looks() > looks + 10)
        self.assertEqual(self._watchers(proxy), first)

        # A run that found no address has left the list as it was.
        proxy.reload()
        self.assertEqual(ask(proxy.public, "/x").status, 200)

    def test_it_ends_with_nginx(self):
        proxy = Nginx(self, NOBODY[:1], 9)
        pids = eventually("the watcher runs", lambda: self._watchers(proxy))
        proxy.stop()
        eventually("it has ended", lambda: not set(self._watchers(proxy)) & set(pids))

    def _watchers(self, proxy):
        """Processes of the proxy's watchers, without those that a watcher itself has begun."""
        parents = {}
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/cmdline", encoding="utf-8", errors="replace") as file:
                    if f"{proxy.script}\0watch\0" not in file.read():
                        continue
                with open(f"/proc/{pid}/status", encoding="utf-8") as file:
                    parents[pid] = re.search(r"(?m)^PPid:\s+(\d+)$", file.read()).group(1)
            except OSError:
                pass  # it has ended meanwhile
        return [pid for pid, parent in parents.items() if parent not in parents]


class Entrypoint(unittest.TestCase):
    """What the script writes, and what it refuses."""

    def setUp(self):
        self.proxy = Nginx(self, NOBODY[:1], 9)

    def _run(self, version, **environment):
        """Runs it beside an nginx of that version, and gives what is the upstream then."""
        self.proxy.run_entrypoint(version, **environment)
        with open(self.proxy.folder_file("conf.d/upstream.conf"), encoding="ascii") as file:
            return file.read()

    def test_an_nginx_that_can_follows_the_name_itself(self):
        for version in ("1.27.3", "1.28.0", "1.30.6", "2.0.0"):
            text = self._run(version)
            self.assertRegex(text, r"resolver \S+ valid=1s ipv6=off;")
            self.assertRegex(text, r"server curt:9 resolve max_fails=3 fail_timeout=2s;")

    def test_an_earlier_one_gets_a_list(self):
        for version in ("1.22.1", "1.26.3", "1.27.2"):
            self.assertNotIn("resolve", self._run(version))

    def test_idle_clients_are_spared_where_nginx_can(self):
        path = self.proxy.folder_file("conf.d/keep-alive.conf")
        self._run("1.27.3")
        self.assertFalse(os.path.exists(path))
        self._run("1.27.4")
        self.assertTrue(os.path.exists(path))

    def test_wrong_settings_end_it_with_their_name(self):
        for name, value in (("CURT_UPSTREAM", "curt"), ("CURT_OWNER_PATHS", "private")):
            with self.subTest(name):
                with self.assertRaises(subprocess.CalledProcessError):
                    self._run("1.30.0", **{name: value})
                self.assertIn(f'"message":"{name} is ', self.proxy.entrypoint_text())


class Tls(unittest.TestCase):
    """The folder tls/, with a certificate of the test's own."""

    @classmethod
    def setUpClass(cls):
        cls.replicas = Replicas(OfClass(cls))
        cls.proxy = Nginx(OfClass(cls), cls.replicas.addresses, cls.replicas.port, tls=True, CURT_HSTS="max-age=31536000",
                          CURT_OWNER_PATHS="internal")
        cls.code = shorten(cls.proxy.internal)

    def curl(self, path, *arguments):
        """The head and the body of an answer by HTTPS."""
        port = self.proxy.tls[1]
        url = f"https://localhost:{port}{path}"
        return subprocess.run([program("curl"), "-sSi", "--max-time", "60", "--cacert", f"{self.proxy.root}/certs/fullchain.pem",
                               "--connect-to", f"localhost:{port}:{ADDRESS}:{port}", *arguments, url],
                              capture_output=True, text=True, check=True).stdout

    def test_https_answers_by_http_1_and_2(self):
        for argument, expected in (("--http1.1", "HTTP/1.1 302"), ("--http2", "HTTP/2 302")):
            answer = self.curl(f"/{self.code}", argument)
            self.assertTrue(answer.startswith(expected), answer)
            self.assertIn("\nlocation: https://example.com/\n", answer.lower().replace("\r", ""))
            self.assertRegex(self.proxy.line(f"/{self.code}")["tls"], r"^TLSv1\.[23]$")

    def test_old_versions_of_tls_are_refused(self):
        with self.assertRaises(subprocess.CalledProcessError):
            self.curl("/", "--tls-max", "1.1", "--ciphers", "DEFAULT@SECLEVEL=0")
        self.assertIn("HTTP/", self.curl("/", "--tls-max", "1.2"))

    def test_every_answer_says_hsts_and_where_http_3_is(self):
        for path in (f"/{self.code}", "/shorten", "/no-such-code"):
            answer = self.curl(path).lower()
            self.assertIn("\nstrict-transport-security: max-age=31536000", answer)
            self.assertIn(f'\nalt-svc: h3=":{self.proxy.tls[1]}"', answer)
        self.assertIsNone(ask(self.proxy.internal, f"/{self.code}").headers["Strict-Transport-Security"])

    def test_the_same_is_hidden_as_without_tls(self):
        self.assertIn('"There is nothing at this path."', self.curl("/shorten", "-X", "POST"))

    def test_curt_hears_that_it_was_https(self):
        fake = Fake(self, 1)
        proxy = Nginx(self, [fake.address], fake.port, tls=True)
        connection = http.client.HTTPSConnection(*proxy.tls, context=ssl._create_unverified_context())
        self.addCleanup(connection.close)
        self.assertEqual(ask(None, "/x", headers={"X-Forwarded-Proto": "http"}, connection=connection).status, 200)
        self.assertEqual(fake.requests[0].headers.get_all("X-Forwarded-Proto"), ["https"])

    def test_plain_http_is_sent_to_https(self):
        answer = ask(self.proxy.public, "/shorten?a=b", "POST", {"Host": "go.example.test"}, body={})
        self.assertEqual((answer.status, answer.headers["Location"]), (308, f"https://go.example.test:{self.proxy.tls[1]}/shorten?a=b"))

    def test_a_challenge_of_acme_is_answered_by_plain_http(self):
        with open(self.proxy.folder_file("acme/.well-known/acme-challenge/token"), "w", encoding="ascii") as file:
            file.write("proof")
        self.assertEqual(ask(self.proxy.public, "/.well-known/acme-challenge/token").body, b"proof")


if __name__ == "__main__":
    unittest.main()
