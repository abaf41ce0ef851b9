"""scripts/deploy with a Docker of the test's own: which containers there are at each moment, and what is left where it fails."""

import os
import signal
import unittest

from support.processes import eventually
from support.stack_host import NEW, OLD, StackHost

class Case(unittest.TestCase):
    def assert_runs(self, host, image, replicas=3, workers=2):
        self.assertEqual(([image] * replicas, [image] * workers), (host.images("curt"), host.images("worker")))

    def assert_never_fewer(self, host, replicas=3):
        self.assertGreaterEqual(min(host.state()["serving"]), replicas)
        self.assertLessEqual(max(host.state()["serving"]), replicas + 1)


class Deployment(Case):
    def test_every_replica_is_replaced_while_as_many_as_before_serve(self):
        host = StackHost(self)
        status, output = host.deploy("--image", NEW)
        self.assertEqual(0, status, output)
        self.assert_runs(host, NEW)
        self.assert_never_fewer(host)
        self.assertEqual(f"CURT_IMAGE={NEW}\n", host.kept())

    def test_the_number_of_replicas_stays_what_somebody_has_made_it(self):
        host = StackHost(self, replicas=5)
        status, output = host.deploy("--image", NEW)
        self.assertEqual(0, status, output)
        self.assert_runs(host, NEW, replicas=5)
        self.assert_never_fewer(host, 5)

    def test_the_schema_comes_first_then_curt_then_the_workers_then_the_check(self):
        host = StackHost(self)
        host.deploy("--image", NEW)
        order = [host.calls("run", "migrate"), host.calls("run", "doctor"), host.calls("up", "curt"), host.calls("up", "worker"),
                 host.calls("exec", "POST")]
        self.assertEqual([1, 1, 3, 2, 1], [len(each) for each in order])
        self.assertEqual(sorted(sum(order, [])), sum(order, []))

    def test_a_replica_that_is_up_to_date_is_left_alone(self):
        host = StackHost(self)
        self.assertEqual(0, host.deploy("--image", NEW)[0])
        before = host.state()["containers"]
        self.assertEqual(0, host.deploy("--image", NEW)[0])
        self.assertEqual(before, host.state()["containers"])
        host.file("docker-compose.yml", "another definition")
        self.assertEqual(0, host.deploy("--image", NEW)[0])
        self.assertEqual({"nginx"}, {each["service"] for name, each in host.state()["containers"].items() if name in before})

    def test_what_is_not_here_is_pulled_and_what_cannot_be_pulled_changes_nothing(self):
        host = StackHost(self, registry=["registry.example/curt:3"])
        self.assertEqual(0, host.deploy("--image", "registry.example/curt:3")[0])
        self.assert_runs(host, "registry.example/curt:3")
        status, output = host.deploy("--image", "registry.example/curt:4")
        self.assertEqual(1, status, output)
        self.assert_runs(host, "registry.example/curt:3")
        self.assertEqual("CURT_IMAGE=registry.example/curt:3\n", host.kept())

    def test_without_an_image_this_checkout_is_built_under_a_name_of_its_own(self):
        host = StackHost(self)
        status, output = host.deploy()
        self.assertEqual(0, status, output)
        self.assertRegex(host.kept(), r"^CURT_IMAGE=curt:\d{8}-\d{6}")
        self.assert_runs(host, host.kept().strip().partition("=")[2])

    def test_the_other_lines_of_env_stay(self):
        host = StackHost(self)
        host.file(".env", f"CURT_PUBLISH=127.0.0.1:1\nCURT_IMAGE={OLD}\nA=b\n")
        host.deploy("--image", NEW)
        self.assertEqual(f"CURT_PUBLISH=127.0.0.1:1\nA=b\nCURT_IMAGE={NEW}\n", host.kept())

    def test_env_stays_a_link_with_its_mode_and_a_new_one_is_for_its_owner_alone(self):
        host = StackHost(self)
        host.deploy("--image", NEW)
        self.assertEqual(0o600, os.stat(f"{host.path}/.env").st_mode & 0o777)
        os.chmod(f"{host.path}/.env", 0o640)
        os.rename(f"{host.path}/.env", f"{host.path}/elsewhere")
        os.symlink("elsewhere", f"{host.path}/.env")
        host.deploy("--image", OLD)
        self.assertTrue(os.path.islink(f"{host.path}/.env"))
        self.assertEqual((f"CURT_IMAGE={OLD}\n", 0o640), (host.kept(), os.stat(f"{host.path}/elsewhere").st_mode & 0o777))
        self.assertFalse(os.path.exists(f"{host.path}/.deploy/env.before"))

    def test_where_nothing_runs_all_of_it_is_started(self):
        host = StackHost(self, runs=None)
        status, output = host.deploy("--image", NEW)
        self.assertEqual(0, status, output)
        self.assert_runs(host, NEW)


class Failures(Case):
    def test_a_compose_that_does_not_know_the_files_is_refused(self):
        for version, status in (("2.24.3", 1), ("v2.9.0", 1), ("1.29.2", 1), ("v2.24.4", 0), ("2.35.1-desktop.1", 0), ("5.0.0", 0)):
            with self.subTest(version):
                host = StackHost(self, compose=version)
                found, output = host.deploy("--image", OLD)
                self.assertEqual(status, found, output)
                if status:
                    self.assertIn(f"docker compose is version {version}", output)

    def assert_rolled_back(self, host, *arguments, why):
        status, output = host.deploy(*(arguments or ("--image", NEW)))
        self.assertEqual(1, status, output)
        self.assertRegex(output.splitlines()[-1], why)
        self.assert_runs(host, OLD)
        self.assert_never_fewer(host)
        self.assertIsNone(host.kept())
        self.assertFalse(os.path.exists(f"{host.path}/.deploy/state"))

    def test_a_replica_that_never_gets_healthy_goes_again(self):
        host = StackHost(self, unhealthy={NEW: 1})
        before = host.state()["containers"]
        self.assert_rolled_back(host, why=r"fake-curt-4 is unhealthy")
        self.assertEqual(before, host.state()["containers"])

    def test_replicas_that_were_replaced_already_come_back(self):
        self.assert_rolled_back(StackHost(self, unhealthy={NEW: 3}), why=r"fake-curt-6 is unhealthy")

    def test_a_worker_that_never_gets_healthy_takes_all_of_it_back(self):
        self.assert_rolled_back(StackHost(self, unhealthy={NEW: 4}), why=r"fake-worker-3 is unhealthy")

    def test_files_that_nginx_refuses_are_found_before_anything_changes(self):
        host = StackHost(self, fails=["run", "nginx", "-t"])
        host.change_nginx()
        before = host.state()["containers"]
        self.assert_rolled_back(host, why=r"compose run .* nginx -t")
        self.assertEqual(before, host.state()["containers"])
        self.assertEqual([], host.calls("migrate"))

    def test_nginx_reads_changed_files_again_and_a_refusal_takes_all_of_it_back(self):
        host = StackHost(self, fails=["exec", "nginx", "-t"])
        host.change_nginx()
        self.assert_rolled_back(host, why=r"docker exec .* nginx -t")
        host.change(lambda state: state["plan"].update(fails=[]))
        self.assertEqual(0, host.deploy("--image", NEW)[0])
        self.assertEqual(1, len(host.calls("exec", "reload")))
        self.assertEqual(0, host.deploy("--image", NEW)[0])
        self.assertEqual(1, len(host.calls("exec", "reload")))

    def test_a_schema_that_cannot_be_brought_forward_changes_no_replica(self):
        host = StackHost(self, fails=["migrate", "run"])
        before = host.state()["containers"]
        self.assert_rolled_back(host, why=r"compose run .* migrate")
        self.assertEqual(before, host.state()["containers"])

    def test_settings_with_which_curt_would_not_start_change_no_replica(self):
        host = StackHost(self, fails=["run", "doctor"])
        before = host.state()["containers"]
        self.assert_rolled_back(host, why="would not start with these settings")
        self.assertEqual(before, host.state()["containers"])

    def test_a_check_that_fails_takes_all_of_it_back(self):
        for asked, status in (("GET /health", 503), ("POST /api/v1/links", 500), ("GET /abc", 404), ("GET /stats/abc", 403)):
            with self.subTest(asked):
                self.assert_rolled_back(StackHost(self, answers={asked: status}), why=f"was answered {status} through nginx")

    def test_an_image_whose_name_is_another_build_by_now_comes_back_too(self):
        host = StackHost(self, unhealthy={NEW: 3})
        host.change(lambda state: state["images"].update({OLD: "sha256:rebuilt"}))
        status, output = host.deploy("--image", NEW)
        self.assertEqual(1, status, output)
        self.assertEqual({"sha256:old"}, {each["image"] for each in host.state()["containers"].values() if each["service"] == "curt"})

    def test_a_restart_replaces_all_replicas_by_the_same_image(self):
        host = StackHost(self)
        before = host.state()["containers"]
        status, output = host.deploy("--restart")
        self.assertEqual(0, status, output)
        self.assert_runs(host, OLD)
        self.assert_never_fewer(host)
        self.assertEqual({"nginx"}, {each["service"] for name, each in host.state()["containers"].items() if name in before})


class Interruptions(Case):
    def test_an_interrupt_takes_all_of_it_back(self):
        host = StackHost(self, slow=0.5)
        process = host.start("--image", NEW)
        eventually("a second replica starts", lambda: len(host.calls("up", "curt")) > 1)
        os.killpg(process.pid, signal.SIGINT)
        output, _ = process.communicate()
        self.assertEqual(1, process.returncode, output)
        self.assertIn("failed: interrupted", output)
        self.assert_runs(host, OLD)
        self.assert_never_fewer(host)

    def test_after_a_crash_the_next_run_goes_on_and_keeps_the_number(self):
        host = StackHost(self, slow=0.5)
        process = host.start("--image", NEW)
        eventually("a second replica starts", lambda: len(host.calls("up", "curt")) > 1)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        self.assertEqual(4, len(host.images("curt")))
        status, output = host.deploy()
        self.assertEqual(0, status, output)
        self.assertIn("was cut off", output)
        self.assert_runs(host, NEW)
        self.assert_never_fewer(host)
        self.assertEqual([], host.calls("build"))

    def test_a_run_that_goes_on_knows_the_way_back(self):
        host = StackHost(self, slow=0.5, unhealthy={NEW: 3})
        process = host.start("--image", NEW)
        eventually("a second replica starts", lambda: len(host.calls("up", "curt")) > 1)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        status, output = host.deploy()
        self.assertEqual(1, status, output)
        self.assert_runs(host, OLD)
        self.assert_never_fewer(host)

    def test_a_second_deployment_at_the_same_time_is_refused(self):
        host = StackHost(self, slow=1)
        process = host.start("--image", NEW)
        eventually("a replica starts", lambda: host.calls("up", "curt"))
        status, output = host.deploy("--image", OLD)
        self.assertEqual(1, status)
        self.assertIn("scripts/deploy", output)
        self.assertIn("is at work here", output)
        process.communicate()
        self.assert_runs(host, NEW)


if __name__ == "__main__":
    unittest.main()
