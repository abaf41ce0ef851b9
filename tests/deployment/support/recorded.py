"""An exporter that cannot be had from Debian, played from a list of what it shows. Its numbers are made up; names and labels are not."""

import http.server
import os
import threading
import time

import yaml

CADVISOR = os.path.join(os.path.dirname(__file__), "cadvisor.yml")


def recorded(path=CADVISOR):
    with open(path, encoding="utf-8") as file:
        return yaml.safe_load(file)


def exposition(listed, seconds):
    """The list in the text format of Prometheus; counters have grown by their value in each of `seconds`."""
    lines = []
    for name, metric in listed["metrics"].items():
        lines.append(f"# TYPE {name} {metric['type']}")
        value = float(metric["value"]) * (seconds if metric["type"] == "counter" else 1)
        for container in listed["containers"]:
            labels = {**container, **metric.get("labels", {})}
            text = ",".join(f'{key}="{label}"' for key, label in labels.items())
            lines.append(f"{name}{{{text}}} {value}")
    return "\n".join(lines) + "\n"


class RecordedExporter:
    def __init__(self, test, path=CADVISOR):
        listed = recorded(path)
        begun = time.monotonic()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                text = exposition(listed, time.monotonic() - begun).encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; version=0.0.4")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        test.addCleanup(self._server.server_close)
        test.addCleanup(self._server.shutdown)
