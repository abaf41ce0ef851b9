"""The project's dashboards, read as Grafana reads them."""

import glob
import json
import os
import re

import yaml

from .processes import SOURCE

GRAFANA = os.path.join(SOURCE, "config/grafana")


class Query:
    """One query of one panel."""

    def __init__(self, dashboard, panel, target):
        self.place = f"{dashboard['uid']}: {panel['title']} [{target['legendFormat']}]"
        self.source = target["datasource"]["type"]
        self.expression = target["expr"]
        self.instant = bool(target.get("instant"))
        self.legend = target["legendFormat"]

    def metrics(self):
        """Words of the expression that may name a metric: what stands in quotes and braces is none."""
        bare = re.sub(r"\{[^}]*\}", "", re.sub(r'"[^"]*"', '""', self.expression))
        return set(re.findall(r"[a-zA-Z_:][\w:]*", bare))

    def with_variables(self, seconds, step, scrape):
        """The expression as Grafana sends it for a time of `seconds`: with every instance, and intervals by its own formula."""
        # https://grafana.com/docs/grafana/latest/datasources/prometheus/template-variables/: max($__interval + scrape interval, 4 * scrape interval)
        rate = max(step + scrape, 4 * scrape)
        values = {"__rate_interval": f"{rate}s", "__interval": f"{step}s", "__range": f"{seconds}s", "instance": ".*"}
        return re.sub(r"\$(\w+)", lambda found: values.get(found.group(1), found.group(0)), self.expression)


def dashboards():
    """Every dashboard by the name of its file."""
    found = {}
    for path in sorted(glob.glob(os.path.join(GRAFANA, "dashboards/*.json"))):
        with open(path, encoding="utf-8") as file:
            found[os.path.basename(path)] = json.load(file)
    return found


def panels(dashboard):
    """Its panels without the headings of rows."""
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def queries():
    return [Query(dashboard, panel, target) for dashboard in dashboards().values() for panel in panels(dashboard) for target in panel["targets"]]


def provisioned(kind):
    """What the files of config/grafana/provisioning/<kind> say together."""
    content = []
    for path in sorted(glob.glob(os.path.join(GRAFANA, f"provisioning/{kind}/*.yml"))):
        with open(path, encoding="utf-8") as file:
            content.append(yaml.safe_load(file))
    return content
