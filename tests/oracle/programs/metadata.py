"""Gives METADATA files and what `packaging` and pip make of them. Reads a JSON document with `count`, the number of
files to make with some bytes changed."""

import email.errors
import json
import logging
import random
import sys
import warnings

from packaging.metadata import InvalidMetadata, Metadata
from packaging.specifiers import InvalidSpecifier
from packaging.utils import canonicalize_name, canonicalize_version
from packaging.version import Version
from pip._internal.metadata import get_metadata_distribution
from pip._internal.utils.packaging import get_requirement
from pip._internal.utils.temp_dir import global_tempdir_manager

BASE = "Metadata-Version: 2.1\nName: Foo.Bar\nVersion: 1.0\n"
WHOLE = (
    "Metadata-Version: 2.4\nName: Foo.Bar\nVersion: 1.0\nSummary: one\n  folded\nLicense: a: b\n        c\n"
    "Requires-Python: >=3.8, <4\nRequires-Dist: bar>=1,<2\nREQUIRES-DIST: baz[x] ~=1.4 ; extra == 'Fast'\n"
    "Provides-Extra: Fast\nAuthor: Zo\u00eb <z@e.example>\n\nRequires-Dist: described\n"
)


def main():
    count = json.load(sys.stdin)["count"]
    chance = random.Random(20261125)
    files = [(label, text if isinstance(text, bytes) else text.encode()) for label, text in written()]
    with global_tempdir_manager():
        answers = {
            "written": [answer(label, content) for label, content in files],
            "changed": [answer(ascii(content), content) for content in (changed(chance) for _ in range(count))],
        }
    json.dump(answers, sys.stdout)


def answer(label, content):
    return {"label": label, "bytes": list(content), "packaging": packaging(content), "pip": pip(content)}


def written():
    for version in "1.0 1.1 1.2 2.0 2.1 2.2 2.3 2.4 2.5 2.6 2.99 3.0 0.9 two".split():
        yield f"version {version}", f"Metadata-Version: {version}\nName: foo\nVersion: 1.0\nRequires-Dist: bar (>=1.0)\n"
    yield "version missing", "Name: foo\nVersion: 1.0\n"
    yield "version twice", "Metadata-Version: 2.1\nMetadata-Version: 2.2\nName: foo\nVersion: 1.0\n"
    yield "everything", WHOLE
    yield "everything with CRLF", WHOLE.replace("\n", "\r\n")
    yield "everything with CR", WHOLE.replace("\n", "\r")
    yield "fields of 2.5", BASE + "Import-Name: foo\nImport-Namespace: bar ; private\nLicense-Expression: MIT\n"
    yield "fields of 1.1", BASE + "Requires: old\nProvides: older\nObsoletes: oldest\nRequires-External: libc\n"
    yield "unknown field", BASE + "Mood: good\nRequires-Dist: bar\n"
    for python in OLD_PYTHON:
        yield f"Requires-Python {python}", BASE + f"Requires-Python: {python}\n"
    for requirement in OLD_REQUIREMENTS:
        yield f"Requires-Dist {requirement}", BASE + f"Requires-Dist: {requirement}\n"
    for extra in ("x", "X_y.z", "-", "a b", "", "\u00e9", "a-"):
        yield f"Provides-Extra {extra}", BASE + f"Provides-Extra: {extra}\n"
    for name in ("foo", "-foo", "foo-", "", "f o", "f\u00f6\u00f6", "Foo__Bar", "f/o"):
        yield f"Name {name}", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
    for version in ("1", "v1.0-1", "1.0-foo", "", "1.0+a_b", "2004d", "1!1"):
        yield f"Version {version}", f"Metadata-Version: 2.1\nName: foo\nVersion: {version}\n"
    yield "no name", "Metadata-Version: 2.1\nVersion: 1.0\n"
    yield "no version", "Metadata-Version: 2.1\nName: foo\n"
    yield "two names", BASE + "Name: other\n"
    yield "two versions", BASE + "Version: 2.0\n"
    yield "two Requires-Python", BASE + "Requires-Python: >=3.8\nRequires-Python: >=3.9\n"
    yield "empty", ""
    yield "a line that is no field", BASE + "nonsense\nRequires-Dist: bar\n"
    yield "a blank line with spaces", BASE + "  \nRequires-Dist: bar\n"
    yield "a field without a value", BASE + "Requires-Dist:\n"
    yield "a folded requirement", BASE + "Requires-Dist: bar\n  >=1\n"
    yield "a requirement on the next line", BASE + "Requires-Dist:\n bar\n"
    yield "an extra on the next line", BASE + "Provides-Extra:\n fast\n"
    yield "a blank behind an extra", BASE + "Provides-Extra: fast \n"
    yield "a blank behind the name", BASE.replace("Foo.Bar", "Foo.Bar\t")
    yield "a requirement that ends in _", BASE + "Requires-Dist: bar_\n"
    yield "a field name with a blank", BASE + "Requires Dist: bar\n"
    yield "a blank before the colon", BASE + "Requires-Dist : bar\n"
    yield "UTF-8 with its mark", b"\xef\xbb\xbf" + WHOLE.encode()
    yield "Latin-1 in an author", WHOLE.encode("latin-1")
    yield "Latin-1 in the name", BASE.replace("Foo.Bar", "f\u00f6\u00f6").encode("latin-1")
    yield "Latin-1 in a requirement", (BASE + "Requires-Dist: b\u00e4r\n").encode("latin-1")
    yield "Latin-1 in the text", (BASE + "\nna\u00efve\n").encode("latin-1")
    yield "UTF-16", BASE.encode("utf-16")
    yield "a NUL in an author", BASE + "Author: a\0b\nRequires-Dist: bar\n"
    yield "a NUL in a requirement", BASE + "Requires-Dist: b\0ar\n"
    yield "other line separators", BASE + "Author: a\x0bb\x0cc\x1cd\u0085e\u2028f\nRequires-Dist: bar\n"


OLD_PYTHON = [">=3.6.*", ">=3.6.*, <4", "!=3.0.*,>=2.7", ">=3.6,", "~=3", "three", "", ">=2.7 !=3.0", "3.6", "=>3.6", ">'3.5'"]
OLD_REQUIREMENTS = [
    *("bar", "bar (>=1.0)", "bar (==1.*,<2)", "bar ()", "bar (>=1.*)", "bar (>1.0.*)", "bar (1.0)", "bar 1.0"),
    *("bar (=>1)", "bar (>=1 <2)", "bar (===one)", "bar (>=1-dev-x)", "bar>=1.0,", "bar>=1,,<2", "bar (>=1", "bar>=1.0dev"),
    *("bar>=2.0-beta", "bar==1.0+local", "bar>=1.0+local", "bar~=1", "bar<=2013b", "bar==2004d", "bar==dev", "bar; x=='y'"),
    *("bar; python_version>='3'", "bar; python_version >= 3", "bar;python_version=='2.6.*'", "bar ; 'linux' in sys_platform"),
    *("bar[a,b]", "bar[a b]", "bar [a] (>=1)", "bar @ https://e.example/a.whl", "bar @ git+https://e.example/a", "bar @ x"),
    *("bar@https://e.example/a.whl ; os_name=='posix'", "bar; extra == 'x' and (os_name=='a' or os_name=='b')", "-bar", "bar-"),
]


def changed(chance):
    """What is known to differ, folded requirements, names that end in `_` and other encodings, is not made here."""
    content = bytearray(WHOLE.replace(" ~=1.4 ; extra == ", "~=1.4;extra==").replace("\u00eb", "e").encode())
    for _ in range(chance.choice([1, 1, 2])):
        at = chance.randrange(len(content))
        change = chance.choice(["insert", "remove", "replace", "cut"])
        noise = chance.choice(b" \t\n\n\r:;,.=<>-[]()'\"0aA")
        if change == "insert":
            content.insert(at, noise)
        elif change == "remove":
            del content[at]
        elif change == "replace":
            content[at] = noise
        else:
            del content[at : at + chance.randrange(20)]
    return bytes(content)


def packaging(content):
    """Fields are checked when they are read. Only those are that decide about an installation."""
    try:
        read = Metadata.from_email(content, validate=False)
        assert read.metadata_version
        python, requirements = read.requires_python, read.requires_dist or []
        return verdict(read.name, read.version, python, requirements, read.provides_extra or [])
    except (InvalidMetadata, ExceptionGroup, email.errors.MessageError):
        return "invalid"


def pip(content):
    try:
        read = get_metadata_distribution(content, "foo_bar-1.0-py3-none-any.whl", "foo-bar")
        fields = read.metadata
        # As its `iter_dependencies` has it, which asks the markers too.
        requirements = [get_requirement(text.strip()) for text in fields.get_all("Requires-Dist", [])]
        return verdict(fields["Name"], read.version, read.requires_python, requirements, fields.get_all("Provides-Extra", []))
    except (ValueError, KeyError, AttributeError, TypeError):
        return "invalid"


def verdict(name, version, python, requirements, extras):
    needs = "|".join(f"{canonicalize_name(requirement.name)} {specifiers(requirement.specifier)}" for requirement in requirements)
    # pip offers those too that are no names, and that nobody can ask for.
    offered = ",".join(canonicalize_name(extra.strip()) for extra in extras if is_name(extra.strip()))
    # pip keeps blanks at the end of a name.
    return f"{canonicalize_name(name.strip())} {Version(str(version))}; Python {specifiers(python or [])}; needs {needs}; offers {offered}"


def is_name(text):
    try:
        return bool(canonicalize_name(text, validate=True))
    except ValueError:
        return False


def specifiers(specifiers):
    return ",".join(sorted({canonical(specifier) for specifier in specifiers}))


def canonical(specifier):
    version, star = specifier.version.removesuffix(".*"), specifier.version.endswith(".*")
    return f"{specifier.operator}{canonicalize_version(version, strip_trailing_zero=False)}{'.*' if star else ''}"


warnings.simplefilter("ignore")
logging.disable()
main()
