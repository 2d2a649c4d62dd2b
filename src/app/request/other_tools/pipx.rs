//! The records of pipx, `pipx_metadata.json`: <https://pipx.pypa.io>

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;

use super::record::{ForeignPython, ForeignRecord, InvalidRecord};

#[derive(Deserialize)]
struct Document {
    main_package: Package,
    #[serde(default)]
    injected_packages: BTreeMap<String, Package>,
    /// `Python 3.12.1`.
    python_version: Option<String>,
    source_interpreter: Option<PathValue>,
    #[serde(default)]
    venv_args: Vec<String>,
}

#[derive(Deserialize)]
struct Package {
    #[serde(rename = "package")]
    name: Option<String>,
    #[serde(rename = "package_or_url")]
    requirement: Option<String>,
    #[serde(rename = "package_version")]
    version: Option<String>,
    #[serde(default)]
    pip_args: Vec<String>,
    #[serde(default)]
    include_apps: bool,
    #[serde(default)]
    include_dependencies: bool,
    #[serde(default)]
    apps: Vec<String>,
    #[serde(default)]
    apps_of_dependencies: Vec<String>,
    #[serde(default)]
    suffix: String,
    #[serde(default)]
    pinned: bool,
    cooldown_days: Option<u32>,
}

/// A path as pipx encodes it.
#[derive(Deserialize)]
struct PathValue {
    #[serde(rename = "__Path__")]
    path: PathBuf,
}

/// Options of pip that have the same meaning here, with a value.
const WITH_VALUE: &[(&str, &str)] = &[
    ("-C", "--config-setting"),
    ("-c", "--constraint"),
    ("-f", "--find-links"),
    ("-i", "--index-url"),
    ("--config-setting", "--config-setting"),
    ("--config-settings", "--config-setting"),
    ("--constraint", "--constraint"),
    ("--extra-index-url", "--extra-index-url"),
    ("--find-links", "--find-links"),
    ("--index-url", "--index-url"),
    ("--uploaded-prior-to", "--exclude-newer"),
];

/// The same without a value.
const FLAGS: &[(&str, &str)] =
    &[("-e", "--editable"), ("--editable", "--editable"), ("--pre", "--pre"), ("--require-hashes", "--require-hashes")];

/// Options of pip that do not change what is installed.
const HARMLESS: &[&str] = &[
    "-q",
    "-U",
    "-v",
    "--disable-pip-version-check",
    "--no-cache-dir",
    "--no-input",
    "--quiet",
    "--upgrade",
    "--verbose",
];

/// Parses the record of an app.
///
/// # Errors
/// When it is not a record of pipx, or its app cannot be described.
pub(in crate::app) fn parse(text: &str) -> Result<ForeignRecord, InvalidRecord> {
    let Document { main_package: main, injected_packages, python_version, source_interpreter, venv_args } =
        serde_json::from_str(text).map_err(InvalidRecord::Json)?;
    let name = main.name.clone().unwrap_or_default();
    let source = main.requirement.clone().or_else(|| main.name.clone());
    let source = source.filter(|source| !source.is_empty()).ok_or(InvalidRecord::NoRequirement { name })?;
    let mut record = ForeignRecord { source, ..ForeignRecord::default() };
    record.add_pip_arguments(&main.pip_args);
    record.add_commands_of(&main);
    if !main.suffix.is_empty() {
        record.add("--suffix", &main.suffix);
    }
    if main.include_dependencies {
        record.options.push("--include-deps".to_owned());
    }
    for (name, package) in &injected_packages {
        record.add("--with", package.requirement.as_ref().unwrap_or(name));
        if package.include_apps {
            record.add("--with-executables-from", package.name.as_ref().unwrap_or(name));
            record.add_commands_of(package);
            record.tell_new_names(package, &main.suffix);
        }
        if package.include_dependencies {
            record.leave_out(&format!("`inject --include-deps {name}`"));
        }
        // pipx gives each package its own; indexes of one count for all here.
        record.add_pip_arguments(&package.pip_args);
    }
    for argument in &venv_args {
        match argument.as_str() {
            "--system-site-packages" => record.options.push(argument.clone()),
            other => record.leave_out(&format!("`{other}`")),
        }
    }
    if let Some(days) = main.cooldown_days {
        record.add("--exclude-newer", format!("{days}d"));
    }
    if let (true, Some(name), Some(version)) = (main.pinned, &main.name, &main.version) {
        record.pinned_version = Some(format!("{name}=={version}").parse()?);
    }
    record.is_pinned = main.pinned;
    record.python = python_version.and_then(|version| {
        let minor: Vec<&str> = version.trim_start_matches("Python ").splitn(3, '.').take(2).collect();
        let interpreter = source_interpreter.map(|path| path.path);
        (minor.len() == 2).then(|| ForeignPython::Taken { version: minor.join("."), interpreter })
    });
    Ok(record)
}

impl ForeignRecord {
    fn add_commands_of(&mut self, package: &Package) {
        let dependencies = if package.include_dependencies { package.apps_of_dependencies.as_slice() } else { &[] };
        self.commands.extend(package.apps.iter().chain(dependencies).map(|app| format!("{app}{}", package.suffix)));
    }

    /// Tells which commands of an injected package have another name here, where the suffix of an app is for all of them.
    fn tell_new_names(&mut self, package: &Package, suffix: &str) {
        if package.suffix != suffix {
            self.differences.extend(package.apps.iter().map(|app| {
                let theirs = format!("{app}{}", package.suffix);
                format!("the command `{theirs}` is called `{app}{suffix}` here")
            }));
        }
    }

    fn add_pip_arguments(&mut self, arguments: &[String]) {
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            let (option, value) = match argument.split_once('=') {
                Some((option, value)) if option.starts_with("--") => (option, Some(value.to_owned())),
                Some(_) | None => (argument.as_str(), None),
            };
            let find =
                |table: &[(&str, &'static str)]| table.iter().find(|(name, _)| *name == option).map(|(_, ours)| *ours);
            if let Some(flag) = find(FLAGS) {
                self.options.push(flag.to_owned());
            } else if let Some((ours, value)) =
                find(WITH_VALUE).and_then(|ours| Some((ours, value.or_else(|| arguments.next().cloned())?)))
            {
                self.add(ours, value);
            } else if !HARMLESS.contains(&option) {
                self.leave_out(&format!("`{argument}`"));
            }
        }
        // Several packages may have the same flag.
        let mut seen = Vec::new();
        self.options.retain(|option| {
            let is_repeated = FLAGS.iter().any(|(_, ours)| ours == option) && seen.contains(option);
            seen.push(option.clone());
            !is_repeated
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As pipx 1.18 writes it, without what is not read.
    const BLACK: &str = r#"{
        "injected_packages": {
            "pygments": {"package": "pygments", "package_or_url": "pygments", "include_apps": true, "apps": ["pygmentize"]},
            "rich": {"package": "rich", "package_or_url": "rich<15", "include_apps": false, "apps": ["x"], "pip_args": ["--pre"]}
        },
        "main_package": {
            "apps": ["black", "blackd"], "apps_of_dependencies": ["idna"], "include_apps": true, "include_dependencies": true,
            "cooldown_days": 7, "package": "black", "package_or_url": "black[d]>=24", "package_version": "26.10.1", "pinned": true,
            "suffix": "_2", "pip_args": ["--pre", "--index-url=https://index.example/simple", "-c", "/etc/c.txt", "-q", "--no-deps"]
        },
        "pipx_metadata_version": "0.12",
        "python_version": "Python 3.12.1",
        "source_interpreter": {"__Path__": "/opt/python3.12/bin/python", "__type__": "Path"},
        "venv_args": ["--system-site-packages"]
    }"#;

    #[test]
    fn a_record_of_pipx_becomes_options_of_install() {
        let record = parse(BLACK).expect("it is a record");
        let options = "--pre --index-url https://index.example/simple --constraint /etc/c.txt --suffix _2 --include-deps --with pygments \
                       --with-executables-from pygments --with rich<15 --system-site-packages --exclude-newer 7d";
        assert_eq!((record.source.as_str(), record.options.join(" ").as_str()), ("black[d]>=24", options));
        assert_eq!(record.commands, ["black_2", "blackd_2", "idna_2", "pygmentize"]);
        let differences = [
            "`--no-deps` has no counterpart and is left out",
            "the command `pygmentize` is called `pygmentize_2` here",
        ];
        assert_eq!(record.differences, differences);
        assert!(record.is_pinned);
        assert_eq!(record.pinned_version, "black==26.10.1".parse().ok());
        let interpreter = Some(PathBuf::from("/opt/python3.12/bin/python"));
        assert_eq!(record.python, Some(ForeignPython::Taken { version: "3.12".to_owned(), interpreter }));
    }

    #[test]
    fn a_record_that_describes_no_app_is_refused() {
        for (text, told) in
            [("{", "it is not valid JSON"), ("{\"main_package\": {\"package\": null}}", "it has no requirement for ``")]
        {
            assert_eq!(parse(text).expect_err("it is wrong").to_string(), told);
        }
    }
}
