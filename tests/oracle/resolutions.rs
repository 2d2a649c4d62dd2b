//! What is chosen for real requirements from the index that this machine is configured for, beside the choices of pip
//! and uv: every package, every version, and for pip every file. Nothing that differs is meant.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::PathBuf;

use kingbolt::vocab::PackageName;
use serde::Deserialize;
use tempfile::TempDir;

use crate::difference::{Difference, assert_meant};
use crate::support::{missing, skip};
use crate::tags::interpreters;
use crate::tools::{Form, Tools, kingbolt, run, tell};

/// What people ask for together. The short form has the first.
const ASKED: &[&str] = &[
    "black[d,jupyter]",
    "jupyterlab",
    "transformers[torch]",
    "apache-airflow",
    "django djangorestframework celery[redis] psycopg[binary] gunicorn django-debug-toolbar",
    // Those below make a resolver go back, some far.
    "boto3 urllib3<1.26",
    "boto3 urllib3==1.25.11 botocore<1.35",
    "awscli boto3",
    "starlette<0.28 fastapi",
    "google-cloud-storage google-cloud-bigquery protobuf<4",
    "jupyterlab<3.3 notebook<6.5",
    "sphinx<6 sphinx-rtd-theme",
    "streamlit pandas<2",
    "pylint<3 astroid",
    "dbt-core dbt-postgres",
    "dask[complete]",
    "mlflow",
    "spyder",
    "poetry",
    "langchain openai",
    "ansible molecule",
    // These cannot be had: one needs a package that is published as source only, one contradicts itself.
    "apache-airflow==2.6.3",
    "jupyterlab==3.6.0 tornado<6.1",
];

#[test]
fn versions_are_those_that_pip_and_uv_choose() {
    let Some(tools) = Tools::find().and_then(reaching_an_index) else { return };
    let mut clerk = Clerk::new(&tools, tools.interpreter().base);
    let asked = if Form::asked_for() == Form::Long { ASKED } else { &ASKED[..1] };
    for asked in asked {
        let files = clerk.by_kingbolt(asked);
        let theirs = clerk.by_pip(asked);
        clerk.compare("pip", asked, &files, &theirs);
        let theirs = clerk.by_uv(asked);
        clerk.compare("uv", asked, &files.map(versions), &theirs);
    }
    assert_meant(&clerk.differences, &[]);
}

#[test]
fn versions_for_other_pythons_are_those_that_uv_chooses() {
    if Form::asked_for() == Form::Short {
        return skip("only the long form has them (KINGBOLT_TEST_DEEP=yes)");
    }
    let Some(tools) = Tools::find().and_then(reaching_an_index) else { return };
    let mut pythons = interpreters();
    pythons.sort_by(|one, other| one.version.cmp(&other.version));
    for python in [pythons.first(), pythons.last()].into_iter().flatten() {
        let mut clerk = Clerk::new(&tools, python.executable.clone());
        for asked in ASKED {
            let (own, theirs) = (clerk.by_kingbolt(asked).map(versions), clerk.by_uv(asked));
            clerk.compare(&format!("uv, Python {}", python.version), asked, &own, &theirs);
        }
        assert_meant(&clerk.differences, &[]);
    }
}

fn reaching_an_index(tools: Tools) -> Option<Tools> {
    match tools.pip(["index", "versions", "six"]) {
        Ok(_) => Some(tools),
        Err(error) => missing(&format!("pip reaches no package index from here: {error}")),
    }
}

/// Asks the three for one Python.
struct Clerk<'a> {
    tools: &'a Tools,
    python: PathBuf,
    place: TempDir,
    differences: Vec<Difference>,
}

/// By name: version and file of a package, or the version alone. `Err` with what is said when nothing fits.
type Chosen = Result<BTreeMap<String, (String, String)>, String>;

impl<'a> Clerk<'a> {
    fn new(tools: &'a Tools, python: PathBuf) -> Self {
        let place = TempDir::new().expect("a temporary directory");
        Self { tools, python, place, differences: Vec::new() }
    }

    fn by_kingbolt(&self, asked: &str) -> Chosen {
        let mut words = asked.split(' ');
        let mut command = kingbolt(self.place.path());
        command
            .args(["install", "--dry-run", "--json", "--python"])
            .arg(&self.python)
            .arg(words.next().expect("a word"));
        command.args(words.flat_map(|word| ["--with", word]));
        let printed =
            run(&mut command).map_err(|error| refusal(asked, error, "no versions satisfy|no versions support"))?;
        let answer: Planned = serde_json::from_str(&printed).expect("it is the documented document");
        let packages = answer.results.into_iter().flat_map(|result| result.plan.packages);
        Ok(packages.map(|package| (package.name, (package.version, package.file))).collect())
    }

    fn by_pip(&self, asked: &str) -> Chosen {
        let options = "install --quiet --dry-run --ignore-installed --only-binary :all: --report -";
        let before = [OsStr::new("--python"), self.python.as_os_str()];
        let printed =
            self.tools.pip(before.into_iter().chain(options.split(' ').chain(asked.split(' ')).map(OsStr::new)));
        let printed =
            printed.map_err(|error| refusal(asked, error, "ResolutionImpossible|No matching distribution"))?;
        let report: Report = serde_json::from_str(&printed).expect("it is the documented document");
        Ok(report.install.into_iter().map(Installed::named).collect())
    }

    fn by_uv(&self, asked: &str) -> Chosen {
        let input = self.place.path().join("requirements.in");
        std::fs::write(&input, asked.replace(' ', "\n")).expect("it can be written");
        let options = "pip compile --quiet --only-binary :all: --no-header --no-annotate --python".split(' ');
        let places = [self.python.as_os_str(), input.as_os_str()];
        let printed = self.tools.uv(options.map(OsStr::new).chain(places));
        let printed = printed.map_err(|error| refusal(asked, error, "No solution found"))?;
        let pins = printed.lines().filter_map(|line| line.split_once("=="));
        Ok(pins.map(|(name, version)| (name.to_owned(), (version.to_owned(), String::new()))).collect())
    }

    /// Notes each package that is not the same, or which of the two finds nothing.
    fn compare(&mut self, other: &str, asked: &str, own: &Chosen, theirs: &Chosen) {
        let none = BTreeMap::new();
        match (own, theirs) {
            (Err(_), Err(_)) => tell(&format!("{other}: {asked}: nothing fits")),
            (_, Err(error)) => tell(&format!("{other}: {asked}: {error}")),
            (_, Ok(theirs)) => tell(&format!("{other}: {asked}: {} packages", theirs.len())),
        }
        let (own, theirs) = (own.as_ref().unwrap_or(&none), theirs.as_ref().unwrap_or(&none));
        let names: BTreeSet<&String> = own.keys().chain(theirs.keys()).collect();
        for name in names.into_iter().filter(|name| own.get(*name) != theirs.get(*name)) {
            self.differences.push(Difference {
                kind: "resolution".to_owned(),
                input: format!("{other}: {asked}: {name}"),
                kingbolt: format!("{:?}", own.get(name)),
                other: format!("{:?}", theirs.get(name)),
            });
        }
    }
}

/// What is said where nothing fits, which has one of the phrases; any other error is none that may be compared.
fn refusal(asked: &str, error: String, phrases: &str) -> String {
    assert!(phrases.split('|').any(|phrase| error.contains(phrase)), "{asked}: {error}");
    error
}

fn versions(files: BTreeMap<String, (String, String)>) -> BTreeMap<String, (String, String)> {
    files.into_iter().map(|(name, (version, _))| (name, (version, String::new()))).collect()
}

/// The part of `kingbolt install --dry-run --json` that is compared.
#[derive(Deserialize)]
struct Planned {
    results: Vec<PlannedApp>,
}

#[derive(Deserialize)]
struct PlannedApp {
    plan: Plan,
}

#[derive(Deserialize)]
struct Plan {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    file: String,
}

/// The part of pip's installation report that is compared.
#[derive(Deserialize)]
struct Report {
    install: Vec<Installed>,
}

#[derive(Deserialize)]
struct Installed {
    download_info: DownloadInfo,
    metadata: Names,
}

#[derive(Deserialize)]
struct DownloadInfo {
    url: String,
}

#[derive(Deserialize)]
struct Names {
    name: PackageName,
    version: String,
}

impl Installed {
    fn named(self) -> (String, (String, String)) {
        let file = self.download_info.url.rsplit('/').next().unwrap_or_default().replace("%2B", "+");
        (self.metadata.name.to_string(), (self.metadata.version, file))
    }
}
