"""Prometheus' configuration and rules: whether they are sound, tested, documented, and about metrics that exist."""

import os
import re
import subprocess
import unittest

import yaml

from support import alert_rules
from support.alert_rules import PROMETHEUS, read
from support.alerting import Alertmanager, Discord, tell
from support.processes import SOURCE, Folder, eventually, program
from support.stack import OfClass, Stack

# The one alert that has no quiet state.
ALWAYS = {"Watchdog"}

# cAdvisor is no Debian package.
NOT_HERE = re.compile(r"^container_")


def promtool(*arguments):
    return subprocess.run([program("promtool"), *arguments], cwd=PROMETHEUS, capture_output=True, text=True, check=False)


class RulesAreSound(unittest.TestCase):
    def assert_passes(self, done):
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_prometheus_takes_the_configuration(self):
        self.assert_passes(promtool("check", "config", "prometheus.yml"))

    def test_prometheus_takes_the_rules(self):
        self.assert_passes(promtool("check", "rules", *alert_rules.rule_files()))

    def test_rules_give_what_their_tests_expect(self):
        for path in alert_rules.test_files():
            with self.subTest(os.path.basename(path)):
                self.assert_passes(promtool("test", "rules", path))

    def test_replicas_are_found_by_the_name_of_their_service(self):
        jobs = {job["job_name"]: job for job in yaml.safe_load(read(f"{PROMETHEUS}/prometheus.yml"))["scrape_configs"]}
        for name in ("curt", "worker"):
            discovery = jobs[name]["dns_sd_configs"][0]
            self.assertEqual((discovery["names"], discovery["type"], discovery["port"]), ([name], "A", 9090))
        others = {"nginx", "postgres", "redis", "node", "cadvisor", "prometheus", "alertmanager", "grafana", "loki", "alloy"}
        self.assertEqual(set(jobs), others | {"curt", "worker"})


class AlertsAreComplete(unittest.TestCase):
    def for_each_alert(self, check):
        for alert in alert_rules.alerts():
            with self.subTest(alert["alert"], severity=alert["labels"]["severity"]):
                check(alert)

    def test_each_says_how_urgent_it_is_and_what_it_is_about(self):
        def check(alert):
            self.assertIn("for", alert)
            self.assertIn(alert["labels"]["severity"], {"page", "ticket", "none"})
            self.assertEqual(set(alert["annotations"]), {"summary", "description", "runbook_url"})
            self.assertTrue(alert["annotations"]["description"].endswith("."))
            self.assertFalse(alert["annotations"]["summary"].endswith("."))

        self.for_each_alert(check)

    def test_each_leads_to_its_section_of_the_runbook(self):
        self.for_each_alert(lambda alert: self.assertEqual(alert["annotations"]["runbook_url"],
                                                           f"docs/runbook.md#{alert['alert'].lower()}"))

    def test_each_section_of_the_runbook_belongs_to_an_alert(self):
        self.assertEqual(alert_rules.anchors(), {alert["alert"].lower() for alert in alert_rules.alerts()})

    def test_the_runbook_says_what_to_look_at_what_to_do_and_when_it_is_over(self):
        for section in read(alert_rules.RUNBOOK).split("\n### ")[1:]:
            name, text = section.split("\n", 1)
            with self.subTest(name):
                self.assertRegex(text, r"(?i)\buser")
                self.assertRegex(text, r"(?i)\blook\b")
                self.assertRegex(text, r"(?i)\bover\b")

    def test_links_within_the_runbook_lead_somewhere(self):
        text = read(alert_rules.RUNBOOK)
        self.assertLessEqual(set(re.findall(r"\(#([\w-]+)\)", text)), alert_rules.anchors())
        for path in re.findall(r"\]\((?!http|#)([^)#]+)", text):
            self.assertTrue(os.path.exists(os.path.join(SOURCE, "docs", path)), path)

    def test_commands_name_secrets_that_there_are_and_write_them_where_they_can(self):
        made = set(re.findall(r"keep ([a-z]+/\S+) ", read(f"{SOURCE}/docker/secrets/make-secrets")))
        lines = (read(alert_rules.RUNBOOK) + read(f"{SOURCE}/docs/monitoring.md")).splitlines()
        for line in lines:
            self.assertLessEqual(set(re.findall(r"/secrets/([a-z]+/[a-z.]+)", line)), made, line)
            if re.search(r">\s*/secrets/", line):
                self.assertIn("docker compose run --rm --no-deps -T --entrypoint sh secrets ", line)
            if "redis-cli" in line:
                self.assertIn("--user admin", line)  # others may only PING
        self.assertTrue(any(">/secrets/monitoring/discord.url" in line for line in lines))

    def test_the_runbook_has_redis_forget_what_the_stack_has_it_forget(self):
        policy = re.search(r"(?m)^maxmemory-policy (\S+)$", read(f"{SOURCE}/docker/redis/redis.conf")).group(1)
        named = re.findall(r"maxmemory-policy ([\w-]+)", read(alert_rules.RUNBOOK) + read(f"{SOURCE}/tests/deployment/support/databases.py").replace('", "', " "))
        self.assertEqual(named, [policy, policy])

    def test_each_is_tried_with_what_makes_it_fire(self):
        tested = alert_rules.tested()
        self.for_each_alert(lambda alert: self.assertIn(alert["labels"]["severity"], tested[alert["alert"]]))

    def test_each_is_tried_with_what_leaves_it_quiet(self):
        for name, outcomes in alert_rules.tested().items():
            self.assertTrue("quiet" in outcomes or name in ALWAYS, name)

    def test_each_recording_rule_is_tried(self):
        self.assertEqual(alert_rules.recorded_names() - alert_rules.evaluated_in_tests(), set())

    def test_rules_name_only_what_is_recorded(self):
        used = set().union(*(alert_rules.metrics_of(rule["expr"]) for rule in alert_rules.rules()))
        self.assertEqual({name for name in used if ":" in name} - alert_rules.recorded_names(), set())

    def test_metrics_of_curt_are_documented(self):
        documents = read(f"{SOURCE}/docs/configuration.md") + read(f"{SOURCE}/docs/visits.md")
        for name in alert_rules.metrics():
            if name.startswith(("curt_", "process_")):
                self.assertIn(re.sub("_(bucket|count|sum)$", "", name), documents)


class MetricsExist(unittest.TestCase):
    def test_every_metric_of_a_rule_is_shown_by_a_running_service(self):
        of_class = OfClass(type(self))
        alertmanager = Alertmanager(of_class, Discord(of_class))
        lists = Folder(of_class)
        stack = Stack(of_class, {"alertmanager": [f"127.0.0.1:{alertmanager.port}"]},
                      blocklist=lists.file("blocked", "blocked.example\n"), limit_create="1000/1m", public_shorten="true")
        tell(stack.prometheus, alertmanager)
        missing = set()

        def all_are_there():
            # A counter of requests has no series before its first request.
            subprocess.run([program("curl"), "-s", "-o", "/dev/null", f"http://127.0.0.1:{stack.port}/missing"], check=False)
            nonlocal missing
            shown = set(stack.prometheus.get("label/__name__/values"))
            missing = {name for name in alert_rules.metrics() - shown if not NOT_HERE.match(name)}
            return not missing

        try:
            eventually("every metric is shown", all_are_there, 30)
        except AssertionError as error:
            raise AssertionError(f"no service shows {sorted(missing)}") from error
        self.assertFalse([rule["name"] for group in stack.prometheus.get("rules")["groups"] for rule in group["rules"]
                          if rule["health"] == "err"])


if __name__ == "__main__":
    unittest.main()
