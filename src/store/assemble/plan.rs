//! Decides the path of every file of every wheel, and which wheel wins if two have the same path.

use std::collections::{BTreeMap, HashMap};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use crate::host::STAGED_PREFIX;
use crate::store::Manifest;
use crate::vocab::PackageName;
use crate::wheel::{Destination, DiskNames, EntryPoint, Scheme, TreeDirectory, TreeFile, is_interpreter_name};

use super::commands::{self, PythonVersion};
use super::roots::Roots;
use super::{AssembleError, Clash};

/// All directories and files to create.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    /// Directories below those of the schemes, parents first.
    pub(super) directories: Vec<PathBuf>,
    /// One for each directory of each wheel.
    pub(super) batches: Vec<Batch<'a>>,
    /// One for each file of the scripts directory, entry points included.
    pub(super) scripts: Vec<Script<'a>>,
    pub(super) clashes: Vec<Clash>,
}

/// The files of one directory of one wheel, which all go to the same directory.
#[derive(Debug)]
pub(super) struct Batch<'a> {
    /// The index of the wheel among the placements.
    pub(super) wheel: usize,
    pub(super) source: &'a TreeDirectory,
    pub(super) target: PathBuf,
    /// The files to link.
    pub(super) links: Vec<&'a TreeFile>,
    /// The files to list in RECORD: those that are linked, and those that another wheel provides with the same content.
    pub(super) recorded: Vec<&'a TreeFile>,
}

/// A file of an environment's scripts directory.
#[derive(Clone, Debug)]
pub(super) struct Script<'a> {
    pub(super) wheel: usize,
    pub(super) name: String,
    pub(super) content: Content<'a>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Content<'a> {
    EntryPoint(EntryPoint),
    /// From `.data/scripts`: made executable, with the path of its interpreter.
    Script {
        directory: &'a str,
        file: &'a TreeFile,
    },
    /// From another directory, such as `.data/data/bin`: not modified.
    Verbatim {
        directory: &'a str,
        file: &'a TreeFile,
    },
}

/// The batches of each directory, by [`directory_key`].
type Targets = HashMap<PathBuf, Vec<usize>>;

/// Files of `.dist-info` that are generated for the environment, never taken from the wheel.
const GENERATED: &[&str] = &["INSTALLER", "RECORD", "REQUESTED", "direct_url.json"];

/// The record of an environment of `sync`, at its top: no wheel may bring a file of that name.
pub const ENVIRONMENT_RECORD: &str = "kingbolt.toml";

/// The file that makes a directory an environment.
const CONFIGURATION: &str = "pyvenv.cfg";

impl<'a> Plan<'a> {
    /// Plans wheels in an order of their indices: of two files for one path, the later wins.
    pub(super) fn decide(
        manifests: &[&'a Manifest],
        order: &[usize],
        roots: &Roots,
        python: Option<PythonVersion<'_>>,
        names: DiskNames,
    ) -> Result<Self, AssembleError> {
        let mut plan = Self { directories: Vec::new(), batches: Vec::new(), scripts: Vec::new(), clashes: Vec::new() };
        let mut targets = Targets::new();
        let scripts_key = directory_key(&roots.scripts, names);
        for &wheel in order {
            let manifest = manifests[wheel];
            let entry_points = commands::of_wheel(&manifest.project, &manifest.entry_points, python);
            for source in &manifest.tree.directories {
                let Ok(destination) = Destination::of(&source.path) else { continue };
                let target = roots.directory(manifest, destination);
                let target_key = directory_key(&target, names);
                if target_key == scripts_key {
                    plan.scripts.extend(scripts(wheel, source, destination.scheme, &entry_points));
                    continue;
                }
                let links: Vec<&TreeFile> = if source.path == manifest.dist_info {
                    source.files.iter().filter(|file| !GENERATED.contains(&file.name.as_str())).collect()
                } else {
                    source.files.iter().collect()
                };
                targets.entry(target_key).or_default().push(plan.batches.len());
                plan.batches.push(Batch { wheel, source, target, recorded: links.clone(), links });
            }
            plan.scripts.extend(entry_points.into_iter().map(|point| Script {
                wheel,
                name: point.name.clone(),
                content: Content::EntryPoint(point),
            }));
        }
        plan.check_environment(manifests, roots, names)?;
        plan.check_directories(manifests, &targets, names)?;
        plan.resolve_file_clashes(manifests, &targets, names);
        plan.resolve_script_clashes(manifests, roots, names);
        plan.clashes.sort();
        plan.clashes.dedup();
        plan.directories = plan.batches.iter().map(|batch| batch.target.clone()).collect();
        plan.directories.sort_unstable();
        plan.directories.dedup();
        Ok(plan)
    }

    /// Refuses files that would replace the environment's interpreter or configuration, or have a name of Kingbolt's own.
    fn check_environment(&self, manifests: &[&Manifest], roots: &Roots, names: DiskNames) -> Result<(), AssembleError> {
        let occupied = |wheel: usize, path: PathBuf| AssembleError::Occupied { path, wheel: package(manifests, wheel) };
        let reserved = |wheel: usize, path: PathBuf| AssembleError::Reserved { path, wheel: package(manifests, wheel) };
        if let Some(script) = self.scripts.iter().find(|script| is_interpreter_name(&script.name)) {
            return Err(occupied(script.wheel, roots.scripts.join(&script.name)));
        }
        if let Some(script) = self.scripts.iter().find(|script| is_reserved(&script.name)) {
            return Err(reserved(script.wheel, roots.scripts.join(&script.name)));
        }
        for batch in self.batches.iter().filter(|batch| batch.target == roots.data) {
            if let Some(file) = batch.links.iter().find(|file| name_key(&file.name, names) == CONFIGURATION) {
                return Err(occupied(batch.wheel, batch.target.join(&file.name)));
            }
            if let Some(file) = batch.links.iter().find(|file| is_reserved(&file.name)) {
                return Err(reserved(batch.wheel, batch.target.join(&file.name)));
            }
        }
        for batch in &self.batches {
            let first = batch.target.strip_prefix(&roots.data).ok().and_then(|below| below.iter().next());
            if first.is_some_and(|first| is_reserved(&first.to_string_lossy())) {
                return Err(reserved(batch.wheel, batch.target.clone()));
            }
        }
        Ok(())
    }

    /// Refuses a file where another wheel needs a directory.
    fn check_directories(
        &self,
        manifests: &[&Manifest],
        targets: &Targets,
        names: DiskNames,
    ) -> Result<(), AssembleError> {
        for own in targets.values().filter_map(|batches| batches.first()).map(|&index| &self.batches[index]) {
            let (Some(parent), Some(name)) = (own.target.parent(), own.target.file_name()) else { continue };
            let name = name.to_string_lossy();
            for &index in targets.get(&directory_key(parent, names)).into_iter().flatten() {
                let batch = &self.batches[index];
                if has_file(batch.source, &name, names) {
                    return Err(AssembleError::FileAndDirectory {
                        path: own.target.clone(),
                        file: package(manifests, batch.wheel),
                        directory: package(manifests, own.wheel),
                    });
                }
            }
        }
        Ok(())
    }

    /// Keeps the last of several files for one path. Only a directory of several batches can have such files.
    fn resolve_file_clashes(&mut self, manifests: &[&Manifest], targets: &Targets, names: DiskNames) {
        for batches in targets.values().filter(|batches| batches.len() > 1) {
            let mut winners: HashMap<String, (usize, &TreeFile)> = HashMap::new();
            for &index in batches.iter().rev() {
                let wheel = self.batches[index].wheel;
                let mut losers: Vec<(&TreeFile, usize, bool)> = Vec::new();
                for &file in &self.batches[index].links {
                    match winners.get(&name_key(&file.name, names)) {
                        Some(&(winner, other)) => losers.push((file, winner, *other == *file)),
                        None => {
                            winners.insert(name_key(&file.name, names), (wheel, file));
                        }
                    }
                }
                for (file, winner, same) in losers {
                    let batch = &mut self.batches[index];
                    batch.links.retain(|link| link.name != file.name);
                    if !same {
                        batch.recorded.retain(|recorded| recorded.name != file.name);
                        self.clashes.push(clash(manifests, batch.target.join(&file.name), wheel, winner));
                    }
                }
            }
        }
    }

    /// The same for the commands, whether they are files or entry points.
    fn resolve_script_clashes(&mut self, manifests: &[&Manifest], roots: &Roots, names: DiskNames) {
        let mut winners: BTreeMap<String, Script<'_>> = BTreeMap::new();
        for script in std::mem::take(&mut self.scripts) {
            if let Some(loser) = winners.insert(name_key(&script.name, names), script.clone())
                && loser.content != script.content
            {
                let path = roots.scripts.join(&script.name);
                self.clashes.push(clash(manifests, path, loser.wheel, script.wheel));
            }
        }
        self.scripts = winners.into_values().collect();
    }
}

fn scripts<'a>(
    wheel: usize,
    source: &'a TreeDirectory,
    scheme: Scheme,
    entry_points: &[EntryPoint],
) -> impl Iterator<Item = Script<'a>> {
    let directory = source.path.as_str();
    let wanted = move |file: &&TreeFile| scheme != Scheme::Scripts || !commands::is_wrapper(&file.name, entry_points);
    source.files.iter().filter(wanted).map(move |file| Script {
        wheel,
        name: file.name.clone(),
        content: match scheme {
            Scheme::Scripts => Content::Script { directory, file },
            Scheme::Data | Scheme::Headers | Scheme::Platlib | Scheme::Purelib | Scheme::Root => {
                Content::Verbatim { directory, file }
            }
        },
    })
}

/// The characters that HFS+ ignores in names.
const INVISIBLE: [RangeInclusive<char>; 4] =
    ['\u{200c}'..='\u{200f}', '\u{202a}'..='\u{202e}', '\u{206a}'..='\u{206f}', '\u{feff}'..='\u{feff}'];

/// True if a file system may take a name at the top of an environment for one that Kingbolt reads as its own: it may
/// ignore case, invisible characters, and dots and spaces at the end (Windows).
fn is_reserved(name: &str) -> bool {
    let is_invisible = |character: &char| INVISIBLE.iter().any(|range| range.contains(character));
    let name = name.chars().filter(|character| !is_invisible(character)).collect::<String>().to_lowercase();
    name.starts_with(STAGED_PREFIX) || name.trim_end_matches(['.', ' ']) == ENVIRONMENT_RECORD
}

/// Equal for names that are the same file in one directory.
fn name_key(name: &str, names: DiskNames) -> String {
    match names {
        DiskNames::CaseInsensitive | DiskNames::Windows => name.to_lowercase(),
        DiskNames::CaseSensitive => name.to_owned(),
    }
}

/// Equal for paths that are the same directory.
fn directory_key(directory: &Path, names: DiskNames) -> PathBuf {
    match names {
        DiskNames::CaseInsensitive | DiskNames::Windows => directory.to_string_lossy().to_lowercase().into(),
        DiskNames::CaseSensitive => directory.to_owned(),
    }
}

fn has_file(directory: &TreeDirectory, name: &str, names: DiskNames) -> bool {
    match names {
        DiskNames::CaseInsensitive | DiskNames::Windows => {
            directory.files.iter().any(|file| name_key(&file.name, names) == name_key(name, names))
        }
        DiskNames::CaseSensitive => directory.files.binary_search_by(|file| file.name.as_str().cmp(name)).is_ok(),
    }
}

fn clash(manifests: &[&Manifest], path: PathBuf, loser: usize, winner: usize) -> Clash {
    Clash { path, loser: package(manifests, loser), winner: package(manifests, winner) }
}

fn package(manifests: &[&Manifest], wheel: usize) -> PackageName {
    manifests[wheel].archive.name().clone()
}
