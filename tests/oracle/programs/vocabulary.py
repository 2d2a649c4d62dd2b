"""Gives texts and what `packaging` makes of them: those of its own test suite, and generated ones.

Reads a JSON document with `suite` (the directory of packaging's tests), `count` (texts to generate of each kind) and
`environments` (values of the marker variables); writes one with lists of cases by kind.
"""

import ast
import functools
import json
import pathlib
import random
import re
import sys

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import InvalidVersion, Version

INVALID = "invalid"
# Their texts are names of platforms and files.
ABOUT_PLATFORMS = {"test_elffile", "test_manylinux", "test_musllinux", "test_tags"}
EXTRAS = [[], ["a"], ["foo-bar", "a"]]
EXTRA, SETS = re.compile(r"\bextra\b"), re.compile(r"\b(extras|dependency_groups)\b")


def main():
    request = json.load(sys.stdin)
    published = literals(pathlib.Path(request["suite"]))
    make = Generator(random.Random(20261125), request["count"])
    versions = published + make.versions()
    pool = sorted({str(Version(text)) for text in versions if is_version(text)})
    specifiers = published + make.specifiers(pool)
    answers = {
        "versions": [case(text, version(text)) for text in versions],
        "order": in_order(versions),
        "specifiers": [specifier_case(text, pool) for text in specifiers],
        "requirements": cases(published + make.requirements(), functools.partial(requirement, request["environments"])),
        "markers": cases(published + make.markers(), functools.partial(marker_text, request["environments"])),
        "wheel_names": cases(published + make.wheel_names(), wheel_name),
        "names": cases(published + make.names(), name),
    }
    json.dump(answers, sys.stdout)


def literals(suite):
    """Every string in packaging's test suite: among them all that it publishes as good and bad texts."""
    found = set()
    for path in sorted(suite.glob("test_*.py")):
        if path.stem in ABOUT_PLATFORMS:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) <= 200:
                found.add(node.value)
    return sorted(found)


def cases(texts, verdict):
    return [case(text, verdict(text)) for text in texts]


def case(text, verdict, candidates=()):
    return {"text": text, "verdict": verdict, "candidates": list(candidates)}


def verdict_or_invalid(function):
    """packaging's exceptions for bad texts are all kinds of `ValueError`."""

    @functools.wraps(function)
    def wrapped(*arguments):
        try:
            return function(*arguments)
        except ValueError:
            return INVALID

    return wrapped


def is_version(text):
    return version(text) != INVALID


@verdict_or_invalid
def version(text):
    return str(Version(text))


def in_order(texts):
    """Texts of versions, least first; equal ones in the order in which they came."""
    return sorted((text for text in texts if is_version(text)), key=Version)


def specifier_case(text, pool):
    """A list of specifiers is asked about versions near those that it names, and about some others."""
    try:
        specifiers = SpecifierSet(text)
    except ValueError:
        return case(text, INVALID)
    chance = random.Random(text)
    candidates = chance.sample(pool, 20)
    for specifier in specifiers:
        named = specifier.version.removesuffix(".*")
        if is_version(named):
            candidates += neighbours(Version(named))
    candidates = sorted(set(candidates))
    admitted = [text for text in candidates if specifiers.contains(text, prereleases=True)]
    pre = "asks for pre-releases" if specifiers.prereleases else "does not ask for pre-releases"
    return case(text, f"{canonical(specifiers)}; {pre}; admits {' '.join(admitted)}", candidates)


def neighbours(version):
    public, release = version.public, list(version.release)
    following = ".".join(map(str, release[:-1] + [release[-1] + 1]))
    epoch = f"{version.epoch}!" if version.epoch else ""
    texts = [str(version), public, version.base_version, f"{public}+local", f"{public}+local.1", f"{epoch}{following}"]
    texts += [f"{epoch}{following}.dev0", f"{version.base_version}.0", f"{version.base_version}.0.1"]
    texts += [f"{version.base_version}{end}" for end in ("a1", "rc1", ".dev0", ".post0", ".post1", ".post1.dev0")]
    return [str(Version(text)) for text in texts]


def canonical(specifiers):
    return ",".join(sorted({canonical_specifier(specifier) for specifier in specifiers}))


def canonical_specifier(specifier):
    version, star = specifier.version.removesuffix(".*"), specifier.version.endswith(".*")
    if specifier.operator == "===":
        return f"==={version}"
    return f"{specifier.operator}{Version(version)}{'.*' if star else ''}"


@verdict_or_invalid
def requirement(environments, text):
    read = Requirement(text)
    extras = ",".join(sorted({canonicalize_name(extra) for extra in read.extras}))
    origin = read.url or canonical(read.specifier)
    holds = marker(environments, read.marker) if read.marker else "always"
    return f"{canonicalize_name(read.name)} [{extras}] {origin}; {holds}"


@verdict_or_invalid
def marker_text(environments, text):
    return marker(environments, Marker(text))


def marker(environments, marker):
    """Whether it holds, as pip asks for each requested extra, and as a lock asks for all of them. Each of the two has
    its own variables for extras, and is not asked about the other's."""
    answers = ""
    for environment in environments:
        for extras in EXTRAS:
            if not SETS.search(str(marker)):
                asked = [{**environment, "extra": extra} for extra in extras or [""]]
                answers += answer(lambda: any(marker.evaluate(one) for one in asked))
            if not EXTRA.search(str(marker)):
                locked = {**environment, "extras": set(extras), "dependency_groups": {"dev"}}
                answers += answer(lambda: marker.evaluate(locked, context="lock_file"))
    return answers


def answer(evaluate):
    """`-` for an error."""
    try:
        return "1" if evaluate() else "0"
    except Exception:
        return "-"


@verdict_or_invalid
def wheel_name(text):
    name, version, build, tags = parse_wheel_filename(text)
    build = text.split("-")[2] if build else ""
    return f"{name} {version} [{build}] {' '.join(sorted(map(str, tags)))}"


@verdict_or_invalid
def name(text):
    return canonicalize_name(text, validate=True)


def is_defined_everywhere(marker):
    """Whether its comparisons stay defined when a value is no longer a version."""
    return "~=" not in marker and "===" not in marker


class Generator:
    """Texts as people write them, and some with a character too many or too few. What the two are meant to see
    differently is not made here: it stands in the table of differences."""

    VERSION_VARIABLES = "implementation_version platform_release python_full_version python_version".split()
    TEXT_VARIABLES = """implementation_name os_name platform_machine platform_python_implementation platform_system
        platform_version sys_platform os.name sys.platform platform.machine python_implementation""".split()
    VERSIONS = "3.9 3.12 3.12.1 3.13.0a1 6.1 6.1.0".split()
    VALUES = """3 3.* 3.10+local cpython posix linux linux2 Linux win32 x86_64 CPython a foo_bar Foo.Bar dev b""".split() + [
        "",
        "3.8 3.9",
        "3.12, 3.13",
        "#1 SMP",
    ]
    ORDERS = "== != < <= > >=".split()
    NAMES = "a foo Foo.Bar foo_bar x-1 0 zope.interface".split()
    NOISE = " .,;-+!*<>~()[]@#'\"\t0a\u00e9\u0661"

    def __init__(self, chance, count):
        self.chance = chance
        self.count = count

    def versions(self):
        return self.with_damaged(self.version)

    def specifiers(self, pool):
        return self.with_damaged(lambda: self.specifier_list(pool))

    def requirements(self):
        return self.with_damaged(self.requirement, lambda text: is_defined_everywhere(text.partition(";")[2]))

    def markers(self):
        return self.with_damaged(lambda: self.marker(2), is_defined_everywhere)

    def wheel_names(self):
        return [self.wheel_name() for _ in range(self.count)]

    def names(self):
        return self.with_damaged(lambda: self.any_of(self.NAMES) + self.maybe(self.any_of(self.NAMES)))

    def with_damaged(self, make, may_be=lambda text: True):
        whole = [make() for _ in range(self.count)]
        return whole + [self.damaged(text) for text in whole[::3] if may_be(text)]

    def damaged(self, text):
        at = self.chance.randrange(len(text) + 1)
        kept = text[at + 1 :] if self.chance.random() < 0.4 else text[at:]
        return text[:at] + self.maybe(self.any_of(self.NOISE), 0.8) + kept

    def any_of(self, choices):
        return self.chance.choice(choices)

    def maybe(self, text, probability=0.5):
        return text if self.chance.random() < probability else ""

    def number(self):
        return str(self.any_of([0, 0, 1, 1, 2, 3, 9, 10, 11, 99, 2024, "01"]))

    def release(self):
        return ".".join(self.number() for _ in range(self.any_of([1, 2, 2, 3, 3, 4])))

    def separator(self):
        return self.any_of(["", "", ".", "-", "_"])

    def version(self):
        letter = self.any_of("a b c rc alpha beta pre preview A RC Alpha".split())
        post = self.any_of(["post", "rev", "r", "Post"])
        text = self.maybe(" ", 0.05) + self.maybe("v", 0.1) + self.maybe(f"{self.any_of('0127')}!", 0.15)
        text += self.release()
        text += self.maybe(self.separator() + letter + self.separator() + self.maybe(self.number(), 0.9), 0.35)
        text += self.maybe(self.any_of([f"-{self.number()}", self.separator() + post + self.maybe(self.number())]), 0.3)
        text += self.maybe(self.separator() + "dev" + self.maybe(self.number(), 0.9), 0.25)
        local = self.any_of(["local", "cu118", "1", "01", "a.1", "1.a", "ubuntu-1", "A_b"])
        return text + self.maybe(f"+{local}", 0.2) + self.maybe(" ", 0.05)

    def specifier(self, pool):
        operator = self.any_of(["==", "==", "!=", "<", "<=", ">", ">=", "~="])
        version = self.any_of([self.any_of(pool), self.version().strip(), self.release()])
        star = ".*" if operator in ("==", "!=") and self.chance.random() < 0.4 else ""
        return self.maybe(" ", 0.1) + operator + self.maybe(" ", 0.2) + version + star + self.maybe(" ", 0.1)

    def specifier_list(self, pool):
        count = self.any_of([1, 1, 1, 2, 2, 3])
        return ",".join(self.specifier(pool) for _ in range(count)) + self.maybe(",", 0.03)

    def requirement(self):
        extras = ",".join(self.any_of(self.NAMES) for _ in range(self.chance.randrange(3)))
        specifiers = self.specifier_list(["1.0", "2.0rc1", "1!3", "1.4.2", "0.9.post1"])
        address = "@ https://e.example/a;b-1-py3-none-any.whl#sha256=00"
        origin = self.any_of([specifiers, f"({specifiers})", "", address])
        gap = " " if origin.startswith("@") else self.maybe(" ")
        marker = self.maybe(f"{gap};{self.maybe(' ')}{self.marker(1)}", 0.4)
        extras = self.maybe(f"[{extras}]", 0.3)
        return self.any_of(self.NAMES) + self.maybe(" ") + extras + self.maybe(" ") + origin + marker

    def marker(self, depth):
        if depth and self.chance.random() < 0.5:
            parts = [self.marker(depth - 1) for _ in range(self.any_of([2, 2, 3]))]
            text = self.any_of([" and ", " or "]).join(parts)
            return self.any_of([text, f"({text})"])
        return self.comparison()

    def comparison(self):
        quote = self.any_of("'\"")
        quoted = [f"{quote}{self.any_of(values)}{quote}" for values in (self.VERSIONS, self.VALUES)]
        version, value = quoted
        sides = self.any_of(
            [
                [self.any_of(self.VERSION_VARIABLES), self.any_of([*self.ORDERS, "~=", "==="]), version],
                [version, self.any_of(self.ORDERS), self.any_of(self.VERSION_VARIABLES)],
                [self.any_of(self.VERSION_VARIABLES), self.any_of([*self.ORDERS, "in", "not in"]), value],
                [self.any_of(self.TEXT_VARIABLES), self.any_of([*self.ORDERS, "in", "not in"]), value],
                [value, self.any_of([*self.ORDERS, "in", "not in"]), self.any_of(self.TEXT_VARIABLES)],
                ["extra", self.any_of(["==", "!="]), value],
                [value, self.any_of(["in", "not in"]), self.any_of(["extras", "dependency_groups"])],
            ]
        )
        return " ".join(sides)

    def wheel_name(self):
        version = self.any_of(["1.0", "1!2.0+cu118.a", "1.0rc1", "01.0", "1.0.dev1", self.version().strip()])
        version = version.replace("-", ".").replace("_", ".")
        build = self.any_of(["", "", "", "1", "1abc", "01", "x"])
        tag = self.any_of(["py3-none-any", "py2.py3-none-any", "cp38-abi3-manylinux_2_17_x86_64.manylinux2014_x86_64"])
        parts = [self.any_of(self.NAMES), version, *([build] if build else []), tag]
        return "-".join(parts) + self.any_of([".whl", ".whl", ".whl", ".WHL", ".zip"])


main()
