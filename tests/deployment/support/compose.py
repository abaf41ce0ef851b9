"""A file of Compose as Compose sees it, without Compose: merge keys are resolved, variables have their defaults."""

import json
import os
import re

import yaml

from support.processes import SOURCE

MEBIBYTE = 1024 * 1024


class _Loader(yaml.SafeLoader):
    """Knows the tags with which an override replaces or removes a value, and takes them for the value."""


def _value(loader, node):
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return None


_Loader.add_constructor("!override", _value)
_Loader.add_constructor("!reset", _value)


def _with_defaults(text):
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text)


def memory_of(service):
    """The bound of a service's memory, in bytes; 0 where there is none."""
    text = service.get("deploy", {}).get("resources", {}).get("limits", {}).get("memory", "0")
    number, unit = re.fullmatch(r"(\d+)([MG]?)", str(text)).groups()
    return int(number) * {"": 1, "M": MEBIBYTE, "G": 1024 * MEBIBYTE}[unit]


class Compose:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.document = yaml.load(_with_defaults(file.read()), Loader=_Loader)
        self.services = self.document["services"]

    @staticmethod
    def specification():
        """The JSON schema of Compose's files; tests/data/README.md says where it is from."""
        with open(os.path.join(SOURCE, "tests/data/compose-spec.json"), encoding="utf-8") as file:
            return json.load(file)
