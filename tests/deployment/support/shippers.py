"""Configurations of log shippers, read as far as a test needs them. None of these programs is in Debian."""

import datetime
import os
import re

from .processes import SOURCE

CONFIG = os.path.join(SOURCE, "config")


def text_of(path):
    with open(os.path.join(CONFIG, path), encoding="utf-8") as file:
        return file.read()


def fluent_bit(path):
    """Sections of Fluent Bit's classic format, in order: [("INPUT", {"name": "tail", ...})]. Keys are in lower case, as it does not tell case apart."""
    sections = []
    for number, line in enumerate(text_of(path).splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#") or line.startswith("@SET "):
            continue
        if head := re.fullmatch(r"\[([A-Z_]+)\]", line):
            sections.append((head.group(1), {}))
        elif entry := re.fullmatch(r"    ([A-Za-z_.]+) +(\S.*)", line):
            sections[-1][1][entry.group(1).lower()] = entry.group(2)
        else:
            raise AssertionError(f"{path}:{number}: {line!r} is neither a section, nor an indented key with its value")
    return sections


class Block:
    """A block of Fluentd or of Alloy: its name, its argument or label, its values and the blocks in it."""

    def __init__(self, name, label=""):
        self.name, self.label, self.values, self.blocks = name, label, {}, []

    def all(self, name):
        return [block for block in self.blocks if block.name == name]

    def one(self, name):
        found = self.all(name)
        if len(found) != 1:
            raise AssertionError(f"{len(found)} blocks {name} in {self.name} {self.label}")
        return found[0]


def fluentd(path):
    """Fluentd's format: <name argument> ... </name> with lines of a key and its value."""
    open_blocks = [Block("")]
    for number, line in enumerate(text_of(path).splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if head := re.fullmatch(r"<([a-z]+) ?([^>]*)>", line):
            block = Block(head.group(1), head.group(2))
            open_blocks[-1].blocks.append(block)
            open_blocks.append(block)
        elif line.startswith("</"):
            closed = open_blocks.pop()
            if line != f"</{closed.name}>":
                raise AssertionError(f"{path}:{number}: {line} closes {closed.name}")
        else:
            key, _, value = line.partition(" ")
            open_blocks[-1].values[key] = value
    if len(open_blocks) != 1:
        raise AssertionError(f"{path}: {open_blocks[-1].name} is not closed")
    return open_blocks[0]


ALLOY_TOKENS = re.compile(r"""\s+ | //[^\n]* | (?P<token> "(?:[^"\\\n]|\\.)*" | `[^`]*` | [\w.]+ | [{}\[\](),=] )""", re.VERBOSE)


def alloy(path):
    """Alloy's format: blocks with values that are texts, names, calls, lists and maps. Calls and names stay text."""
    text, tokens, place = text_of(path), [], 0
    while place < len(text):
        found = ALLOY_TOKENS.match(text, place)
        if not found:
            raise AssertionError(f"{path}: cannot read {text[place:place + 40]!r}")
        if found.group("token"):
            tokens.append(found.group("token"))
        place = found.end()
    tokens.reverse()  # so that the next one is the last
    root = Block("")
    while tokens:
        _alloy_entry(root, tokens)
    return root


def _expect(tokens, wanted):
    token = tokens.pop()
    if token != wanted:
        raise AssertionError(f"{wanted} is missing before {token}")


def _alloy_entry(block, tokens):
    name = tokens.pop()
    if tokens[-1] == "=":
        tokens.pop()
        block.values[name] = _alloy_value(tokens)
        return
    inner = Block(name, tokens.pop().strip('"') if tokens[-1].startswith('"') else "")
    block.blocks.append(inner)
    _expect(tokens, "{")
    while tokens[-1] != "}":
        _alloy_entry(inner, tokens)
    tokens.pop()


def _alloy_value(tokens):
    token = tokens.pop()
    if token == "{":
        entries = {}
        while tokens[-1] != "}":
            key = tokens.pop().strip('"')
            _expect(tokens, "=")
            entries[key] = _alloy_value(tokens)
            if tokens[-1] != "}":
                _expect(tokens, ",")
        tokens.pop()
        return entries
    if token == "[":
        return _alloy_list(tokens, "]")
    if token[0] in "\"`":
        return token[1:-1]
    if tokens[-1] == "(":
        tokens.pop()
        return (token, *_alloy_list(tokens, ")"))
    return token


def _alloy_list(tokens, end):
    values = []
    while tokens[-1] != end:
        values.append(_alloy_value(tokens))
        if tokens[-1] != end:
            _expect(tokens, ",")
    tokens.pop()
    return values


# What the shippers' formats of times have in common; %L and %N are fractions of a second.
TIME_PARTS = {"%Y": r"(\d{4})", "%m": r"(\d\d)", "%d": r"(\d\d)", "%H": r"(\d\d)", "%M": r"(\d\d)", "%S": r"(\d\d)", "%L": r"(\d+)", "%N": r"(\d+)",
              "%z": r"(?:Z|[+-]00:?00)"}


# Formats that have a name, by what they read.
NAMED_FORMATS = {"%iso8601": "%Y-%m-%dT%H:%M:%S.%N%z", "RFC3339Nano": "%Y-%m-%dT%H:%M:%S.%N%z"}


def parse_time(text, time_format):
    """The time that a format such as %Y-%m-%dT%H:%M:%S.%L%z reads from a text in UTC. Fails where it does not fit the whole text."""
    time_format = NAMED_FORMATS.get(time_format, time_format)
    pattern = "".join(TIME_PARTS[part] if part in TIME_PARTS else re.escape(part) for part in re.findall(r"%.|[^%]+", time_format))
    found = re.fullmatch(pattern, text)
    if not found:
        raise AssertionError(f"{time_format} does not fit {text}")
    *whole, fraction = found.groups()
    return datetime.datetime(*map(int, whole), int(fraction.ljust(6, "0")[:6]), tzinfo=datetime.timezone.utc)
