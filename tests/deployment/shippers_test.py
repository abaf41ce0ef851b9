"""Fluent Bit, Fluentd, Alloy and Loki: whether their configurations are well formed, and take the lines that a real curt prints.

None of the four is in Debian (its package `loki` is a program for genetics), so that none is run: their configurations are read here, and
what they say about times, keys and levels is applied to real lines.
"""

import datetime
import http.client
import json
import os
import re
import unittest

import jsonschema
import yaml

from support import grafana, shippers
from support.processes import SOURCE, Curt, eventually, free_port
from support.stack import OfClass

LEVELS = ["trace", "debug", "info", "warn", "error"]

# Every label with all its values is a stream of Loki.
FEW_LABELS = {"service", "level"}


def lines_of_curt(scope):
    """What a curt prints that is used, started without the Redis that it is told of, and asked odd things."""
    curt = Curt(scope, log_level="debug", redis_url=f"redis://127.0.0.1:{free_port()}")
    connection = http.client.HTTPConnection("127.0.0.1", curt.port, timeout=30)

    def ask(method, path, body=None, **headers):
        connection.request(method, path, body, headers)
        return connection.getresponse().read()

    created = ask("POST", "/shorten", '{"url":"https://example.com/"}', **{"Content-Type": "application/json"})
    ask("GET", "/" + json.loads(created)["code"], **{"User-Agent": 'odd "agent" \\ \t with {braces}', "Referer": "https://example.com/ü".encode()})
    ask("GET", "/missing%20%22")
    ask("POST", "/shorten", "no JSON", **{"Content-Type": "application/json"})
    connection.close()
    wanted = ('"audit"', '/missing', '"status":400', '"level":"warn"')
    eventually("curt has written about each request", lambda: all(text in curt.text() for text in wanted))
    curt.stop()
    return curt.text().splitlines()


def in_docker(line):
    """A line as Docker's log driver json-file keeps it (https://docs.docker.com/engine/logging/drivers/json-file/)."""
    return {"log": line + "\n", "stream": "stdout", "time": "2026-11-30T07:10:02.114123456Z"}


class Shippers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lines = lines_of_curt(OfClass(cls))

    def test_each_line_of_curt_is_an_object_with_time_level_and_message(self):
        messages, levels = set(), set()
        for line in self.lines:
            fields = json.loads(line)
            messages.add(fields["message"])
            levels.add(fields["level"])
            self.assertIsInstance(fields["time"], str)
        self.assertLessEqual({"access", "audit", "listening"}, messages)
        self.assertLessEqual({"info", "warn"}, levels)
        self.assertLessEqual(levels, set(LEVELS))

    def reads_all_lines(self, time_key, time_format):
        """Each line gives its time and its other fields by a JSON parser with these."""
        for line in self.lines:
            fields = json.loads(in_docker(line)["log"])
            read = shippers.parse_time(fields.pop(time_key), time_format)
            self.assertEqual(read, datetime.datetime.fromisoformat(json.loads(line)["time"].replace("Z", "+00:00")))
            self.assertIn("message", fields)
        # nginx writes its offset from UTC in numbers.
        shippers.parse_time("2026-11-29T07:10:02.114+00:00", time_format)

    def passes_lines_of_curt_alone(self, pattern):
        for line in self.lines:
            self.assertRegex(json.loads(line)["level"], pattern)
        for other in ("notice", "information", ""):
            self.assertNotRegex(other, pattern)

    def test_fluent_bit_reads_time_and_fields(self):
        sections = shippers.fluent_bit("fluent-bit/fluent-bit.conf")
        self.assertEqual([name for name, _ in sections], ["SERVICE", "INPUT", "FILTER", "FILTER", "OUTPUT"])
        (_, service), (_, source), (_, parse), (_, select), (_, output) = sections
        parsers = {keys["name"]: keys for _, keys in shippers.fluent_bit(f"fluent-bit/{service['parsers_file']}")}
        self.assertEqual((source["name"], source["multiline.parser"]), ("tail", "docker"))
        self.assertEqual((parse["name"], parse["key_name"], parse["reserve_data"]), ("parser", "log", "On"))
        parser = parsers[parse["parser"]]
        self.assertEqual(parser["format"], "json")
        self.reads_all_lines(parser["time_key"], parser["time_format"])
        key, pattern = select["regex"].split(" ", 1)
        self.assertEqual(key, "level")
        self.passes_lines_of_curt_alone(pattern)
        self.assertEqual((output["labels"], output["label_keys"]), ("job=curt", "$level"))
        tag = source["tag"].replace("*", "x")
        for _, keys in sections[2:]:
            self.assertRegex(tag, "^" + keys["match"].replace(".", r"\.").replace("*", ".*") + "$")

    def test_fluentd_reads_time_and_fields(self):
        root = shippers.fluentd("fluentd/fluent.conf")
        tail, forward = root.all("source")
        self.assertEqual((tail.values["@type"], forward.values["@type"]), ("tail", "forward"))
        # Docker's log driver sends from the host, to a port that the container has published.
        self.assertEqual(forward.values["bind"], "0.0.0.0")
        self.assertIn(f"-p 127.0.0.1:{forward.values['port']}:{forward.values['port']} ", shippers.text_of("fluentd/fluent.conf"))
        outer = tail.one("parse").values
        shippers.parse_time(in_docker("")[outer["time_key"]], outer["time_format"])
        parse, select = root.all("filter")
        self.assertEqual((parse.values["@type"], parse.values["key_name"], parse.values["reserve_data"]), ("parser", "log", "true"))
        inner = parse.one("parse").values
        self.assertEqual(inner["@type"], "json")
        self.reads_all_lines(inner["time_key"], inner["time_format"])
        grep = select.one("regexp").values
        self.assertEqual(grep["key"], "level")
        self.passes_lines_of_curt_alone(grep["pattern"].strip("/"))
        self.assertTrue(tail.values["tag"].startswith("docker."))
        self.assertEqual({block.label for block in (parse, select, *root.all("match"))}, {"docker.**"})

    def test_alloy_reads_time_level_and_request_id(self):
        stages = shippers.alloy("alloy/config.alloy").one("loki.process").one("stage.match")
        expressions = stages.one("stage.json").values["expressions"]
        access = [json.loads(line) for line in self.lines if '"message":"access"' in line]
        self.assertEqual([key for fields in access for key in expressions.values() if key not in fields], [])
        timestamp = stages.one("stage.timestamp").values
        self.reads_all_lines(expressions[timestamp["source"]], timestamp["format"])
        taken = {*stages.one("stage.labels").values["values"].values(), *stages.one("stage.structured_metadata").values["values"].values()}
        self.assertLessEqual(taken, set(expressions))

    def test_lines_of_nginx_have_the_fields_that_alloy_reads(self):
        with open(os.path.join(SOURCE, "nginx/nginx.conf"), encoding="utf-8") as file:
            line = re.search(r"log_format curt escape=json([^;]*);", file.read()).group(1)
        written = set(re.findall(r'"(\w+)":', line))
        read = shippers.alloy("alloy/config.alloy").one("loki.process").one("stage.match").one("stage.json").values["expressions"].values()
        self.assertLessEqual(set(read), written)

    def test_alloy_leaves_out_what_nginx_says_of_requests_that_curt_has_answered(self):
        with open(os.path.join(SOURCE, "nginx/nginx.conf"), encoding="utf-8") as file:
            line = re.search(r"log_format curt escape=json([^;]*);", file.read()).group(1)
        line = "".join(re.findall("'([^']*)'", line))
        drop = shippers.alloy("alloy/config.alloy").one("loki.process").blocks[0]
        self.assertEqual(drop.name, "stage.drop")

        def is_left_out(upstream_status, user_agent="agent"):
            known = {"upstream_status": upstream_status, "log_user_agent": user_agent, "log_status": "200"}
            return bool(re.search(drop.values["expression"], re.sub(r"\$(\w+)", lambda name: known.get(name.group(1), "0"), line)))

        for status in ("200", "302", "404", "410", "429", "500", "503"):
            self.assertTrue(is_left_out(status), status)
        # Refused by nginx, without an answer, and asked of two.
        for status in ("", "-", "502", "504", "502, 200", "504, 502"):
            self.assertFalse(is_left_out(status), status)
        self.assertFalse(is_left_out("", r'\",\"upstream_status\":\"200\",'))  # as escape=json writes it
        self.assertEqual([line for line in self.lines if re.search(drop.values["expression"], line)], [])

    def test_parts_of_alloy_lead_to_each_other(self):
        root = shippers.alloy("alloy/config.alloy")
        exports = {"discovery.docker": "targets", "discovery.relabel": "output", "loki.process": "receiver", "loki.write": "receiver"}
        there = {f"{block.name}.{block.label}.{exports[block.name]}" for block in root.blocks if block.name in exports}
        led_to = set()
        for block in root.blocks:
            for key in ("targets", "forward_to"):
                value = block.values.get(key, [])
                led_to.update(value if isinstance(value, list) else [value])
        self.assertEqual(led_to, there)

    def test_alloy_keeps_few_labels_and_dashboards_ask_for_no_others(self):
        lines = shippers.alloy("alloy/config.alloy").one("loki.process")
        self.assertEqual(set(lines.one("stage.label_keep").values["values"]), FEW_LABELS)
        self.assertEqual(lines.blocks[-1].name, "stage.label_keep")
        parsed = set(re.search(r'service=~"([^"]+)"', lines.one("stage.match").values["selector"]).group(1).split("|"))
        for query in grafana.queries():
            if query.source == "loki":
                selector = re.search(r"\{([^}]*)\}", query.expression).group(1)
                asked = dict(re.findall(r'(\w+)=~?"([^"]*)"', selector))
                self.assertLessEqual(set(asked), FEW_LABELS, query.place)
                self.assertLessEqual(set(asked["service"].split("|")), parsed, query.place)
                self.assertLessEqual(set(asked.get("level", "warn").split("|")), set(LEVELS), query.place)

    def test_loki_has_keys_that_are_documented(self):
        with open(os.path.join(os.path.dirname(__file__), "support/loki_schema.yml"), encoding="utf-8") as file:
            schema = yaml.safe_load(file)
        content = yaml.safe_load(shippers.text_of("loki/loki.yml"))
        jsonschema.Draft202012Validator(schema).validate(content)
        self.assertEqual(content["limits_config"]["retention_period"], "336h")

    def test_alloy_and_grafana_find_loki_where_it_listens(self):
        port = yaml.safe_load(shippers.text_of("loki/loki.yml"))["server"]["http_listen_port"]
        push = shippers.alloy("alloy/config.alloy").one("loki.write").one("endpoint").values["url"]
        self.assertEqual(push, f"http://loki:{port}/loki/api/v1/push")
        sources = {source["uid"]: source for file in grafana.provisioned("datasources") for source in file["datasources"]}
        self.assertEqual(sources["loki"]["url"], f"http://loki:{port}")


if __name__ == "__main__":
    unittest.main()
