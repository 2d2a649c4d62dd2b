"""Gives the tags of the interpreter that runs it, best first, and the version of `packaging` that says so. Reads a JSON document with `packaging`, the directories
in which `packaging` may be; the first one that this interpreter can read is used."""

import json
import sys


def main():
    question = json.load(sys.stdin)
    tags = tags_module(question["packaging"])
    version = sys.modules["packaging"].__version__
    json.dump({"packaging": version, "tags": [str(tag) for tag in tags.sys_tags()]}, sys.stdout)


def tags_module(directories):
    for directory in directories:
        sys.path.insert(0, directory)
        try:
            import packaging.tags

            return packaging.tags
        except (SyntaxError, TypeError):
            sys.path.pop(0)
            for name in [name for name in sys.modules if name.partition(".")[0] == "packaging"]:
                del sys.modules[name]
    raise SystemExit("no packaging for this Python")


main()
