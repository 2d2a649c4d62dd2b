//! The launchers in the bin directory, which start an app's commands. Derived from the pointer and repaired from it; a
//! file of somebody else is never touched unless the person asks for that.
//!
//! On Unix a launcher is a symbolic link through `current`, so that a flip of the pointer changes all commands at
//! once and starting costs nothing. On Windows it is a copy of our launcher executable with a sidecar. The sidecar
//! names the owner: it is written before the executable and removed after it.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

use crate::host::{Event, FileError, FileKind, Host, TRIAL, checkpoint, staged_for};
use crate::launcher::{Sidecar, Variables, sidecar_of};
use crate::platform::Os;
use crate::venv::Launchers;

use crate::app::error::AppError;
use crate::app::request::Overwrite;
use crate::app::state::{AppDirectories, AppName, CommandKind, Context, Directories, Generation, InstalledCommand};

use super::other_holders::{LostCommand, has_command, successor};
use super::well_known_commands::surprise;

/// The owner of a path in the bin directory.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Owner {
    App(AppName),
    /// There is no file.
    Nobody,
    Other,
}

/// The bin directory, as one app sees it.
#[derive(Clone, Debug)]
pub(in crate::app) struct BinDirectory<'a> {
    /// The treatment by launchers on Windows of the caller's `PYTHONPATH` and `PYTHONHOME`.
    variables: Variables,
    directories: &'a Directories,
    app: &'a AppName,
    os: Os,
    /// The executables that are copied on Windows.
    launchers: Launchers,
}

impl<'a> BinDirectory<'a> {
    /// The bin directory of this system.
    pub(in crate::app) fn of(context: &Context<'a>, app: &'a AppName) -> Self {
        let launchers = Launchers::beside(context.host.environment.executable());
        Self { directories: context.directories, app, os: Os::current(), launchers, variables: Variables::Remove }
    }

    /// The commands that may be placed: their paths are free, belong to this app, or may be overwritten. A directory is
    /// never replaced. Commands among `known`, which the app had before, stay with the app that took them over.
    ///
    /// # Errors
    /// When a path belongs to somebody else and `overwrite` says to refuse.
    pub(in crate::app) fn admitted(
        &self,
        host: &Host,
        commands: &[InstalledCommand],
        known: &BTreeSet<String>,
        overwrite: Overwrite,
    ) -> Result<Vec<InstalledCommand>, AppError> {
        let mut admitted = Vec::new();
        for command in commands {
            if self.is_admitted(host, &command.name, known, overwrite)? {
                admitted.push(command.clone());
            }
        }
        Ok(admitted)
    }

    /// Fails if a command may not be placed, as [`Self::admitted`] does.
    pub(in crate::app) fn check(
        &self,
        host: &Host,
        names: &BTreeSet<String>,
        known: &BTreeSet<String>,
        overwrite: Overwrite,
    ) -> Result<(), AppError> {
        names.iter().try_for_each(|name| self.is_admitted(host, name, known, overwrite).map(drop))
    }

    fn is_admitted(
        &self,
        host: &Host,
        name: &str,
        known: &BTreeSet<String>,
        overwrite: Overwrite,
    ) -> Result<bool, AppError> {
        match (self.obstacle(host, name)?, overwrite) {
            (Some(AppError::CommandTaken { app, .. }), Overwrite::Refuse)
                if known.contains(name) && has_command(host, self.directories, &app, name) =>
            {
                Ok(false)
            }
            (Some(AppError::CommandForeign { .. } | AppError::CommandTaken { .. }), Overwrite::Allow) | (None, _) => {
                Ok(true)
            }
            (Some(_), Overwrite::Skip) => Ok(false),
            (Some(error), Overwrite::Refuse | Overwrite::Allow) => Err(error),
        }
    }

    /// The commands that another installed app took over.
    pub(in crate::app) fn lost(
        &self,
        host: &Host,
        commands: &[InstalledCommand],
    ) -> Result<Vec<LostCommand>, AppError> {
        let mut lost = Vec::new();
        for InstalledCommand { name, .. } in commands {
            if let Owner::App(app) = self.owner(host, &self.path(name))?
                && app != *self.app
                && has_command(host, self.directories, &app, name)
            {
                lost.push(LostCommand { command: name.clone(), app });
            }
        }
        Ok(lost)
    }

    /// The launchers of the commands that are missing or start something else, but for those that another installed app took
    /// over.
    pub(in crate::app) fn misplaced(
        &self,
        host: &Host,
        commands: &[InstalledCommand],
    ) -> Result<Vec<PathBuf>, AppError> {
        let mut misplaced = Vec::new();
        let lost = self.lost(host, commands)?;
        for command in commands.iter().filter(|command| lost.iter().all(|lost| lost.command != command.name)) {
            let path = self.path(&command.name);
            let stands = match self.os {
                Os::Linux | Os::MacOs => self.is_linked(host, command)?,
                Os::Windows => self.obstacle(host, &command.name)?.is_none() && host.files.is_file(&path),
            };
            if !stands {
                misplaced.push(path);
            }
        }
        Ok(misplaced)
    }

    /// The obstacle in a command's path, if any.
    fn obstacle(&self, host: &Host, command: &str) -> Result<Option<AppError>, AppError> {
        let path = self.path(command);
        if host.files.kind(&path)? == Some(FileKind::Directory) {
            return Ok(Some(AppError::CommandDirectory { path }));
        }
        Ok(match self.owner(host, &path)? {
            Owner::Nobody => None,
            Owner::App(app) if app == *self.app => None,
            Owner::App(app) => Some(AppError::CommandTaken { command: command.to_owned(), app }),
            Owner::Other => Some(AppError::CommandForeign { path }),
        })
    }

    /// Puts the launchers of the commands in place, each in one step.
    pub(in crate::app) fn place(&self, host: &Host, commands: &[InstalledCommand]) -> Result<(), AppError> {
        self.clear_leftovers(host, commands)?;
        for command in commands {
            match self.os {
                Os::Linux | Os::MacOs => self.place_link(host, command)?,
                Os::Windows => self.place_program(host, command)?,
            }
            checkpoint("launcher placed");
        }
        Ok(())
    }

    /// Removes the launchers of this app that are not among the commands to keep. Where another app has a command of that
    /// name, its launcher takes the place.
    pub(in crate::app) fn remove_others(&self, host: &Host, keep: &[InstalledCommand]) -> Result<(), AppError> {
        for name in self.own_commands(host)? {
            let is_kept = keep.iter().any(|command| self.is_same(command.name.as_ref(), name.as_ref()));
            if !is_kept && !self.give_back_command(host, &name)? {
                let path = self.path(&name);
                host.files.remove_program(&path)?;
                if self.os == Os::Windows {
                    host.files.remove_file(&sidecar_of(&path))?;
                }
                checkpoint("launcher removed");
            }
        }
        Ok(())
    }

    /// Puts the launchers of other apps that have commands of the same names in the places of this app's.
    pub(in crate::app) fn give_back(&self, host: &Host) -> Result<(), AppError> {
        for name in self.own_commands(host)? {
            self.give_back_command(host, &name)?;
        }
        Ok(())
    }

    /// Returns true if another app has such a command, whose launcher is then in place.
    fn give_back_command(&self, host: &Host, name: &str) -> Result<bool, AppError> {
        let Some(successor) = successor(host, self.directories, self.app, name)? else { return Ok(false) };
        let variables = variables(&successor.generation);
        let theirs = BinDirectory { app: &successor.app, variables, ..self.clone() };
        theirs.place(host, std::slice::from_ref(&successor.command))?;
        Ok(true)
    }

    /// The commands whose launchers start this app.
    fn own_commands(&self, host: &Host) -> Result<Vec<String>, AppError> {
        let mut names = Vec::new();
        for found in host.files.list(&self.directories.bin_dir)? {
            if let Some(name) = self.command_of(&found)
                && self.owner(host, &self.path(&name))? == Owner::App(self.app.clone())
            {
                names.push(name);
            }
        }
        Ok(names)
    }

    /// Removes leftovers of a killed process, and programs that were put aside because they ran.
    pub(in crate::app) fn clear_leftovers(&self, host: &Host, commands: &[InstalledCommand]) -> Result<(), AppError> {
        let paths: Vec<PathBuf> = commands.iter().map(|command| self.path(&command.name)).collect();
        let names = paths.iter().flat_map(|path| [path.clone(), sidecar_of(path)]);
        let names: Vec<_> = names.filter_map(|path| Some(path.file_name()?.to_str()?.to_owned())).collect();
        for path in host.files.list(&self.directories.bin_dir)? {
            let target = path.file_name().and_then(OsStr::to_str).and_then(staged_for);
            if target.is_some_and(|target| target == TRIAL || names.iter().any(|name| name == target)) {
                host.files.remove_leftover(&path)?;
            }
        }
        Ok(())
    }

    fn place_link(&self, host: &Host, command: &InstalledCommand) -> Result<(), FileError> {
        if self.is_linked(host, command)? {
            return Ok(());
        }
        host.files.symlink_atomic(&self.target(command), &self.path(&command.name))
    }

    fn is_linked(&self, host: &Host, command: &InstalledCommand) -> Result<bool, FileError> {
        let path = self.path(&command.name);
        let is_link = host.files.kind(&path)? == Some(FileKind::Symlink);
        Ok(is_link && host.files.read_link(&path)? == self.target(command))
    }

    /// The target of a command's launcher: a path through the pointer.
    fn target(&self, command: &InstalledCommand) -> PathBuf {
        self.app_directories().pointer().join(&command.script)
    }

    fn place_program(&self, host: &Host, command: &InstalledCommand) -> Result<(), AppError> {
        let path = self.path(&command.name);
        let original = match command.kind {
            CommandKind::Console => &self.launchers.console,
            CommandKind::Gui => &self.launchers.gui,
        };
        let sidecar = Sidecar::Pointer {
            pointer: self.app_directories().pointer(),
            command: command.name.clone(),
            variables: self.variables,
        };
        let text = sidecar.to_text().map_err(|source| AppError::Sidecar { path: path.clone(), source })?;
        let sidecar = sidecar_of(&path);
        if host.files.read_if_present(&sidecar)?.as_deref() != Some(text.as_bytes()) {
            host.files.write_atomic(&sidecar, text.as_bytes())?;
        }
        let program = host.files.read(original)?;
        if host.files.read_if_present(&path)?.as_ref() != Some(&program) {
            host.files.write_program(&path, &program)?;
        }
        Ok(())
    }

    fn owner(&self, host: &Host, path: &Path) -> Result<Owner, AppError> {
        let kind = host.files.kind(path)?;
        let target = match self.os {
            Os::Linux | Os::MacOs => match kind {
                None => return Ok(Owner::Nobody),
                // Others may link into an app too: under another name, or into a certain generation.
                Some(FileKind::Symlink) => {
                    let target = host.files.read_link(path)?;
                    let pointer = self.app_directories().pointer();
                    let goes_through = |name| target.iter().any(|part| Some(part) == name);
                    let is_launcher = target.file_name() == path.file_name() && goes_through(pointer.file_name());
                    is_launcher.then_some(target)
                }
                Some(FileKind::Directory | FileKind::File | FileKind::Other) => None,
            },
            Os::Windows => match host.files.read_if_present(&sidecar_of(path))? {
                None if kind.is_none() => return Ok(Owner::Nobody),
                sidecar => sidecar.and_then(|text| pointer_in(&text)),
            },
        };
        let name = target.and_then(|target| self.app_directory(host, &target));
        Ok(name.and_then(|name| name.parse().ok()).map_or(Owner::Other, Owner::App))
    }

    /// The directory of an app that a path goes through. The home may have been spelt another way when the
    /// path was written down: through a symbolic link, or with `..`.
    fn app_directory(&self, host: &Host, path: &Path) -> Option<String> {
        let apps = self.directories.apps();
        self.first_below_apps(path).or_else(|| {
            let apps_now = host.files.canonical(&apps).ok()?;
            let is_apps = |above: &&Path| {
                above.file_name() == apps.file_name() && host.files.canonical(above).is_ok_and(|then| then == apps_now)
            };
            let below = path.strip_prefix(path.ancestors().find(is_apps)?).ok()?;
            below.iter().next()?.to_str().map(str::to_owned)
        })
    }

    /// The directory directly below that of all apps which a path goes through.
    fn first_below_apps(&self, path: &Path) -> Option<String> {
        let mut parts = path.components().map(Component::as_os_str);
        for part in self.directories.apps().components() {
            if !self.is_same(parts.next()?, part.as_os_str()) {
                return None;
            }
        }
        parts.next()?.to_str().map(str::to_owned)
    }

    /// Returns true if two names mean the same file in one directory.
    fn is_same(&self, one: &OsStr, other: &OsStr) -> bool {
        match self.os {
            Os::Linux | Os::MacOs => one == other,
            Os::Windows => one.to_string_lossy().to_lowercase() == other.to_string_lossy().to_lowercase(),
        }
    }

    fn app_directories(&self) -> AppDirectories {
        self.directories.app(self.app)
    }

    fn path(&self, command: &str) -> PathBuf {
        match self.os {
            Os::Linux | Os::MacOs => self.directories.bin_dir.join(command),
            Os::Windows => self.directories.bin_dir.join(format!("{command}.exe")),
        }
    }

    /// The command whose owner a file in the bin directory names.
    fn command_of(&self, path: &Path) -> Option<String> {
        let command = match self.os {
            Os::Linux | Os::MacOs => path.to_owned(),
            Os::Windows => path.with_extension(""),
        };
        let tells = self.os != Os::Windows || sidecar_of(&command) == path;
        command.file_name().and_then(OsStr::to_str).filter(|_| tells).map(str::to_owned)
    }
}

/// Brings the launchers in line with a generation. A hidden app has none.
pub(in crate::app) fn link_commands(
    context: &Context<'_>,
    app: &AppName,
    generation: &Generation,
    known: &BTreeSet<String>,
    overwrite: Overwrite,
) -> Result<(), AppError> {
    if app.is_hidden() {
        return Ok(());
    }
    let (host, commands) = (context.host, &generation.record.commands);
    let bin_directory = BinDirectory { variables: variables(generation), ..BinDirectory::of(context, app) };
    warn_of_surprises(context, &bin_directory, commands)?;
    let admitted = bin_directory.admitted(host, commands, known, overwrite)?;
    host.files.create_dirs(&context.directories.bin_dir)?;
    bin_directory.place(host, &admitted)?;
    bin_directory.remove_others(host, commands)
}

/// The commands of a generation that another installed app took over.
///
/// # Errors
/// When the directory of commands cannot be read.
pub fn lost_commands(context: &Context<'_>, generation: &Generation) -> Result<Vec<LostCommand>, AppError> {
    BinDirectory::of(context, &generation.record.app).lost(context.host, &generation.record.commands)
}

/// The treatment by the launchers of a generation of the caller's `PYTHONPATH` and `PYTHONHOME`.
fn variables(generation: &Generation) -> Variables {
    if generation.record.request.keep_pythonpath { Variables::Keep } else { Variables::Remove }
}

/// Names the commands that are about to be added and that people expect to be other programs.
fn warn_of_surprises(
    context: &Context<'_>,
    bin_directory: &BinDirectory<'_>,
    commands: &[InstalledCommand],
) -> Result<(), AppError> {
    for command in commands {
        if let Some(reason) = surprise(&command.name)
            && bin_directory.owner(context.host, &bin_directory.path(&command.name))? == Owner::Nobody
        {
            let message = format!("the command `{}` has the name of a program that {reason}", command.name);
            context.progress.event(Event::Warning { message: &message });
        }
    }
    Ok(())
}

/// Fails early if the bin directory cannot be written.
pub(in crate::app) fn check_writable(context: &Context<'_>, app: &AppName) -> Result<(), AppError> {
    if !app.is_hidden() {
        context.host.files.check_writable(&context.directories.bin_dir)?;
    }
    Ok(())
}

/// The pointer that a sidecar leads to.
fn pointer_in(sidecar: &[u8]) -> Option<PathBuf> {
    match Sidecar::parse(&String::from_utf8_lossy(sidecar)) {
        Ok(Sidecar::Pointer { pointer, .. }) => Some(pointer),
        Ok(Sidecar::Script { .. }) | Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::state::HomeAccess;

    struct Fixture {
        _root: tempfile::TempDir,
        host: Host,
        directories: Directories,
        launchers: Launchers,
    }

    impl Fixture {
        fn new() -> Self {
            let root = tempfile::tempdir().unwrap();
            let host = Host::real();
            let at = |name: &str| root.path().join(name);
            let launchers = Launchers { console: at("console"), gui: at("gui") };
            host.files.write_new(&launchers.console, b"console program", 0o666).unwrap();
            host.files.write_new(&launchers.gui, b"gui program", 0o666).unwrap();
            host.files.create_dir(&at("bin")).unwrap();
            let directories = Directories {
                home: at("Home"),
                home_access: HomeAccess::ByUmask,
                bin_dir: at("bin"),
                cache_dir: at("cache"),
            };
            Self { _root: root, host, directories, launchers }
        }

        fn bin_directory<'a>(&'a self, app: &'a AppName) -> BinDirectory<'a> {
            BinDirectory {
                directories: &self.directories,
                app,
                os: Os::Windows,
                launchers: self.launchers.clone(),
                variables: Variables::Remove,
            }
        }

        fn write(&self, name: &str, text: &str) {
            self.host.files.write_atomic(&self.directories.bin_dir.join(name), text.as_bytes()).unwrap();
        }

        /// The files of the bin directory, with content.
        fn shown(&self) -> Vec<(String, String)> {
            let home = self.directories.home.display().to_string();
            let show = |path: PathBuf| {
                let text = self.host.files.read_text(&path).unwrap().replace(&home, "[HOME]").replace('\\', "/");
                (path.file_name().unwrap().to_str().unwrap().to_owned(), text)
            };
            self.host.files.list(&self.directories.bin_dir).unwrap().into_iter().map(show).collect()
        }
    }

    fn app(name: &str) -> AppName {
        name.parse().unwrap()
    }

    fn command(name: &str, kind: CommandKind) -> InstalledCommand {
        InstalledCommand { name: name.to_owned(), script: format!("Scripts/{name}.exe"), kind }
    }

    fn launcher(name: &str, program: &str, app: &str) -> [(String, String); 2] {
        let sidecar = format!("kingbolt-launcher 1\npointer = [HOME]/apps/{app}/current\ncommand = {name}\n");
        [(format!("{name}.exe"), program.to_owned()), (format!("{name}.kingbolt"), sidecar)]
    }

    #[test]
    fn on_windows_a_command_is_a_copied_program_beside_its_sidecar() {
        let (fixture, demo) = (Fixture::new(), app("demo"));
        let bin_directory = fixture.bin_directory(&demo);
        let commands = [command("demo", CommandKind::Console), command("demo.win", CommandKind::Gui)];
        bin_directory.admitted(&fixture.host, &commands, &BTreeSet::new(), Overwrite::Refuse).unwrap();
        for _ in 0..2 {
            bin_directory.place(&fixture.host, &commands).unwrap();
            let expected = [launcher("demo", "console program", "demo"), launcher("demo.win", "gui program", "demo")];
            assert_eq!(fixture.shown(), expected.concat());
        }
        bin_directory.admitted(&fixture.host, &commands, &BTreeSet::new(), Overwrite::Refuse).unwrap();
        bin_directory.remove_others(&fixture.host, &commands[1..]).unwrap();
        assert_eq!(fixture.shown(), launcher("demo.win", "gui program", "demo"));
        bin_directory.remove_others(&fixture.host, &[]).unwrap();
        assert_eq!(fixture.shown(), []);
    }

    #[test]
    fn on_windows_the_sidecar_tells_whose_a_command_is() {
        let (fixture, demo, other) = (Fixture::new(), app("demo"), app("other"));
        let commands = [command("demo", CommandKind::Console)];
        let refused = |app: &AppName| {
            fixture
                .bin_directory(app)
                .admitted(&fixture.host, &commands, &BTreeSet::new(), Overwrite::Refuse)
                .map_err(|error| error.to_string())
        };
        fixture.bin_directory(&demo).place(&fixture.host, &commands).unwrap();
        assert_eq!(refused(&other), Err("the command `demo` belongs to the installed app `demo`".to_owned()));
        fixture.bin_directory(&other).remove_others(&fixture.host, &[]).unwrap();
        assert_eq!(fixture.shown(), launcher("demo", "console program", "demo"));

        let program = fixture.directories.bin_dir.join("demo.exe");
        let foreign = format!("`{}` already exists and was not created by Kingbolt", program.display());
        fixture.write("demo.kingbolt", "notes on demo");
        assert_eq!(refused(&demo), Err(foreign.clone()));
        fixture.host.files.remove_file(&program).unwrap();
        assert_eq!(refused(&demo), Err(foreign.clone()));
        fixture.host.files.remove_file(&fixture.directories.bin_dir.join("demo.kingbolt")).unwrap();
        fixture.write("demo.exe", "another program");
        assert_eq!(refused(&demo), Err(foreign));
        fixture.bin_directory(&demo).admitted(&fixture.host, &commands, &BTreeSet::new(), Overwrite::Allow).unwrap();
    }

    #[test]
    fn on_windows_a_home_in_other_letters_is_the_same_home() {
        let (fixture, demo) = (Fixture::new(), app("demo"));
        let commands = [command("Demo", CommandKind::Console)];
        fixture.bin_directory(&demo).place(&fixture.host, &commands).unwrap();
        let home = fixture.directories.home.with_file_name("hOME");
        let directories = Directories { home, ..fixture.directories.clone() };
        let bin_directory = BinDirectory { directories: &directories, ..fixture.bin_directory(&demo) };
        bin_directory.admitted(&fixture.host, &commands, &BTreeSet::new(), Overwrite::Refuse).unwrap();
        bin_directory.remove_others(&fixture.host, &[command("demo", CommandKind::Console)]).unwrap();
        assert_eq!(fixture.shown(), launcher("Demo", "console program", "demo"));
        bin_directory.remove_others(&fixture.host, &[]).unwrap();
        assert_eq!(fixture.shown(), []);
    }

    #[test]
    fn what_a_killed_installation_left_in_the_bin_directory_goes() {
        let (fixture, demo) = (Fixture::new(), app("demo"));
        let commands = [command("demo", CommandKind::Console)];
        let theirs =
            [".kingbolt-7-0-other.exe", ".kingbolt-demo.exe", ".kingbolt-7-x-demo.exe", "kingbolt-7-0-demo.exe"];
        for name in [".kingbolt-7-0-demo.exe", ".kingbolt-123-45-demo.kingbolt"].iter().chain(&theirs) {
            fixture.write(name, "");
        }
        fixture.bin_directory(&demo).clear_leftovers(&fixture.host, &commands).unwrap();
        let mut expected = theirs.map(|name| (name.to_owned(), String::new()));
        expected.sort();
        assert_eq!(fixture.shown(), expected);
    }

    /// A sidecar that was written, and no program yet.
    #[test]
    fn on_windows_a_half_placed_command_is_removed() {
        let (fixture, demo) = (Fixture::new(), app("demo"));
        fixture.bin_directory(&demo).place(&fixture.host, &[command("demo", CommandKind::Console)]).unwrap();
        fixture.host.files.remove_file(&fixture.directories.bin_dir.join("demo.exe")).unwrap();
        fixture.bin_directory(&demo).remove_others(&fixture.host, &[]).unwrap();
        assert_eq!(fixture.shown(), []);
    }
}
