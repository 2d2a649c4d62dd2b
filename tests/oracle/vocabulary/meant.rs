//! The differences from `packaging` that are meant, text by text.

use crate::difference::Meant;

pub(crate) const MEANT: &[Meant] = &[
    Meant {
        kind: "specifiers",
        reason: ONE_VERSION,
        inputs: &[
            "===0!1.0",
            "===01.0",
            "===1.0",
            "===1.0+ABC",
            "===1.0+ABC.DEF",
            "===1.0+AbC",
            "===1.0+LOCAL",
            "===1.0,!=2.0",
            "===1.0,==1.0",
            "===1.0,>=0.5",
            "===1.0,>=1.0",
            "===1.0-1",
            "===1.0-1,>=1.0",
            "===1.0.0",
            "===1.0.0,>=1.0",
            "===1.0.DEV1",
            "===1.0.POST1",
            "===1.0.dev01",
            "===1.01",
            "===1.01,==1.0",
            "===1.01,==1.1",
            "===1.01,>=1.0",
            "===1.0A1",
            "===1.0A1.POST2.DEV3",
            "===1.0B1",
            "===1.0RC1",
            "===1.1",
            "===1.5",
            "===1.a1",
            "===2.0",
            "===2.0,>=1.0a1",
            "===3.8",
            "===v1.0,>=1.0",
            ">=1.0,===1.01",
            ">=1.0,===1.1",
            ">=1.0,===1.5",
            ">=1.0,===2.5",
            ">=3.8.dev0,===3.8",
        ],
    },
    Meant {
        kind: "specifiers",
        reason: NO_VERSION,
        inputs: &[
            "!=2.0,===foobar",
            "===1.*",
            "===1.0.special",
            "===FOOBAR,===foobar",
            "===FooBar,===FOOBAR",
            "===LOLWAT",
            "===LoLWaT",
            "===a",
            "===a,!=1.0",
            "===a,===b",
            "===abc",
            "===anything",
            "===arbitrarystring , != 1.0",
            "===arbitrarystring, >=1",
            "===arbitrarystring,>= 1",
            "===arbitrarystring,>=1",
            "===b",
            "===bar===",
            "===baz",
            "===custom",
            "===else",
            "===foobar",
            "===foobar,!=1.0",
            "===foobar,==1.0",
            "===foobar,===foobar",
            "===foobar,>=1.0",
            "===foobar,>=2.0,<3.0",
            "===garbage",
            "===invalid",
            "===lOlwAt",
            "===legacy",
            "===lolwat",
            "===not-a-version",
            "===not-a-version,~=1.0",
            "===opaque,>=1.0",
            "===wat",
            "==={ws}arbitrarystring",
            ">=1,===arbitrarystring",
            ">=1.0,===foobar",
        ],
    },
    Meant { kind: "specifiers", reason: CONTROL, inputs: &["\u{1c}", "\u{1d}", "\u{1e}"] },
    Meant {
        kind: "requirement",
        reason: FOLDED,
        inputs: &[
            "\nhi",
            "\rhi",
            "  \r \u{c} \u{b} v1.0\t\n",
            "   v1.0\t\n",
            "hi\n",
            "hi\r",
            "pylock.spam.toml\n",
            "\u{202f}1.0\t\u{2029}\n ",
        ],
    },
    Meant { kind: "requirement", reason: ESCAPES, inputs: &[r#"name; os_name == "C:\""#, r#"name; os_name == "\x""#] },
    Meant { kind: "requirement", reason: NO_VERSION, inputs: &["os_name === 'posix'", "sys_platform === 'linux'"] },
    Meant {
        kind: "marker",
        reason: TWO_TEXTS,
        inputs: &[
            r#""a" <= "a""#,
            r#""b" < "a""#,
            r#""b" <= "a""#,
            r#""b" > "a""#,
            r#""b" >= "a""#,
            r#""hello" == "world""#,
            "'hello' == 'world'",
        ],
    },
    Meant { kind: "marker", reason: ESCAPES, inputs: &[r#"os_name == "C:\""#, r#"os_name == "\x""#] },
    Meant {
        kind: "marker",
        reason: UNDEFINED,
        inputs: &[
            "'2.7.0' ~= os_name",
            r#"extra ~= "gpu""#,
            "extras == 'fancy-feature'",
            "os_name === 'posix'",
            "sys_platform === 'linux'",
        ],
    },
    Meant {
        kind: "wheel name",
        reason: OLD_WHEELS,
        inputs: &["foo__bar-1.0-py3-none-any.whl", "playlyfe-0.1.1-2.7.6-none-any.whl"],
    },
    Meant {
        kind: "wheel name",
        reason: ASCII,
        inputs: &["foo_bár-1.0-1000-py3-none-any.whl", "foo_bár-1.0-py3-none-any.whl"],
    },
];

const ONE_VERSION: &str = "`packaging` compares `===` as text. Kingbolt compares versions: a range of versions cannot distinguish 1.0 \
     from 1.0.0, and no index offers both.";

const NO_VERSION: &str =
    "`===` with text that is not a version matches no release of an index, so Kingbolt refuses it when parsing.";

const ESCAPES: &str = "`packaging` interprets Python's escapes in quoted text, and refuses unknown ones; in PEP 508 and in Kingbolt a \
     backslash is an ordinary character.";

const FOLDED: &str =
    "Any whitespace may surround a requirement, not only spaces and tabs, because lines in METADATA may be folded.";

const TWO_TEXTS: &str = "`packaging` parses a comparison of two literals, and raises an error when evaluating it.";

const UNDEFINED: &str = "`packaging` raises an error when evaluating it, because the operator is not defined for such text. In Kingbolt \
     it is false, so that one invalid marker does not prevent an install.";

const OLD_WHEELS: &str =
    "Repeated `_`, and tags without an interpreter, occur in the names of wheels that indexes still offer.";

const ASCII: &str = "Other names are not valid package names (PEP 508).";

const CONTROL: &str = "Only Python treats this control character as whitespace.";
