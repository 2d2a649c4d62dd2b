"""Checks that every dependency's licence is one that `deny.toml` allows. Reads `cargo metadata` on stdin."""

import json
import re
import sys
import tomllib


def allows(expression: str, allowed: set[str]) -> bool:
    """Evaluates an SPDX expression; the old `A/B` form means `A OR B`."""
    text = expression.replace("/", " OR ")
    words = re.findall(r"\(|\)|[^\s()]+", text)
    translated = []
    exception = False
    for word in words:
        if exception:
            # `X WITH Y` is allowed where the two together are.
            name = f"{translated.pop()[1]} WITH {word}"
            translated.append((name in allowed, name))
            exception = False
        elif word == "WITH":
            exception = True
        elif word in ("(", ")", "AND", "OR"):
            translated.append((None, word.lower()))
        else:
            translated.append((word in allowed, word))
    return bool(eval(" ".join(word if value is None else str(value) for value, word in translated)))


def main() -> None:
    with open(sys.argv[1], "rb") as file:
        allowed = set(tomllib.load(file)["licenses"]["allow"])
    packages = [package for package in json.load(sys.stdin)["packages"] if package["source"]]
    refused = [
        f"{package['name']} {package['version']}: {package['license'] or 'no licence stated'}"
        for package in packages
        if not allows(package["license"] or "none", allowed)
    ]
    if refused:
        sys.exit("error: licences that deny.toml does not allow:\n  " + "\n  ".join(refused))
    print(f"{len(packages)} dependencies, all under an allowed licence")


main()
