"""A Prometheus that reads the project's own configuration, with targets of the test in place of those of Compose."""

import glob
import json
import os
import urllib.error
import urllib.parse
import urllib.request

import yaml

from .processes import SOURCE, Folder, Server, answers, eventually, free_port, give_away, program

CONFIGURATION = os.path.join(SOURCE, "config/prometheus")

# Everything is scraped and evaluated once a second, so that a test need not wait for the intervals of production.
INTERVAL = 1

# How targets are found; each job of the project has one of these.
DISCOVERIES = ("static_configs", "dns_sd_configs", "file_sd_configs", "docker_sd_configs")


def scrape_configs(targets):
    """The jobs of the project's prometheus.yml that have targets here: their relabelling and paths stay as they are."""
    with open(os.path.join(CONFIGURATION, "prometheus.yml"), encoding="utf-8") as file:
        jobs = yaml.safe_load(file)["scrape_configs"]
    missing = set(targets) - {job["job_name"] for job in jobs}
    if missing:
        raise AssertionError(f"config/prometheus/prometheus.yml has no job {sorted(missing)}")
    kept = []
    for job in jobs:
        if job["job_name"] not in targets:
            continue
        for key in (*DISCOVERIES, "scrape_interval", "scrape_timeout"):
            job.pop(key, None)
        job["static_configs"] = [{"targets": targets[job["job_name"]]}]
        kept.append(job)
    return kept


def rules(folder):
    """Copies of the project's rules without intervals of their own; gives the copies' paths."""
    copies = []
    for path in sorted(glob.glob(os.path.join(CONFIGURATION, "rules/*.yml"))):
        with open(path, encoding="utf-8") as file:
            content = yaml.safe_load(file)
        for group in content["groups"]:
            group.pop("interval", None)
        copies.append(folder.file(f"rules/{os.path.basename(path)}", yaml.safe_dump(content)))
    return copies


class Prometheus(Server):
    """Targets are given by job: {"curt": ["127.0.0.1:9090"]}. Its own job `prometheus` is added."""

    def __init__(self, test, targets, name="prometheus"):
        self.port = free_port()
        folder = Folder(test)
        own = {"prometheus": [f"127.0.0.1:{self.port}"]}
        interval = f"{INTERVAL}s"
        content = {
            "global": {"scrape_interval": interval, "scrape_timeout": interval, "evaluation_interval": interval},
            "rule_files": rules(folder),
            "scrape_configs": scrape_configs({**targets, **own}),
        }
        file = folder.file("prometheus.yml", yaml.safe_dump(content))
        give_away(os.path.dirname(file))
        super().__init__(test, name, [
            program("prometheus"), f"--config.file={file}", f"--storage.tsdb.path={folder.path}/data",
            f"--web.listen-address=127.0.0.1:{self.port}"], folder=folder)
        eventually("Prometheus is ready", lambda: self.require() and answers(f"http://127.0.0.1:{self.port}/-/ready"))

    def get(self, path, **parameters):
        """The data of an answer of Prometheus' API. Fails with what Prometheus says of a wrong query."""
        query = urllib.parse.urlencode(parameters, doseq=True)
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api/v1/{path}?{query}", timeout=60) as answer:
                return json.load(answer)["data"]
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{parameters}: {json.load(error).get('error')}") from error

    def targets(self):
        """Health of each target: {(job, instance): "up"}."""
        active = self.get("targets", state="active")["activeTargets"]
        return {(target["labels"]["job"], target["labels"]["instance"]): target["health"] for target in active}

    def query_range(self, expression, start, end, step):
        """Series with their points, as a panel asks for them."""
        return self.get("query_range", query=expression, start=start, end=end, step=step)["result"]
