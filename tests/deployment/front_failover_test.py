"""What a proxy in front of curt does when replicas are busy, drain, die or are silent: by nginx/ and by config/haproxy.cfg."""

import signal
import threading
import unittest

from support.client import Stream, ask, connect, shorten
from support.front import NOBODY, PROXIES, Haproxy, Nginx
from support.processes import eventually
from support.upstreams import Fake, Replicas, Silent


class Cases:
    """Every proxy."""

    def proxy_of(self, *upstreams, **environment):
        return self.kind(self, [upstream.address for upstream in upstreams], upstreams[0].port, **environment)

    def fakes(self, *answers):
        first = Fake(self, 1, answer=answers[0])
        return [first, *(Fake(self, number, first.port, answer) for number, answer in enumerate(answers[1:], 2))]

    def test_every_replica_is_used(self):
        replicas = Replicas(self)
        proxy = self.kind(self, replicas.addresses, replicas.port)
        code = shorten(proxy.public)
        for _ in range(30):
            self.assertEqual(ask(proxy.public, f"/{code}").status, 302)
        for replica in replicas.all:
            eventually(f"{replica.name} served some", lambda replica=replica: f'"path":"/{code}"' in replica.text())

    def test_a_busy_replica_gets_less(self):
        released = threading.Event()
        self.addCleanup(released.set)

        def hold(handler):
            released.wait()
            Fake.say_ok(handler)

        busy, idle = self.fakes(hold, Fake.say_ok)
        proxy = self.proxy_of(busy, idle)
        path = "/api/v1/links/disable"  # the one whose answer may take a minute

        # Three at once, so that one that the proxy has yet to count as answered by the other makes no difference.
        waiting = []
        self.addCleanup(lambda: [thread.join() for thread in waiting])
        self.addCleanup(released.set)
        while busy.count("GET") < 3:
            waiting.append(threading.Thread(target=ask, args=(proxy.public, path)))
            before = busy.count("GET") + idle.count("GET")
            waiting[-1].start()
            eventually("it arrives", lambda before=before: busy.count("GET") + idle.count("GET") > before)
        before = idle.count("GET")
        for _ in range(20):
            self.assertEqual(ask(proxy.public, path).status, 200)
        self.assertEqual((busy.count("GET"), idle.count("GET")), (3, before + 20))

    def test_connections_to_a_replica_are_kept(self):
        fake, = self.fakes(Fake.say_ok)
        connection = connect(self.proxy_of(fake).public)
        self.addCleanup(connection.close)
        for _ in range(50):
            self.assertEqual(ask(None, "/x", connection=connection).status, 200)
        self.assertLessEqual(len(fake.connections), 2)

    def test_a_replica_that_is_killed_under_requests_costs_no_redirect(self):
        replicas = Replicas(self)
        proxy = self.kind(self, replicas.addresses, replicas.port)
        stream = Stream(self, proxy.public, f"/{shorten(proxy.public)}", 302)
        stream.more(200)
        first, second, third = replicas.all
        second.kill()
        stream.more(400)
        third.kill()
        stream.more(400)
        self.assertEqual((stream.end(), stream.repeated), ([], 0))

        # One that comes back is used again.
        third.start()
        eventually("it is back", lambda: third.text().count('"listening"') == 2)
        first.kill()
        eventually("it is used again", lambda: ask(proxy.public, "/health/live").status == 200)

    def test_a_replica_that_drains_costs_no_request_at_all(self):
        replicas = Replicas(self, drain_delay="5s")
        proxy = self.kind(self, replicas.addresses, replicas.port)
        redirects = Stream(self, proxy.public, f"/{shorten(proxy.public)}", 302)
        creates = Stream(self, proxy.public, "/shorten", 201, method="POST", body={"url": "https://example.com/"}, kept=1, new=1)
        for stream in (redirects, creates):
            stream.more(50)
        for replica in replicas.all[:2]:
            replica.signal(signal.SIGTERM)
            eventually(f"{replica.name} has ended", lambda replica=replica: replica.process.poll() is not None, seconds=120)
            self.assertEqual(replica.process.returncode, 0)
        for stream in (redirects, creates):
            stream.more(50)
            self.assertEqual(stream.end(), [])
            self.assertEqual(stream.repeated, 0)
        replicas.all[2].kill()

    def test_what_changes_something_is_never_repeated(self):
        for method in ("POST", "PATCH", *([] if self.kind is Nginx else ["PUT", "DELETE"])):
            with self.subTest(method):
                fakes = self.fakes(Fake.die, Fake.die, Fake.die)
                answer = ask(self.proxy_of(*fakes).public, "/api/v1/links/abc", method, body={})
                self.assertEqual((answer.status, answer.json()["code"]), (503, "outcome_unknown"))
                self.assertEqual(sum(fake.count(method) for fake in fakes), 1)

    def test_a_create_on_a_kept_connection_is_not_repeated_either(self):
        def die_of_posts(handler):
            return Fake.die(handler) if handler.command == "POST" else Fake.say_ok(handler)

        fakes = self.fakes(die_of_posts, die_of_posts)
        connection = connect(self.proxy_of(*fakes).public)
        self.addCleanup(connection.close)
        for _ in range(4):
            self.assertEqual(ask(None, "/x", connection=connection).status, 200)
        try:
            self.assertEqual(ask(None, "/shorten", "POST", body={}, connection=connection).status, 503)
        except ConnectionError:  # HAProxy ends the client's connection, as the replica has ended its own
            self.assertIs(self.kind, Haproxy)
        self.assertEqual(sum(fake.count("POST") for fake in fakes), 1)

    def test_what_may_be_asked_twice_goes_to_the_next_replica(self):
        for method in ("GET", *(["PUT", "DELETE"] if self.kind is Nginx else [])):
            with self.subTest(method):
                dying, healthy = self.fakes(Fake.die, Fake.say_ok)
                proxy = self.proxy_of(dying, healthy)

                def is_tried(method=method, dying=dying, proxy=proxy):
                    self.assertEqual(ask(proxy.public, "/api/v1/links/abc", method).status, 200)
                    return dying.count(method) > 0

                eventually("the dying one was asked", is_tried)

    def test_a_create_goes_on_where_a_replica_takes_no_connection(self):
        for kind in ("refused", "silent"):
            with self.subTest(kind):
                healthy = Fake(self, 1)
                other = Silent(self, 2, healthy.port).address if kind == "silent" else NOBODY[0]
                proxy = self.kind(self, [other, healthy.address], healthy.port)
                for _ in range(12):
                    self.assertEqual(ask(proxy.public, "/shorten", "POST", body={}).status, 200)
                self.assertEqual(healthy.count("POST"), 12)
                if self.kind is Nginx:  # HAProxy may have found out before
                    statuses = [line["upstream_status"] for line in proxy.lines()]
                    self.assertTrue({"502, 200", "504, 200"} & set(statuses), statuses)

    def test_an_answer_is_passed_on_whatever_it_says(self):
        def overloaded(handler):
            handler.send_response(503)
            handler.send_header("Retry-After", "2")
            handler.send_header("Content-Type", "application/problem+json")
            handler.send_header("Content-Length", "23")
            handler.end_headers()
            handler.wfile.write(b'{"code":"overloaded"}  ')

        fakes = self.fakes(overloaded, overloaded, overloaded)
        answer = ask(self.proxy_of(*fakes).public, "/x")
        self.assertEqual((answer.status, answer.json()["code"], answer.headers["Retry-After"]), (503, "overloaded", "2"))
        self.assertEqual(sum(fake.count("GET") for fake in fakes), 1)

    def test_a_silent_replica_gives_way_to_the_next(self):
        released = threading.Event()

        def hang(handler):
            released.wait()
            handler.close_connection = True

        hanging, healthy = self.fakes(hang, Fake.say_ok)
        self.addCleanup(released.set)
        proxy = self.proxy_of(hanging, healthy)

        def is_tried():
            self.assertEqual(ask(proxy.public, "/x").status, 200)
            return hanging.count("GET") > 0

        eventually("the hanging one was asked", is_tried)

    def test_a_reload_loses_no_request(self):
        replicas = Replicas(self)
        proxy = self.kind(self, replicas.addresses, replicas.port)
        redirects = Stream(self, proxy.public, f"/{shorten(proxy.public)}", 302)
        creates = Stream(self, proxy.public, "/shorten", 201, method="POST", body={"url": "https://example.com/"}, kept=0, new=1)
        for _ in range(5):
            redirects.more(50)
            proxy.reload()
        redirects.more(50)
        self.assertEqual((redirects.end(), creates.end()), ([], []))


class NginxAsksOnceMore(unittest.TestCase):
    """Where no replica of the list that a request began with is left: as with `resolve` when one leaves."""

    def test_what_was_sent_to_nobody(self):
        proxy = Nginx(self, [NOBODY[0]], 9)
        for method in ("GET", "POST"):
            answer = ask(proxy.public, "/shorten", method, body={})
            self.assertEqual((answer.status, answer.json()["code"]), (503, "unavailable"))
        self.assertEqual({line["upstream_status"] for line in proxy.lines()}, {"502 : 502"})

    def test_and_nothing_that_was_sent(self):
        for method in ("GET", "POST"):
            with self.subTest(method):
                fake = Fake(self, 1, answer=Fake.die)
                proxy = Nginx(self, [fake.address], fake.port)
                self.assertEqual(ask(proxy.public, "/shorten", method, body={}).status, 503)
                self.assertEqual(fake.count(method), 1)


# The same cases by each proxy.
for proxy in PROXIES:
    name = f"By{proxy.__name__}"
    globals()[name] = type(name, (Cases, unittest.TestCase), {"kind": proxy})
del proxy, name

if __name__ == "__main__":
    unittest.main()
