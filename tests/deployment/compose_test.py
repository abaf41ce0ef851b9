"""docker-compose.yml and its overrides, read without Docker: what is published, bounded, kept and pinned."""

import glob
import os
import re
import unittest

import jsonschema

from support.compose import Compose, MEBIBYTE, memory_of
from support.processes import SOURCE

ONE_SHOT = {"migrate", "roles", "secrets"}
SERVING = {"nginx", "curt", "worker", "pgbouncer", "postgres", "redis"}


class ComposeTest(unittest.TestCase):
    def setUp(self):
        self.compose = Compose(os.path.join(SOURCE, "docker-compose.yml"))
        self.services = self.compose.services

    def test_it_has_the_services_that_the_readme_names(self):
        serving = {name for name, service in self.services.items() if "profiles" not in service}
        self.assertEqual(serving, SERVING | ONE_SHOT)

    def test_only_nginx_and_grafana_are_published_and_to_this_machine_alone(self):
        published = {name: service["ports"] for name, service in self.services.items() if "ports" in service}
        self.assertEqual(set(published), {"nginx", "grafana"})
        for name, ports in published.items():
            for port in ports:
                self.assertRegex(port, r"^127\.0\.0\.1:", name)

    def test_everything_else_is_on_the_internal_network_alone(self):
        self.assertTrue(self.compose.document["networks"]["internal"]["internal"])
        beyond = {name: set(service.get("networks", [])) - {"internal"} for name, service in self.services.items()}
        self.assertEqual({name: nets for name, nets in beyond.items() if nets},
                         {"nginx": {"published"}, "grafana": {"published"}, "alertmanager": {"outbound"}})
        self.assertEqual(self.services["secrets"]["network_mode"], "none")

    def test_each_service_has_bounds_of_memory_and_log(self):
        for name, service in self.services.items():
            self.assertGreater(memory_of(service), 0, name)
            self.assertEqual(service["logging"]["driver"], "json-file", name)
            self.assertEqual(set(service["logging"]["options"]), {"max-size", "max-file"}, name)

    def test_the_memory_of_all_fits_the_hosts_that_are_promised(self):
        def total(services):
            return sum(memory_of(service) * service.get("deploy", {}).get("replicas", 1) for service in services)

        serving = total(self.services[name] for name in SERVING)
        everything = total(service for name, service in self.services.items() if name not in ONE_SHOT)
        self.assertLessEqual(serving, 1640 * MEBIBYTE)
        self.assertLessEqual(everything, 3400 * MEBIBYTE)

    def test_what_runs_without_need_of_rights_has_none(self):
        for name, service in self.services.items():
            self.assertEqual(service["cap_drop"], ["ALL"], name)
            self.assertIn("no-new-privileges:true", service["security_opt"], name)
            self.assertTrue(service["read_only"], name)
            self.assertFalse(service.get("privileged", False), name)

    def test_each_service_waits_for_what_it_needs(self):
        needs = {name: {need: how["condition"] for need, how in service.get("depends_on", {}).items()}
                 for name, service in self.services.items()}
        ended, healthy = "service_completed_successfully", "service_healthy"
        self.assertEqual(needs["nginx"], {}, "it would be replaced with what it depends on")
        for name in ("curt", "worker"):
            self.assertEqual(needs[name], {"secrets": ended, "migrate": ended, "pgbouncer": healthy, "redis": healthy})
        self.assertEqual(needs["migrate"], {"secrets": ended, "roles": ended})
        self.assertEqual(needs["roles"], {"secrets": ended, "postgres": healthy})
        for name, service in self.services.items():
            mounts = [mount for mount in service.get("volumes", []) if mount.startswith("secrets:")]
            if mounts and name != "secrets":
                self.assertEqual(mounts, ["secrets:/secrets:ro"], name)
                waits = needs[name].get("secrets") == ended or any(
                    needs.get(need, {}).get("secrets") == ended for need in needs[name])
                self.assertTrue(waits, f"{name} may start before there are secrets")

    def test_each_long_running_service_of_the_stack_says_whether_it_is_well(self):
        images = {"curt": "docker/Dockerfile", "pgbouncer": "docker/pgbouncer/Dockerfile"}
        for name in SERVING - set(images):
            self.assertIn("test", self.services[name]["healthcheck"], name)
        for name, path in images.items():
            with open(os.path.join(SOURCE, path), encoding="utf-8") as dockerfile:
                self.assertRegex(dockerfile.read(), r"(?m)^HEALTHCHECK .*CMD", name)

    def test_replicas_have_longer_to_end_than_they_may_take(self):
        environment = self.services["curt"]["environment"]
        drain, end = (int(environment[key].removesuffix("s")) for key in ("CURT_DRAIN_DELAY", "CURT_SHUTDOWN_TIMEOUT"))
        self.assertGreater(int(self.services["curt"]["stop_grace_period"].removesuffix("s")), drain + end)

    def test_images_are_pinned(self):
        for name, service in self.services.items():
            self.assertRegex(service["image"], r":(v?\d[\w.]*|local)$", name)

    def test_redirects_have_no_limit(self):
        self.assertNotIn("CURT_LIMIT_REDIRECT", self.services["curt"]["environment"])

    def test_every_value_that_can_be_changed_has_a_default_and_a_line_in_the_example(self):
        values = {"CURT_DATABASE_URL": ""}  # names the database outside, and has no default
        # Last the stack itself, as an override may give a value of it another default.
        for path in [*glob.glob(os.path.join(SOURCE, "docker/compose/*.yml")), os.path.join(SOURCE, "docker-compose.yml")]:
            with open(path, encoding="utf-8") as file:
                text = file.read()
            self.assertLessEqual(set(re.findall(r"\$\{(?!\w+:-)(\w*)", text)), {"CURT_DATABASE_URL"}, "these have no default")
            values.update(re.findall(r"\$\{(\w+):-([^}]*)\}", text))
        del values["COMPOSE_PROJECT_NAME"]  # Compose's own
        with open(os.path.join(SOURCE, ".env.example"), encoding="utf-8") as file:
            example = dict(re.findall(r"(?m)^#([A-Z_]+)=(.*)$", file.read()))
        self.assertEqual(example, values)

    def test_each_setting_of_curt_is_one_that_there_is(self):
        with open(os.path.join(SOURCE, "docs/configuration.md"), encoding="utf-8") as file:
            known = set(re.findall(r"^\| `(CURT_\w+)`", file.read(), re.MULTILINE))
        for name in ("curt", "worker", "migrate"):
            self.assertEqual(set(self.services[name]["environment"]) - known, set(), name)

    def test_what_is_mounted_from_the_repository_is_there(self):
        for name, service in self.services.items():
            for mount in service.get("volumes", []):
                if mount.startswith("./"):
                    self.assertTrue(os.path.exists(os.path.join(SOURCE, mount.split(":")[0])), f"{name}: {mount}")

    def test_each_volume_that_is_named_is_mounted(self):
        named = {mount.split(":")[0] for service in self.services.values() for mount in service.get("volumes", [])
                 if not mount.startswith((".", "/"))}
        self.assertEqual(named, set(self.compose.document["volumes"]))

    def test_it_is_what_the_specification_of_compose_says(self):
        schema = self.compose.specification()
        for path in [os.path.join(SOURCE, "docker-compose.yml"), *glob.glob(os.path.join(SOURCE, "docker/compose/*.yml"))]:
            jsonschema.Draft7Validator(schema).validate(Compose(path).document)

    def test_overrides_change_only_services_that_there_are(self):
        overrides = sorted(glob.glob(os.path.join(SOURCE, "docker/compose/*.yml")))
        self.assertEqual([os.path.basename(path) for path in overrides], ["outside-database.yml", "sqlite.yml", "tls.yml"])
        for path in overrides:
            self.assertLessEqual(set(Compose(path).services), set(self.services), path)


class SecretsTest(unittest.TestCase):
    def test_each_secret_that_is_read_is_made(self):
        with open(os.path.join(SOURCE, "docker/secrets/make-secrets"), encoding="utf-8") as file:
            made = set(re.findall(r"keep ([\w./-]+) \$", file.read()))
        read = set()
        for path in ["docker-compose.yml", *glob.glob("docker/**", root_dir=SOURCE, recursive=True),
                     *glob.glob("config/**", root_dir=SOURCE, recursive=True)]:
            whole = os.path.join(SOURCE, path)
            if os.path.isfile(whole):
                with open(whole, encoding="utf-8") as file:
                    said = re.sub(r"(?m)^\s*#.*$", "", file.read())
                read.update(re.findall(r"/secrets/([a-z]+/[\w.-]+\w)", said))
        self.assertLessEqual(read, made)


if __name__ == "__main__":
    unittest.main()
