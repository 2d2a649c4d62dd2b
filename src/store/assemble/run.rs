//! Carries out the plan in parallel.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::host::{Event, FileError, Host, Progress, ThreadBudget, in_parallel};
use crate::store::Manifest;
use crate::venv::Layout;
use crate::vocab::join_relative;
use crate::wheel::{DiskNames, Starter, TreeFile};

use super::commands::PythonVersion;
use super::finish::Finish;
use super::integrity::IntegrityCheck;
use super::link::{self, Linker};
use super::plan::{Batch, Plan, Script};
use super::roots::Roots;
use super::{AssembleError, Assembly, AssemblyOptions, CallerVariables, Clash, Installed, LinkMode, Placement};

/// The number of files that one thread links before it takes another task.
const FILES_AT_ONCE: usize = 128;

/// Puts wheels into a new environment. Of two files for one path, that of a requested wheel wins over that of a dependency,
/// else that of the later placement; if they differ, the result lists the clash.
///
/// # Errors
/// If a file cannot be written, would replace one of the environment's own, or has the path of another wheel's
/// directory. The environment is then unfinished and must be removed.
pub fn assemble(
    host: &Host,
    progress: &dyn Progress,
    placements: &[Placement<'_>],
    layout: &Layout,
    options: AssemblyOptions,
) -> Result<Assembly, AssembleError> {
    let manifests: Vec<&Manifest> = placements.iter().map(|placement| placement.wheel.manifest()).collect();
    let roots = Roots::create(host, layout)?;
    let mut order: Vec<usize> = (0..placements.len()).collect();
    order.sort_by_key(|wheel| placements[*wheel].role);
    let plan = Plan::decide(&manifests, &order, &roots, PythonVersion::of(layout), DiskNames::of_this_system())?;
    for clash in &plan.clashes {
        tell(progress, clash);
    }
    for directory in &plan.directories {
        host.interrupt.check()?;
        make_directory(host, directory)?;
    }
    let linker = linker(host, options.link_mode, placements, &plan, &roots)?;
    let integrity =
        placements.iter().map(|placement| IntegrityCheck::new(host, placement.wheel)).collect::<Result<_, _>>()?;
    let starter = starter(layout, options.variables);
    let run = Run { host, progress, placements, layout, roots: &roots, linker, starter, plan: &plan, integrity };
    let tasks = run.tasks();
    let left: Vec<AtomicUsize> = run.tasks_per_wheel(&tasks);
    let done = in_parallel(&tasks, &ThreadBudget::of_machine(), || (), |(), task| run.task(task, &left))
        .map_err(|error| report_damage(error, placements))?;
    let mut wheels: Vec<(usize, Installed)> = done.into_iter().flatten().collect();
    wheels.sort_unstable_by_key(|(wheel, _)| *wheel);
    let wheels = wheels.into_iter().map(|(_, installed)| installed).collect();
    Ok(Assembly { wheels, clashes: plan.clashes })
}

/// The program that starts the scripts of an environment.
fn starter(layout: &Layout, variables: CallerVariables) -> Starter {
    if layout.launchers.is_some() {
        return Starter::Launcher;
    }
    match (variables, layout.root.file_name()) {
        (CallerVariables::Remove, Some(root)) => {
            let below = layout.scripts.strip_prefix(&layout.root).unwrap_or(&layout.scripts);
            Starter::Shell { scripts: Path::new(root).join(below) }
        }
        (CallerVariables::Keep, _) | (_, None) => Starter::Shebang,
    }
}

struct Run<'a> {
    host: &'a Host,
    progress: &'a dyn Progress,
    placements: &'a [Placement<'a>],
    layout: &'a Layout,
    roots: &'a Roots,
    linker: Linker,
    starter: Starter,
    plan: &'a Plan<'a>,
    /// By wheel.
    integrity: Vec<IntegrityCheck<'a>>,
}

enum Task<'a> {
    Finish { wheel: usize, batches: Vec<&'a Batch<'a>>, scripts: Vec<&'a Script<'a>> },
    Link { batch: &'a Batch<'a>, files: &'a [&'a TreeFile] },
}

impl<'a> Run<'a> {
    /// Tasks that finish one wheel each, which take longest, and then tasks that link some of a wheel's files.
    fn tasks(&self) -> Vec<Task<'a>> {
        let wheels = 0..self.placements.len();
        let mut finishing: Vec<(Vec<&Batch<'_>>, Vec<&Script<'_>>)> = wheels.map(|_| Default::default()).collect();
        let mut links = Vec::new();
        for batch in &self.plan.batches {
            finishing[batch.wheel].0.push(batch);
            links.extend(batch.links.chunks(FILES_AT_ONCE).map(|files| Task::Link { batch, files }));
        }
        for script in &self.plan.scripts {
            finishing[script.wheel].1.push(script);
        }
        let finish = |(wheel, (batches, scripts))| Task::Finish { wheel, batches, scripts };
        finishing.into_iter().enumerate().map(finish).chain(links).collect()
    }

    fn tasks_per_wheel(&self, tasks: &[Task<'_>]) -> Vec<AtomicUsize> {
        let mut counts = vec![0; self.placements.len()];
        for task in tasks {
            counts[task.wheel()] += 1;
        }
        counts.into_iter().map(AtomicUsize::new).collect()
    }

    /// Runs a task, and reports a wheel as installed after its last task.
    fn task(&self, task: &Task<'_>, left: &[AtomicUsize]) -> Result<Option<(usize, Installed)>, AssembleError> {
        self.host.interrupt.check()?;
        let wheel = task.wheel();
        let installed = match task {
            Task::Finish { batches, scripts, .. } => Some((wheel, self.finish(wheel).run(batches, scripts)?)),
            Task::Link { batch, files } => {
                self.link(batch, files)?;
                None
            }
        };
        if left[wheel].fetch_sub(1, Ordering::Relaxed) == 1 {
            let name = self.placements[wheel].wheel.name().name().as_str();
            self.progress.event(Event::PackageInstalled { name });
        }
        Ok(installed)
    }

    fn finish(&self, wheel: usize) -> Finish<'_> {
        let &Self { host, layout, roots, linker, ref starter, .. } = self;
        Finish {
            host,
            layout,
            roots,
            linker,
            starter,
            placement: self.placements[wheel],
            integrity: self.integrity[wheel],
        }
    }

    fn link(&self, batch: &Batch<'_>, files: &[&TreeFile]) -> Result<(), AssembleError> {
        let wheel = self.placements[batch.wheel].wheel;
        let source = join_relative(&wheel.tree(), &batch.source.path);
        for file in files {
            self.host.interrupt.check()?;
            let (original, path) = (source.join(&file.name), batch.target.join(&file.name));
            let metadata = self.integrity[batch.wheel].check(&original, file)?;
            match self.linker.put(self.host, &original, &metadata, &path, file.mode) {
                Err(error) if link::is_occupied(&error) => {
                    return Err(AssembleError::Occupied { path: error.path, wheel: wheel.name().name().clone() });
                }
                put => put?,
            }
        }
        Ok(())
    }
}

impl Task<'_> {
    fn wheel(&self) -> usize {
        match self {
            Self::Finish { wheel, .. } => *wheel,
            Self::Link { batch, .. } => batch.wheel,
        }
    }
}

/// If a file of the manifest is missing in the store, the wheel has to be unpacked again.
fn report_damage(error: AssembleError, placements: &[Placement<'_>]) -> AssembleError {
    let AssembleError::Files { source } = error else { return error };
    let is_gone = source.source.kind() == std::io::ErrorKind::NotFound;
    let wheel = placements.iter().map(|placement| placement.wheel).find(|wheel| source.path.starts_with(wheel.tree()));
    match wheel.filter(|_| is_gone) {
        Some(wheel) => {
            let name = wheel.name().name().clone();
            AssembleError::Damaged { path: source.path, wheel: name, sha256: wheel.sha256() }
        }
        None => source.into(),
    }
}

/// Tried once, with the first file: a store and an environment are nearly always on one file system each.
fn linker(
    host: &Host,
    mode: LinkMode,
    placements: &[Placement<'_>],
    plan: &Plan<'_>,
    roots: &Roots,
) -> Result<Linker, FileError> {
    let first = plan.batches.iter().find_map(|batch| batch.links.first().map(|file| (batch, file)));
    match first {
        Some((batch, file)) => {
            let tree = placements[batch.wheel].wheel.tree();
            let original = join_relative(&tree, &batch.source.path).join(&file.name);
            Linker::between(host, mode, &original, &roots.purelib)
        }
        None => Ok(Linker::copying()),
    }
}

fn make_directory(host: &Host, directory: &std::path::Path) -> Result<(), FileError> {
    use std::io::ErrorKind;
    match host.files.create_dir(directory) {
        Err(error) if error.source.kind() == ErrorKind::AlreadyExists => Ok(()),
        // Only the directory of headers may lack its parents.
        Err(error) if error.source.kind() == ErrorKind::NotFound => host.files.create_dirs(directory),
        made => made,
    }
}

/// No warning: the person who installs an app can do nothing about it.
fn tell(progress: &dyn Progress, clash: &Clash) {
    let Clash { path, loser, winner } = clash;
    let message =
        format!("{loser} and {winner} both contain `{}`; the file from {winner} is installed", path.display());
    progress.event(Event::Detail { message: &message });
}
