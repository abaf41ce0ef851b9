"""Grafana's dashboards: whether they are sound, and whether each of their queries returns data from a Prometheus that watches a busy curt."""

import collections
import itertools
import math
import os
import re
import subprocess
import sys
import time
import unittest

import yaml

from support import grafana
from support.processes import SOURCE, Folder, eventually
from support.prometheus import CONFIGURATION, INTERVAL
from support.recorded import RecordedExporter, recorded
from support.stack import OfClass, Stack
from support.traffic import Traffic

# Grafana's names of units that the dashboards use; an unknown one would be shown as text after each number.
UNITS = {"none", "short", "percentunit", "s", "bytes", "bps", "ops", "reqps", "cps", "suffix: ×"}

BLOCKED = "blocked.example"

# Names of metrics that something shows; what rules record has a colon after curt.
METRIC = re.compile(r"(curt|pg|redis|node|nginx|process|container)_")

# How much of the past a query is asked for. Several scrapes, and no more than a test can wait for.
SHOWN_SECONDS = 30


def overlap(one, other):
    return (one["x"] < other["x"] + other["w"] and other["x"] < one["x"] + one["w"]
            and one["y"] < other["y"] + other["h"] and other["y"] < one["y"] + one["h"])


class DashboardsAreSound(unittest.TestCase):
    def setUp(self):
        self.dashboards = grafana.dashboards()

    def for_each_panel(self, check):
        """Checks each panel in a part of the test with its name."""
        for name, dashboard in self.dashboards.items():
            for panel in grafana.panels(dashboard):
                with self.subTest(dashboard=name, panel=panel["title"]):
                    check(panel)

    def test_they_are_what_the_panels_make(self):
        made = subprocess.run([sys.executable, os.path.join(SOURCE, "scripts/render-dashboards"), "--check"], capture_output=True, text=True, check=False)
        self.assertEqual((made.returncode, made.stderr), (0, ""))

    def test_each_has_an_address_that_stays(self):
        uids = {name: dashboard["uid"] for name, dashboard in self.dashboards.items()}
        self.assertEqual(uids, {"service.json": "curt-service", "dependencies.json": "curt-dependencies", "campaign.json": "curt-campaign"})

    def test_ids_of_panels_are_unique(self):
        for name, dashboard in self.dashboards.items():
            ids = collections.Counter(panel["id"] for panel in dashboard["panels"])
            self.assertEqual([panel for panel, times in ids.items() if times > 1], [], name)

    def test_panels_do_not_overlap(self):
        for name, dashboard in self.dashboards.items():
            for one, other in itertools.combinations(dashboard["panels"], 2):
                self.assertFalse(overlap(one["gridPos"], other["gridPos"]), f"{name}: {one['title']}, {other['title']}")
            for panel in dashboard["panels"]:
                self.assertLessEqual(panel["gridPos"]["x"] + panel["gridPos"]["w"], 24, panel["title"])

    def test_each_panel_says_what_it_shows(self):
        def check(panel):
            self.assertTrue(panel["title"])
            self.assertRegex(panel["description"], r"^[A-Za-z1-9].*\.$")
            self.assertIn(panel["fieldConfig"]["defaults"]["unit"], UNITS)
            legends = [target["legendFormat"] for target in panel["targets"]]
            self.assertTrue(all(legends))
            self.assertEqual(len(legends), len(set(legends)))

        self.for_each_panel(check)

    def test_limits_are_drawn_for_lines_that_are_there(self):
        def check(panel):
            legends = {target["legendFormat"] for target in panel["targets"]}
            for override in panel["fieldConfig"]["overrides"]:
                self.assertIn(override["matcher"]["options"], legends)

        self.for_each_panel(check)

    def test_each_panel_asks_a_source_that_can_be_chosen_and_is_provisioned(self):
        provisioned = {source["uid"]: source["type"] for file in grafana.provisioned("datasources") for source in file["datasources"]}
        for name, dashboard in self.dashboards.items():
            variables = {f"${{{entry['name']}}}": entry for entry in dashboard["templating"]["list"] if entry["type"] == "datasource"}
            for entry in variables.values():
                self.assertEqual(provisioned[entry["current"]["value"]], entry["query"], name)
            for panel in grafana.panels(dashboard):
                for source in (panel["datasource"], *(target["datasource"] for target in panel["targets"])):
                    self.assertEqual(source["type"], variables[source["uid"]]["query"], panel["title"])

    def test_the_folder_of_dashboards_is_provisioned(self):
        providers = [provider for file in grafana.provisioned("dashboards") for provider in file["providers"]]
        self.assertEqual([(provider["type"], provider["options"]["path"]) for provider in providers], [("file", "/etc/grafana/dashboards")])

    def test_grafana_knows_how_often_prometheus_scrapes(self):
        with open(os.path.join(CONFIGURATION, "prometheus.yml"), encoding="utf-8") as file:
            interval = yaml.safe_load(file)["global"]["scrape_interval"]
        sources = {source["uid"]: source for file in grafana.provisioned("datasources") for source in file["datasources"]}
        self.assertEqual(sources["prometheus"]["jsonData"]["timeInterval"], interval)

    def test_each_leads_to_the_others_and_to_the_runbook(self):
        with open(os.path.join(SOURCE, "docs/runbook.md"), encoding="utf-8") as file:
            sections = {line.lstrip("#").strip() for line in file if line.startswith("#")}
        for name, dashboard in self.dashboards.items():
            links = {link["type"]: link for link in dashboard["links"]}
            self.assertTrue(set(links["dashboards"]["tags"]) <= set(dashboard["tags"]), name)
            for panel in grafana.panels(dashboard):
                for link in panel["links"]:
                    page, section = link["url"].split("#:~:text=")
                    self.assertEqual(page, links["link"]["url"])
                    self.assertIn(section, sections, panel["title"])


class QueriesReturnData(unittest.TestCase):
    """One stack under load for all; each query is asked until it has returned data."""

    @classmethod
    def setUpClass(cls):
        scope = OfClass(cls)
        cadvisor = RecordedExporter(scope)
        blocklist = Folder(scope).file("blocked.txt", BLOCKED + "\n")
        cls.stack = Stack(scope, targets={"cadvisor": [cadvisor.address]}, limit_create="20/10s", limit_not_found="50/10s", blocklist=blocklist)
        cls.traffic = Traffic(scope, cls.stack.port, cls.stack.key, blocked_host=BLOCKED)
        cls.recorded = set(recorded()["metrics"])

    def points(self, query):
        """What a panel would draw of a query: the numbers of all its series."""
        end = time.time()
        expression = query.with_variables(SHOWN_SECONDS, INTERVAL, INTERVAL)
        series = self.stack.prometheus.query_range(expression, end if query.instant else end - SHOWN_SECONDS, end, INTERVAL)
        values = [float(value) for one in series for _, value in one["values"]]
        return [value for value in values if not math.isnan(value)]

    def returns_data(self, queries):
        """Fails for each query that returns nothing; gives how many returned something."""
        number = 0
        for query in queries:
            with self.subTest(query.place):
                eventually(f"{query.place} returns data: {query.expression}", lambda q=query: self.traffic.require() and self.points(q))
                number += 1
        return number

    def test_every_query_of_what_runs_here_returns_data(self):
        live = [query for query in grafana.queries() if query.source == "prometheus" and not query.metrics() & self.recorded]
        self.assertGreater(len(live), 150)
        number = self.returns_data(live)
        print(f"\n{number} of {len(live)} queries returned data from a real stack.", file=sys.stderr)

    def test_queries_of_cadvisor_return_data_from_a_list_of_its_metrics(self):
        listed = [query for query in grafana.queries() if query.metrics() & self.recorded]
        number = self.returns_data(listed)
        print(f"\n{number} of {len(listed)} queries returned data from a recorded list of cAdvisor's metrics, since Debian has no cAdvisor: "
              + "; ".join(query.place for query in listed), file=sys.stderr)

    def test_every_metric_of_a_query_is_there(self):
        """A query that ends with `or vector(0)` returns data whatever it asks for."""
        asked = set().union(*(query.metrics() for query in grafana.queries() if query.source == "prometheus"))
        asked = {name for name in asked if METRIC.match(name)}
        self.assertGreater(len(asked), 130)

        def missing():
            return asked - self.recorded - set(self.stack.prometheus.get("label/__name__/values"))

        try:
            eventually("every metric is shown", lambda: self.traffic.require() and not missing())
        except AssertionError as error:
            raise AssertionError(f"nothing shows {sorted(missing())}") from error

    def test_instances_can_be_chosen(self):
        for dashboard in grafana.dashboards().values():
            variables = {entry["name"]: entry for entry in dashboard["templating"]["list"]}
            selector, label = re.fullmatch(r"label_values\((.*), (\w+)\)", variables["instance"]["definition"]).groups()
            found = self.stack.prometheus.get(f"label/{label}/values", **{"match[]": selector})
            self.assertEqual(len(found), len(self.stack.replicas) + 1)

    def test_starts_of_processes_are_marked(self):
        for dashboard in grafana.dashboards().values():
            expressions = {entry["name"]: entry["expr"] for entry in dashboard["annotations"]["list"]}
            end = time.time()
            # The one place where a dashboard's expression is changed: a start is marked for 30 s, and on a slow machine the first
            # scrape may come later.
            self.assertTrue(expressions["Starts"].endswith(" < 30"))
            starts = expressions["Starts"].removesuffix(" < 30") + " < 600"
            marked = self.stack.prometheus.query_range(starts, end - 600, end, INTERVAL)
            self.assertEqual(len(marked), len(self.stack.replicas) + 1)
            self.stack.prometheus.query_range(expressions["Alerts"], end - 600, end, INTERVAL)  # none may fire

    def test_a_query_of_a_metric_that_is_not_there_returns_none(self):
        target = {"datasource": {"type": "prometheus"}, "expr": "sum(curt_no_such_metric)", "legendFormat": "none"}
        self.assertEqual(self.points(grafana.Query({"uid": "none"}, {"title": "none"}, target)), [])

    def test_what_is_asked_of_loki_is_not_run_here(self):
        """Debian has no Loki. Its queries use labels that Alloy sets, which shippers_test.py reads from its configuration."""
        logs = [query for query in grafana.queries() if query.source == "loki"]
        self.assertEqual(len(grafana.queries()), len(logs) + len([query for query in grafana.queries() if query.source == "prometheus"]))
        print(f"\n{len(logs)} queries were not run, since Debian has no Loki: " + "; ".join(query.place for query in logs), file=sys.stderr)


if __name__ == "__main__":
    unittest.main()
