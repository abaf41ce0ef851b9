"""The rules of config/prometheus, and the tests and texts that belong to them."""

import glob
import os
import re

import yaml

from .processes import SOURCE

PROMETHEUS = os.path.join(SOURCE, "config/prometheus")
RUNBOOK = os.path.join(SOURCE, "docs/runbook.md")

# What stands in an expression beside names of metrics: functions are told by their parenthesis.
_WORDS = {"and", "or", "unless", "by", "on", "ignoring", "without", "bool", "offset", "group_left", "group_right"}


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def rule_files():
    return sorted(glob.glob(os.path.join(PROMETHEUS, "rules/*.yml")))


def test_files():
    return sorted(glob.glob(os.path.join(PROMETHEUS, "tests/*.yml")))


def rules():
    """All rules, in the order of their files."""
    return [rule for path in rule_files() for group in yaml.safe_load(read(path))["groups"] for rule in group["rules"]]


def alerts():
    return [rule for rule in rules() if "alert" in rule]


def recorded_names():
    return {rule["record"] for rule in rules() if "record" in rule}


def metrics_of(expression):
    """Names of the metrics that an expression reads."""
    text = re.sub(r'"(\\.|[^"\\])*"', "", expression)
    text = re.sub(r"\{[^}]*\}|\[[^\]]*\]", " ", text)
    text = re.sub(r"\b(by|on|ignoring|without|group_left|group_right)\s*\([^)]*\)", " ", text)
    names = re.findall(r"(?<![\w:])([a-zA-Z_:][\w:]*)(?!\s*\(|[\w:])", text)
    return set(names) - _WORDS


def metrics():
    """Names of all metrics that rules read and do not record themselves."""
    return set().union(*(metrics_of(rule["expr"]) for rule in rules())) - recorded_names()


def tested():
    """For each alert what its tests expect: the severities with which it fires, and "quiet" where it must not."""
    expected = {}
    for path in test_files():
        for test in yaml.safe_load(read(path))["tests"]:
            for case in test.get("alert_rule_test", []):
                outcomes = expected.setdefault(case["alertname"], set())
                outcomes.update(alert["exp_labels"]["severity"] for alert in case["exp_alerts"])
                if not case["exp_alerts"]:
                    outcomes.add("quiet")
    return expected


def evaluated_in_tests():
    """Names of the metrics in the expressions that tests evaluate and give values for."""
    names = set()
    for path in test_files():
        for test in yaml.safe_load(read(path))["tests"]:
            for case in test.get("promql_expr_test", []):
                if case["exp_samples"]:
                    names |= metrics_of(case["expr"])
    return names


def anchors():
    """Those of the runbook's sections for alerts, as a page of Git shows them."""
    return {heading.lower() for heading in re.findall(r"^### (\w+)$", read(RUNBOOK), re.MULTILINE)}
