"""The workflows of GitHub, the scripts that they and the documents name, and what these say to a wrong argument."""

import glob
import os
import re
import shutil
import subprocess
import unittest

import yaml

from support.processes import SOURCE, Folder

ACTION = re.compile(r"^[\w.-]+/[\w./-]+@(v\d+\.\d+\.\d+|[0-9a-f]{40})$")
FILES = re.compile(r"(?<![\w/.-])((?:scripts|docker|config|nginx|docs|\.ci|\.github)/[\w./-]*\w)(?![\w./-]*@)")


def read(name):
    with open(os.path.join(SOURCE, name), encoding="utf-8") as file:
        return file.read()


def workflows():
    """Each workflow by its name. YAML 1.1 takes the key `on` for true."""
    return {os.path.basename(path): yaml.safe_load(read(path))
            for path in sorted(glob.glob(os.path.join(SOURCE, ".github/workflows/*.yml")))}


def steps(workflow):
    for job in workflow["jobs"].values():
        yield from job.get("steps", [])


class Workflows(unittest.TestCase):
    def test_there_are_those_that_the_documents_know(self):
        self.assertEqual(["ci.yml", "deploy.yml", "release.yml"], list(workflows()))

    def test_each_gate_is_run_and_no_other(self):
        gates = re.search(r"^gates=\((.*)\)$", read(".ci/run"), re.M).group(1).split()
        matrix = workflows()["ci.yml"]["jobs"]["gates"]["strategy"]["matrix"]["include"]
        self.assertEqual(set(gates), {gate for each in matrix for gate in each["gates"].split()})

    def test_all_tests_run_on_both_releases_of_debian(self):
        matrix = workflows()["ci.yml"]["jobs"]["gates"]["strategy"]["matrix"]["include"]
        self.assertEqual({"bookworm", "trixie"}, {each["debian"] for each in matrix if each["gates"] == "tests"})

    def test_a_gate_has_more_time_than_it_gives_itself(self):
        limits = dict(re.findall(r"\[(\w+)\]=(\d+)", re.search(r"declare -A limit=\((.*)\)", read(".ci/run")).group(1)))
        for each in workflows()["ci.yml"]["jobs"]["gates"]["strategy"]["matrix"]["include"]:
            self.assertGreater(each["minutes"], sum(int(limits[gate]) for gate in each["gates"].split()), each)

    def test_each_file_that_they_name_is_there(self):
        for name in workflows():
            for path in FILES.findall(read(f".github/workflows/{name}")):
                self.assertTrue(os.path.exists(os.path.join(SOURCE, path)), f"{name} names {path}")

    def test_each_action_is_pinned_to_a_whole_version(self):
        for name, workflow in workflows().items():
            used = [step["uses"] for step in steps(workflow) if "uses" in step]
            used += [job["uses"] for job in workflow["jobs"].values() if "uses" in job]
            self.assertTrue(used, name)
            for action in used:
                if action.startswith("./"):
                    self.assertTrue(os.path.exists(os.path.join(SOURCE, action)), action)
                else:
                    self.assertRegex(action, ACTION, name)

    def test_nothing_may_more_than_it_has_to(self):
        for name, workflow in workflows().items():
            self.assertEqual({"contents": "read"}, workflow["permissions"], name)
            for job in workflow["jobs"].values():
                for scope in job.get("permissions", {}):
                    self.assertIn(scope, {"contents", "packages", "id-token", "attestations"}, name)

    def test_each_job_ends_and_two_runs_do_not_meet(self):
        for name, workflow in workflows().items():
            self.assertIn("group", workflow["concurrency"], name)
            for job in workflow["jobs"].values():
                self.assertTrue("uses" in job or job["timeout-minutes"], name)

    def test_what_others_can_choose_is_never_a_part_of_a_script(self):
        for name, workflow in workflows().items():
            for step in steps(workflow):
                self.assertNotIn("${{", step.get("run", ""), name)
                if step.get("uses", "").startswith("actions/checkout@"):
                    self.assertFalse(step["with"]["persist-credentials"], name)

    def test_what_is_deployed_is_the_image_whose_signature_was_checked(self):
        names = {}
        for step in steps(workflows()["deploy.yml"]):
            for word in ("cosign verify", "scripts/deploy --host"):
                if word in step.get("run", ""):
                    self.assertIn('"$IMAGE"', step["run"])
                    names[word] = step["env"]["IMAGE"]
        self.assertEqual({"cosign verify", "scripts/deploy --host"}, set(names))
        self.assertEqual({"${{ steps.image.outputs.image }}"}, set(names.values()))

    def test_a_job_that_calls_another_workflow_may_what_that_one_asks_for(self):
        for name, workflow in workflows().items():
            for job in workflow["jobs"].values():
                if job.get("uses", "").startswith("./"):
                    for called in workflows()[os.path.basename(job["uses"])]["jobs"].values():
                        for scope, right in called.get("permissions", {}).items():
                            self.assertEqual(right, job["permissions"].get(scope), f"{name} calls {job['uses']}: {scope}")

    def test_the_name_of_an_image_has_no_capital_letters(self):
        for name, workflow in workflows().items():
            for step in steps(workflow):
                # metadata-action writes small letters by itself.
                if not step.get("uses", "").startswith("docker/metadata-action@"):
                    self.assertNotRegex(str(step), r"ghcr\.io/\$(\{\{ github\.repository|GITHUB_REPOSITORY|\{GITHUB_REPOSITORY\})", name)

    def test_their_scripts_are_valid(self):
        for name, workflow in workflows().items():
            for step in steps(workflow):
                if "run" in step:
                    checked = subprocess.run(["bash", "-n"], input=step["run"], text=True, capture_output=True, check=False)
                    self.assertEqual("", checked.stderr, f"{name}: {step['run']}")


class Documents(unittest.TestCase):
    def test_each_script_and_file_that_operators_are_told_of_is_there(self):
        for name in ("docs/operations.md", "docs/upgrading.md"):
            for path in FILES.findall(read(name)):
                self.assertTrue(os.path.exists(os.path.join(SOURCE, path)), f"{name} names {path}")

    def test_each_link_leads_somewhere(self):
        for name in ("docs/operations.md", "docs/upgrading.md"):
            for target, anchor in re.findall(r"\]\(([\w./-]*)(?:#([\w-]+))?\)", read(name)):
                path = f"docs/{target}" if target else name
                self.assertTrue(os.path.exists(os.path.join(SOURCE, path)), f"{name} links {target}")
                if anchor:
                    headings = re.findall(r"^#+ (.*)$", read(path), re.M)
                    anchors = {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in headings}
                    self.assertIn(anchor, anchors, f"{name} links {target}#{anchor}")

    def test_each_setting_that_operators_are_told_of_can_be_set(self):
        known = read(".env.example") + read("docs/configuration.md") + read("docker/compose/tls.yml")
        for name in re.findall(r"`((?:CURT|POSTGRES|WORKER|NGINX|REDIS|LOG|RINGS)_[A-Z_]+)", read("docs/operations.md")):
            self.assertIn(name, known)

    def test_each_option_that_is_written_down_is_taken(self):
        for script in ("deploy", "backup", "restore"):
            text = read(f"scripts/{script}")
            for document in ("docs/operations.md", "docs/upgrading.md", "README.md"):
                for line in re.findall(rf"scripts/{script} [^\n`]*", read(document)):
                    for option in re.findall(r"(?<!\S)--[a-z-]+", line.partition("&&")[0].partition("#")[0]):
                        self.assertRegex(text, rf"(?m)^ *{option}\)", f"{document}: {line}")


class Arguments(unittest.TestCase):
    def assert_usage(self, script, arguments, word):
        done = subprocess.run(["bash", os.path.join(SOURCE, "scripts", script), *arguments], capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, check=False)
        self.assertEqual(2, done.returncode, done.stderr)
        self.assertIn(word, done.stderr.splitlines()[0])

    def test_deploy_says_what_is_wrong_with_them(self):
        for arguments, word in ((["--now"], "--now"), (["--image"], "--image needs a value"), (["--image", "a b"], "a b"),
                                (["--host", "-oProxyCommand=id"], "-oProxyCommand=id"), (["--host", "a@b@c"], "a@b@c"),
                                (["--host", "a;b"], "a;b"), (["--host", "a", "--folder", "$HOME"], "$HOME"),
                                (["--transfer"], "--transfer needs --host"), (["curt:1"], "curt:1")):
            with self.subTest(arguments):
                self.assert_usage("deploy", arguments, word)

    def test_backup_and_restore_say_what_is_wrong_with_them(self):
        self.assert_usage("backup", ["--all"], "--all")
        self.assert_usage("backup", ["a", "b"], "more than one folder")
        self.assert_usage("restore", [], "which file?")
        self.assert_usage("restore", ["--yes", "x"], "--yes")
        self.assert_usage("restore", ["/nonexistent"], "/nonexistent")

    def test_restore_takes_no_other_archive_for_a_backup(self):
        folder = Folder(self)
        shutil.copytree(os.path.join(SOURCE, "scripts"), folder.file("scripts"))
        file = folder.file("other.tar")
        subprocess.run(["tar", "-cf", file, "-C", SOURCE, "README.md"], check=True)
        done = subprocess.run(["bash", folder.file("scripts/restore"), file], capture_output=True, text=True, check=False)
        self.assertEqual(1, done.returncode)
        self.assertIn("this is no backup", done.stderr)


if __name__ == "__main__":
    unittest.main()
