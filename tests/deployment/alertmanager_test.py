"""Alertmanager's configuration: who is told what, tried with a real Alertmanager and a Discord of the test's own."""

import os
import re
import subprocess
import unittest

import yaml

from support import alert_rules
from support.alerting import FILE, Alertmanager, Discord, knows_files_of_urls, tell
from support.databases import Postgres
from support.processes import Curt, Folder, eventually, free_port, program
from support.prometheus import Prometheus
from support.stack import Stack


def amtool(*arguments):
    return subprocess.run([program("amtool"), *arguments], capture_output=True, text=True, check=False)


class ConfigurationIsSound(unittest.TestCase):
    def setUp(self):
        with open(FILE, encoding="utf-8") as file:
            self.content = yaml.safe_load(file)

    def test_alertmanager_takes_it(self):
        if not knows_files_of_urls():  # an older one takes all but the name of that file
            for receiver in self.content["receivers"]:
                for webhook in receiver.get("discord_configs", []):
                    del webhook["webhook_url_file"]
                    webhook["webhook_url"] = "http://discord.example/"
        self.content["templates"] = [os.path.join(os.path.dirname(FILE), pattern) for pattern in self.content["templates"]]
        checked = amtool("check-config", Folder(self).file("alertmanager.yml", yaml.safe_dump(self.content)))
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)

    def test_the_webhook_is_a_secret(self):
        for receiver in self.content["receivers"]:
            for webhook in receiver.get("discord_configs", []):
                self.assertEqual(webhook["webhook_url_file"], "/secrets/monitoring/discord.url")
                self.assertTrue(webhook["send_resolved"])

    def test_it_names_only_alerts_that_there_are(self):
        named = set(re.findall(r'\b(?:Curt|Nginx|Postgres|Redis|Disk|Container|Target|Exporter|Alerts|Rules|Watchdog)\w*',
                               " ".join(str(rule) for rule in (self.content["inhibit_rules"], self.content["route"]))))
        self.assertEqual(named - {alert["alert"] for alert in alert_rules.alerts()}, set())


# What explains what: the first alert fires; the second one is not sent beside it, the third one is.
EXPLAINED = [
    ({"alertname": "CurtDown"}, {"alertname": "CurtInstanceDown", "job": "curt", "instance": "a"},
     {"alertname": "CurtInstanceDown", "job": "worker", "instance": "a"}),
    ({"alertname": "CurtDown"}, {"alertname": "CurtTrafficGone"}, {"alertname": "NginxDown"}),
    ({"alertname": "NginxDown"}, {"alertname": "CurtTrafficGone"}, {"alertname": "CurtErrors", "sli": "api"}),
    ({"alertname": "CurtDatabaseDown", "dependency": "postgres"}, {"alertname": "CurtErrors", "sli": "api"}, {"alertname": "CurtVisitsDropped"}),
    ({"alertname": "CurtDatabaseDown", "dependency": "postgres"}, {"alertname": "CurtVisitsLagging"}, {"alertname": "CurtVisitsSpooling"}),
    ({"alertname": "CurtDatabaseDown", "dependency": "postgres"}, {"alertname": "CurtDependencyUnreachable", "dependency": "postgres"},
     {"alertname": "CurtDependencyUnreachable", "dependency": "redis"}),
    ({"alertname": "CurtDatabaseDown", "dependency": "postgres"}, {"alertname": "CurtDependencyUnreachable", "dependency": "postgres_writes"},
     {"alertname": "CurtCircuitBreakerOpen", "dependency": "redis"}),
    ({"alertname": "CurtDatabaseDown", "dependency": "postgres"}, {"alertname": "ExporterBlind", "job": "postgres"},
     {"alertname": "ExporterBlind", "job": "redis"}),
    ({"alertname": "CurtDatabaseTakesNoWrites", "dependency": "postgres_writes"}, {"alertname": "CurtErrors", "sli": "api"},
     {"alertname": "CurtErrors", "sli": "redirects"}),
    ({"alertname": "CurtDatabaseTakesNoWrites", "dependency": "postgres_writes"}, {"alertname": "CurtVisitsLagging"}, {"alertname": "CurtRedirectsSlow"}),
    ({"alertname": "CurtRedisDown", "dependency": "redis"}, {"alertname": "CurtOutboxGrowing"}, {"alertname": "CurtVisitsLagging"}),
    ({"alertname": "CurtRedisDown", "dependency": "redis"}, {"alertname": "CurtCircuitBreakerOpen", "dependency": "redis_visits"},
     {"alertname": "CurtCircuitBreakerOpen", "dependency": "postgres"}),
    ({"alertname": "CurtRedisDown", "dependency": "redis"}, {"alertname": "ExporterBlind", "job": "redis"},
     {"alertname": "ExporterBlind", "job": "postgres"}),
    ({"alertname": "CurtDependencyUnreachable", "dependency": "redis", "instance": "a"},
     {"alertname": "CurtCircuitBreakerOpen", "dependency": "redis", "instance": "a"},
     {"alertname": "CurtCircuitBreakerOpen", "dependency": "redis", "instance": "b"}),
    ({"alertname": "CurtNobodyIsWorker"}, {"alertname": "CurtVisitsLagging"}, {"alertname": "CurtVisitsSpooling"}),
    ({"alertname": "DiskNearlyFull", "instance": "h", "device": "/dev/a"}, {"alertname": "DiskWillBeFull", "instance": "h", "device": "/dev/a"},
     {"alertname": "DiskWillBeFull", "instance": "h", "device": "/dev/b"}),
    ({"alertname": "CurtAvailabilityBurn", "sli": "api", "severity": "page"}, {"alertname": "CurtAvailabilityBurn", "sli": "api", "severity": "ticket"},
     {"alertname": "CurtAvailabilityBurn", "sli": "redirects", "severity": "ticket"}),
    ({"alertname": "CurtLatencyBurn", "sli": "redirects", "severity": "page"}, {"alertname": "CurtLatencyBurn", "sli": "redirects", "severity": "ticket"},
     {"alertname": "CurtAvailabilityBurn", "sli": "redirects", "severity": "ticket"}),
    ({"alertname": "CurtErrors", "sli": "api"}, {"alertname": "CurtAvailabilityBurn", "sli": "api", "severity": "page"},
     {"alertname": "CurtAvailabilityBurn", "sli": "redirects", "severity": "page"}),
    ({"alertname": "CurtRedirectsSlow"}, {"alertname": "CurtLatencyBurn", "severity": "page"}, {"alertname": "CurtErrors", "sli": "redirects"}),
]


class MessagesAreSent(unittest.TestCase):
    def setUp(self):
        self.discord = Discord(self)
        self.alertmanager = Alertmanager(self, self.discord)

    def test_instances_that_are_down_together_are_one_message(self):
        down = [{"alertname": "CurtInstanceDown", "job": "curt", "severity": "ticket", "instance": f"10.0.0.{number}:9090"} for number in range(7)]
        self.alertmanager.post(*down)
        message = self.discord.waits_for("7 firing: CurtInstanceDown")
        self.assertEqual(message["title"], "🟠 7 firing: CurtInstanceDown (ticket)")
        self.assertEqual(message["description"].count("**CurtInstanceDown happens**"), 5)
        self.assertIn("and others like these", message["description"])
        self.assertTrue(message["description"].endswith("Runbook: docs/runbook.md#curtinstancedown"), message["description"])

    def test_the_end_of_an_alert_is_told(self):
        page = {"alertname": "NginxDown", "job": "nginx", "severity": "page"}
        self.alertmanager.post(page)
        self.assertEqual(self.discord.waits_for("NginxDown")["title"], "🔴 1 firing: NginxDown (page)")
        self.alertmanager.post(page, ended=True)
        message = self.discord.waits_for("resolved")
        self.assertEqual(message["title"], "🟢 1 resolved: NginxDown (page)")
        self.assertIn("~~NginxDown happens~~", message["description"])

    def test_the_watchdog_bothers_nobody(self):
        self.alertmanager.post({"alertname": "Watchdog", "severity": "none"})
        self.alertmanager.post({"alertname": "NginxDown", "severity": "page"})
        self.discord.waits_for("NginxDown")
        self.assertIsNone(self.discord.told("Watchdog"))
        self.assertEqual(self.alertmanager.alert(alertname="Watchdog")["receivers"], [{"name": "watchdog"}])

    def test_what_another_alert_explains_is_not_sent(self):
        for number, (cause, explained, another) in enumerate(EXPLAINED):
            # A label of its own keeps apart what the same alert was before.
            alerts = [{"severity": "ticket", **alert, "try": str(number)} for alert in (cause, explained, another)]
            with self.subTest(cause=cause["alertname"], explained=explained["alertname"]):
                self.alertmanager.post(*alerts)
                eventually("what is explained is silent", lambda: self.alertmanager.is_inhibited(**alerts[1]))
                self.assertFalse(self.alertmanager.is_inhibited(**alerts[0]))
                self.assertFalse(self.alertmanager.is_inhibited(**alerts[2]))
            self.alertmanager.post(*alerts, ended=True)
            eventually("all has ended", lambda: not self.alertmanager.alerts())


class AnOutageIsTold(unittest.TestCase):
    def setUp(self):
        self.discord = Discord(self)
        self.alertmanager = Alertmanager(self, self.discord)

    def test_when_postgres_stops_and_when_it_is_back(self):
        stack = Stack(self)
        tell(stack.prometheus, self.alertmanager)
        stack.postgres.stop()
        message = self.discord.waits_for("firing: CurtDatabaseDown", 120)
        self.assertEqual(message["title"], "🔴 1 firing: CurtDatabaseDown (page)")
        self.assertIn("**Postgres does not answer**", message["description"])
        self.assertIn("Runbook: docs/runbook.md#curtdatabasedown", message["description"])
        for instance in (labels["instance"] for labels in self._unreachable(stack)):
            self.assertTrue(self.alertmanager.is_inhibited(alertname="CurtDependencyUnreachable", dependency="postgres", instance=instance))
        stack.postgres.start()
        self.discord.waits_for("resolved: CurtDatabaseDown", 120)

    def _unreachable(self, stack):
        """Labels of the alerts of all three processes: two instances and a worker."""
        def three():
            found = [alert["labels"] for alert in self.alertmanager.alerts()
                     if alert["labels"].items() >= {"alertname": "CurtDependencyUnreachable", "dependency": "postgres"}.items()]
            return found if len(found) == 3 else None

        return eventually("each process says that it does not reach Postgres", three)

    def test_when_redis_stops_and_when_it_is_back(self):
        stack = Stack(self)
        tell(stack.prometheus, self.alertmanager)
        stack.redis.stop()
        message = self.discord.waits_for("firing: CurtRedisDown", 120)
        self.assertEqual(message["title"], "🟠 1 firing: CurtRedisDown (ticket)")
        self.assertIsNone(self.alertmanager.alert(alertname="CurtDatabaseDown"))
        stack.redis.start()
        self.discord.waits_for("resolved: CurtRedisDown", 120)

    def test_when_no_instance_and_no_worker_is_left(self):
        stack = Stack(self)
        tell(stack.prometheus, self.alertmanager)
        stack.worker.kill()
        self.discord.waits_for("firing: CurtNobodyIsWorker", 120)
        for replica in stack.replicas:
            replica.kill()
        message = self.discord.waits_for("firing: CurtDown", 120)
        self.assertEqual(message["title"], "🔴 1 firing: CurtDown (page)")

    def test_when_an_instance_knows_no_keys(self):
        """Its age is no number then, which tests of rules cannot express."""
        postgres = Postgres(self)
        postgres.stop()
        port = free_port()
        curt = Curt(self, database_url=postgres.url(), metrics_listen=f"127.0.0.1:{port}")
        curt.wait_for_port(port)
        prometheus = Prometheus(self, {"curt": [f"127.0.0.1:{port}"]})
        tell(prometheus, self.alertmanager)
        alert = eventually("CurtKeysStale fires", lambda: self.alertmanager.alert(alertname="CurtKeysStale"))
        self.assertIn("is NaN old", alert["annotations"]["description"])


if __name__ == "__main__":
    unittest.main()
