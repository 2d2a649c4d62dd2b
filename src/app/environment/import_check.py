"""Tries an environment: reads the metadata of its distributions and imports the console entry points of some of them.

Reads a JSON object from stdin, writes a JSON list [what, why] per failure to stdout, then "done".
"""

import importlib
import json
import os
import re
import sys

from importlib import metadata

if hasattr(os, "setsid"):
    # Programs that an import starts are stopped with this one.
    os.setsid()

# What is imported may print: that goes to stderr.
answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)


def failed(what, why):
    answers.write(json.dumps([what, why]) + "\n")
    answers.flush()


def attempt(what, act):
    try:
        act()
    except BaseException as error:  # An import may end in SystemExit.
        lines = str(error).strip().splitlines()
        failed(what, ": ".join([type(error).__name__] + lines[:1]))


def normalized(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def load(value):
    module, _, attribute = value.partition(":")
    found = importlib.import_module(module.strip())
    for part in filter(None, attribute.strip().split(".")):
        found = getattr(found, part)


def main():
    wish = json.load(sys.stdin)
    for name in wish["distributions"]:
        attempt("the metadata of " + name, lambda: metadata.distribution(name).metadata["Version"].strip())
    for package in wish["packages"]:
        there = set(wish["extras"]) if package == wish["package"] else set()
        for entry_point in metadata.distribution(package).entry_points:
            if entry_point.group != "console_scripts":
                continue
            value, _, extras = entry_point.value.partition("[")
            needed = {normalized(extra.strip()) for extra in extras.rstrip("] ").split(",") if extra.strip()}
            # A command of an extra that nobody asked for lacks what it needs.
            if needed <= there:
                attempt("the command " + entry_point.name, lambda: load(value))


attempt("the package", main)
answers.write("done\n")
answers.flush()
# Threads that an import started are not waited for.
os._exit(0)
