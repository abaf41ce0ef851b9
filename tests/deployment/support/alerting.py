"""An Alertmanager with the project's own configuration, and a Discord of the test's own that keeps what it is sent."""

import datetime
import http.server
import json
import os
import re
import signal
import subprocess
import threading
import urllib.request

import yaml

from .processes import SOURCE, Folder, Server, answers, eventually, free_port, give_away, program

CONFIGURATION = os.path.join(SOURCE, "config/alertmanager")
FILE = os.path.join(CONFIGURATION, "alertmanager.yml")

# Everything in which a test's copy differs from the project's own file, but for addresses: messages are not held back.
WAITS = {"group_wait": "0s", "group_interval": "1s"}


class Discord:
    """Takes what a webhook of Discord takes (https://discord.com/developers/docs/resources/webhook, Execute Webhook)."""

    def __init__(self, test):
        self.messages = []  # embeds with title and description, in the order of their arrival
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                receiver.messages.extend(body["embeds"])
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/api/webhooks/1/secret"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        test.addCleanup(self.server.server_close)
        test.addCleanup(self.server.shutdown)

    def told(self, pattern):
        """The last message whose title has the pattern; None where there is none."""
        found = [message for message in self.messages if re.search(pattern, message["title"])]
        return found[-1] if found else None

    def waits_for(self, pattern, seconds=60):
        return eventually(f"a message with {pattern}", lambda: self.told(pattern), seconds)


def knows_files_of_urls():
    """Whether the installed Alertmanager reads a webhook's address from a file: 0.25, which Debian 12 has, does not."""
    checked = subprocess.run([program("amtool"), "check-config", FILE], capture_output=True, text=True, check=False)
    return "field webhook_url_file not found" not in checked.stdout + checked.stderr


def configuration(discord, folder):
    """The project's configuration as a test takes it: sent to `discord`, without waiting."""
    with open(FILE, encoding="utf-8") as file:
        content = yaml.safe_load(file)
    content["templates"] = [os.path.join(CONFIGURATION, pattern) for pattern in content["templates"]]
    for route in (content["route"], *content["route"]["routes"]):
        route.update(WAITS)
    for receiver in content["receivers"]:
        for webhook in receiver.get("discord_configs", []):
            del webhook["webhook_url_file"]
            if knows_files_of_urls():
                webhook["webhook_url_file"] = folder.file("discord.url", discord.url + "\n")
            else:
                webhook["webhook_url"] = discord.url
    return content


class Alertmanager(Server):
    def __init__(self, test, discord):
        self.port = free_port()
        folder = Folder(test)
        file = folder.file("alertmanager.yml", yaml.safe_dump(configuration(discord, folder)))
        give_away(folder.path)
        super().__init__(test, "alertmanager", [
            program("prometheus-alertmanager"), f"--config.file={file}", f"--storage.path={folder.path}/data",
            f"--web.listen-address=127.0.0.1:{self.port}", "--cluster.listen-address="], folder=folder)
        eventually("Alertmanager is ready", lambda: self.require() and answers(f"http://127.0.0.1:{self.port}/-/ready"))

    def alerts(self):
        """All alerts that fire now, with their status."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api/v2/alerts", timeout=10) as answer:
            return json.load(answer)

    def alert(self, **labels):
        """The one that fires and has these labels; None where there is none."""
        found = [alert for alert in self.alerts() if labels.items() <= alert["labels"].items()]
        return found[0] if found else None

    def is_inhibited(self, **labels):
        """Whether another alert explains the one with these labels, once Alertmanager has judged it."""
        alert = eventually(f"{labels} is judged", lambda: (self.alert(**labels) or {}).get("status", {}).get("state") != "unprocessed"
                           and self.alert(**labels))
        return bool(alert["status"]["inhibitedBy"])

    def post(self, *alerts, ended=False):
        """Sends alerts as Prometheus would: each is its labels. With `ended` they have ended."""
        now = datetime.datetime.now(datetime.timezone.utc)
        ends = now if ended else now + datetime.timedelta(hours=1)
        body = [{"labels": labels, "startsAt": (now - datetime.timedelta(minutes=1)).isoformat(), "endsAt": ends.isoformat(),
                 "annotations": {"summary": f"{labels['alertname']} happens", "description": "It is tried.",
                                 "runbook_url": f"docs/runbook.md#{labels['alertname'].lower()}"}} for labels in alerts]
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/api/v2/alerts", json.dumps(body).encode(),
                                         {"Content-Type": "application/json"})
        urllib.request.urlopen(request, timeout=10).close()


def tell(prometheus, alertmanager):
    """Has a running Prometheus of a test send its alerts there, as soon as their condition holds: without their `for`."""
    file = prometheus.folder.file("prometheus.yml")
    with open(file, encoding="utf-8") as opened:
        content = yaml.safe_load(opened)
    content["alerting"] = {"alertmanagers": [{"static_configs": [{"targets": [f"127.0.0.1:{alertmanager.port}"]}]}]}
    for path in content["rule_files"]:
        with open(path, encoding="utf-8") as opened:
            rules = yaml.safe_load(opened)
        for group in rules["groups"]:
            for rule in group["rules"]:
                rule.pop("for", None)
        with open(path, "w", encoding="utf-8") as opened:
            yaml.safe_dump(rules, opened)
    with open(file, "w", encoding="utf-8") as opened:
        yaml.safe_dump(content, opened)
    prometheus.signal(signal.SIGHUP)
    eventually("Prometheus knows Alertmanager", lambda: prometheus.get("alertmanagers")["activeAlertmanagers"])
