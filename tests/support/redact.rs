//! Replaces what differs from machine to machine and from run to run, so that the whole of an output can be compared.

/// Known texts become their names, what the system says `[SYSTEM ERROR]`, the hash of a generation `[ID]`, the number in
/// the name of an unfinished file and that of a process `[PROCESS]`, the directory of packages in an environment `[LIBRARY]`,
/// then every date with a time `[DATE]`, every duration `[TIME]` and every number of bytes `[SIZE]`.
pub(crate) fn redacted(output: &str, names: &[(String, String)]) -> String {
    let mut text = output.replace("\r\n", "\n");
    if cfg!(windows) {
        text = text.replace('\\', "/");
    }
    for (known, name) in names {
        text = text.replace(known.as_str(), name);
    }
    for directory in ["/generations/", "/records/"] {
        text = without_digits_after(&text, directory, "[ID]", |text| {
            let number = text.find(|character: char| !character.is_ascii_digit())?;
            text[number..].starts_with('-').then_some((number + 1, 12))
        });
    }
    text = without_digits_after(&text, "/.kingbolt-", "[PROCESS]", |text| {
        let number = text.find(|character: char| !character.is_ascii_digit() && character != '-')?;
        number.checked_sub(1).map(|length| (0, length))
    });
    text = without_digits_after(&text, "(process ", "[PROCESS]", |text| {
        let number = text.find(|character: char| !character.is_ascii_digit())?;
        Some((0, number))
    });
    let text = dates(&libraries(&text));
    measures(&text.split('\n').map(without_system_error).collect::<Vec<_>>().join("\n"))
}

/// `lib/python3.13/site-packages` or `Lib/site-packages`, in a generation.
fn libraries(text: &str) -> String {
    let mut parts = text.split("/site-packages");
    let mut result = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let above = result.rfind("[ID]/").map(|at| at + "[ID]/".len());
        match above.filter(|at| result[*at..] == *"Lib" || result[*at..].starts_with("lib/python")) {
            Some(at) => result.replace_range(at.., "[LIBRARY]"),
            None => result += "/site-packages",
        }
        result += part;
    }
    result
}

/// `2026-11-27T19:05:11Z`, and `2026-11-28 00:35:11 +05:30` in a time zone.
fn dates(text: &str) -> String {
    let east = dates_of_form(text, b"0000-00-00 00:00:00 +00:00");
    let west = dates_of_form(&east, b"0000-00-00 00:00:00 -00:00");
    dates_of_form(&west, b"0000-00-00T00:00:00Z")
}

/// A zero of the form stands for any digit.
fn dates_of_form(text: &str, form: &[u8]) -> String {
    let is_date = |part: &[u8]| {
        part.iter().zip(form).all(|(byte, form)| if *form == b'0' { byte.is_ascii_digit() } else { byte == form })
    };
    let mut result = text.to_owned();
    let found: Vec<usize> =
        text.as_bytes().windows(form.len()).enumerate().filter(|(_, part)| is_date(part)).map(|(at, _)| at).collect();
    for at in found.into_iter().rev() {
        result.replace_range(at..at + form.len(), "[DATE]");
    }
    result
}

/// Gives the part of a path a name that a function finds after a start: by where it begins, and its length.
fn without_digits_after(text: &str, start: &str, name: &str, find: impl Fn(&str) -> Option<(usize, usize)>) -> String {
    let mut parts = text.split(start);
    let mut result = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        result += start;
        match find(part).filter(|(at, length)| {
            let digits = part.get(*at..at + length);
            digits.is_some_and(|digits| digits.chars().all(|digit| digit.is_ascii_hexdigit() || digit == '-'))
        }) {
            Some((at, length)) => result += &format!("{}{name}{}", &part[..at], &part[at + length..]),
            None => result += part,
        }
    }
    result
}

/// Systems have different words and numbers for the same thing: `Connection refused (os error 111)`.
fn without_system_error(line: &str) -> String {
    match (line.rfind(": "), line.ends_with(')') && line.contains("(os error ")) {
        (Some(colon), true) => format!("{}: [SYSTEM ERROR]", &line[..colon]),
        _ => line.to_owned(),
    }
}

/// Removes the first line break and the indentation that all lines share, so that expected text can stand in the code
/// as it is read.
pub(crate) fn unindented(text: &str) -> String {
    let text = text.strip_prefix('\n').unwrap_or(text);
    let indentation = |line: &&str| line.len() - line.trim_start().len();
    let shared = text.lines().filter(|line| !line.trim().is_empty()).map(|line| indentation(&line)).min().unwrap_or(0);
    let lines: Vec<&str> = text.split('\n').map(|line| line.get(shared..).unwrap_or_default()).collect();
    lines.join("\n")
}

fn measures(text: &str) -> String {
    const SIZES: &[&str] = &["bytes", "KiB", "MiB", "GiB", "kB", "MB", "GB", "B"];
    const TIMES: &[&str] = &["ms", "µs", "s"];
    let mut result = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(|character: char| character.is_ascii_digit()) {
        let follows_word =
            rest[..start].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '/' | '='));
        result += &rest[..start];
        rest = &rest[start..];
        let length = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (number, after) = rest.split_at(length);
        let (space, unit) = if let Some(unit) = after.strip_prefix(' ') { (1, unit) } else { (0, after) };
        let measure = |units: &[&str]| units.iter().find(|candidate| is_word(unit, candidate)).map(|unit| unit.len());
        let found = measure(SIZES).map(|unit| ("[SIZE]", unit)).or_else(|| measure(TIMES).map(|unit| ("[TIME]", unit)));
        match found {
            Some((name, unit)) if !follows_word => {
                result += name;
                rest = &after[space + unit..];
            }
            _ => {
                result += number;
                rest = after;
            }
        }
    }
    result + rest
}

/// Whether a text begins with a word that ends there.
fn is_word(text: &str, word: &str) -> bool {
    text.strip_prefix(word).is_some_and(|rest| !rest.starts_with(|next: char| next.is_alphanumeric()))
}

#[test]
fn sizes_and_durations_are_redacted_and_versions_are_not() {
    let names = [("/tmp/x".to_owned(), "[HOME]".to_owned())];
    assert_eq!(redacted("caused by: gone (os error 7)\nand: on", &names), "caused by: [SYSTEM ERROR]\nand: on");
    assert_eq!(
        redacted("1 package, 3.5 MiB in 12ms (1.2 s) at /tmp/x/1.0s, hello 1.2.3, 7 bugs", &names),
        "1 package, [SIZE] in [TIME] ([TIME]) at [HOME]/1.0s, hello 1.2.3, 7 bugs"
    );
}

#[test]
fn dates_and_directories_of_packages_are_redacted() {
    assert_eq!(redacted("at 2026-11-27T19:05:11Z, 2026-11-27", &[]), "at [DATE], 2026-11-27");
    assert_eq!(redacted("2026-11-28 00:35:11 +05:30, 2026-11-28 00:35:11 -08:00", &[]), "[DATE], [DATE]");
    assert_eq!(
        redacted("a/generations/1-0123456789ab/lib/python3.13/site-packages/x, b/site-packages/y", &[]),
        "a/generations/1-[ID]/[LIBRARY]/x, b/site-packages/y"
    );
    assert_eq!(redacted("a/generations/1-0123456789ab/Lib/site-packages/x", &[]), "a/generations/1-[ID]/[LIBRARY]/x");
}

#[test]
fn hashes_of_generations_and_numbers_of_unfinished_files_are_redacted() {
    let redacted = |text: &str| redacted(text, &[]);
    assert_eq!(redacted("`a/generations/1-0123456789ab/lib`"), "`a/generations/1-[ID]/lib`");
    assert_eq!(redacted("`bin/.kingbolt-12-3-hello`, b/generations"), "`bin/.kingbolt-[PROCESS]-hello`, b/generations");
    assert_eq!(redacted("another (process 12, `kingbolt list`)"), "another (process [PROCESS], `kingbolt list`)");
}

#[test]
fn expected_text_is_read_without_its_indentation() {
    assert_eq!(unindented("\n        one\n          two\n\n        "), "one\n  two\n\n");
}
