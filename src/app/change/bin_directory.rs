//! The launchers in the bin directory, which start an app's commands. Derived from the pointer and repaired from it; a
//! file of somebody else is never touched unless the person asks for that.
//!
//! On Unix a launcher is a symbolic link through `current`, so that a flip of the pointer changes all commands at
//! once and starting costs nothing. On Windows it is a copy of our launcher executable with a sidecar. The sidecar
//! names the owner: it is written before the executable and removed after it.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::PathBuf;

use crate::host::{FileError, FileKind, Host, TRIAL, checkpoint, staged_for};
use crate::launcher::{Sidecar, Variables, sidecar_of};
use crate::platform::Os;
use crate::venv::Launchers;

use crate::app::error::AppError;
use crate::app::request::{CommandSuffix, Overwrite, Request};
use crate::app::state::{AppDirectories, AppName, CommandKind, Context, Generation, InstalledCommand};

use super::command_owner::CommandOwner;
use super::command_paths::{CommandPaths, Owner};
use super::other_holders::{LostCommand, has_command, other_holders, successor};

/// The bin directory, as one app sees it.
#[derive(Clone, Debug)]
pub(in crate::app) struct BinDirectory<'a> {
    /// The treatment by launchers on Windows of the caller's `PYTHONPATH` and `PYTHONHOME`.
    variables: Variables,
    /// The end of the names of launchers, which the programs on Windows do not have.
    suffix: Option<CommandSuffix>,
    paths: CommandPaths<'a>,
    app: &'a AppName,
    /// The executables that are copied on Windows.
    launchers: Launchers,
}

impl<'a> BinDirectory<'a> {
    /// The bin directory of this system.
    pub(in crate::app) fn of(context: &Context<'a>, app: &'a AppName) -> Self {
        let launchers = Launchers::beside(context.host.environment.executable());
        let paths = CommandPaths { directories: context.directories, os: Os::current() };
        Self { paths, app, launchers, variables: Variables::Remove, suffix: None }
    }

    /// With the treatment of variables and the suffix that the request of a generation asks for.
    pub(super) fn for_request_of(self, generation: &Generation) -> Self {
        let Request { keep_pythonpath, suffix, .. } = &generation.record.request;
        let variables = if *keep_pythonpath { Variables::Keep } else { Variables::Remove };
        Self { variables, suffix: suffix.clone(), ..self }
    }

    /// Returns true if nothing stands in a command's path.
    pub(super) fn is_free(&self, host: &Host, command: &str) -> Result<bool, AppError> {
        Ok(self.paths.owner(host, &self.paths.path(command))? == Owner::Nobody)
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
        overwrite: &Overwrite,
    ) -> Result<Vec<InstalledCommand>, AppError> {
        let mut admitted = Vec::new();
        for command in commands {
            if self.is_admitted(host, &command.name, known, overwrite)? {
                admitted.push(command.clone());
            }
        }
        Ok(admitted)
    }

    /// Fails if commands may not be placed, as [`Self::admitted`] does, and names all of them.
    pub(in crate::app) fn check(
        &self,
        host: &Host,
        names: &BTreeSet<String>,
        known: &BTreeSet<String>,
        overwrite: &Overwrite,
    ) -> Result<(), AppError> {
        let failures = names.iter().filter_map(|name| self.is_admitted(host, name, known, overwrite).err());
        AppError::of_obstacles(failures.collect())
    }

    fn is_admitted(
        &self,
        host: &Host,
        name: &str,
        known: &BTreeSet<String>,
        overwrite: &Overwrite,
    ) -> Result<bool, AppError> {
        match (self.obstacle(host, name)?, overwrite) {
            (Some(AppError::CommandTaken { app, .. }), Overwrite::Refuse | Overwrite::Only(_))
                if known.contains(name) && has_command(host, self.paths.directories, &app, name) =>
            {
                Ok(false)
            }
            (Some(AppError::CommandForeign { .. } | AppError::CommandTaken { .. }), Overwrite::Allow) | (None, _) => {
                Ok(true)
            }
            (Some(AppError::CommandForeign { path, .. }), Overwrite::Only(paths)) if paths.contains(&path) => Ok(true),
            (Some(_), Overwrite::Skip) => Ok(false),
            (Some(error), Overwrite::Refuse | Overwrite::Allow | Overwrite::Only(_)) => Err(error),
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
            if let Owner::App(app) = self.paths.owner(host, &self.paths.path(name))?
                && app != *self.app
                && has_command(host, self.paths.directories, &app, name)
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
            let path = self.paths.path(&command.name);
            let stands = match self.paths.os {
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
        let path = self.paths.path(command);
        if host.files.kind(&path)? == Some(FileKind::Directory) {
            return Ok(Some(AppError::CommandDirectory { path }));
        }
        Ok(match self.paths.owner(host, &path)? {
            Owner::Nobody => None,
            Owner::App(app) if app == *self.app => None,
            Owner::App(app) => Some(AppError::CommandTaken { command: command.to_owned(), app }),
            Owner::Other => {
                let owner = CommandOwner::of(host, &path);
                Some(AppError::CommandForeign { path, owner })
            }
        })
    }

    /// Puts the launchers of the commands in place, each in one step.
    pub(in crate::app) fn place(&self, host: &Host, commands: &[InstalledCommand]) -> Result<(), AppError> {
        self.clear_leftovers(host, commands)?;
        for command in commands {
            match self.paths.os {
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
            let is_kept = keep.iter().any(|command| self.paths.is_same(command.name.as_ref(), name.as_ref()));
            if !is_kept && !self.give_back_command(host, &name)? {
                let path = self.paths.path(&name);
                host.files.remove_program(&path)?;
                if self.paths.os == Os::Windows {
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
        let Some(successor) = successor(host, self.paths.directories, self.app, name)? else { return Ok(false) };
        let theirs = BinDirectory { app: &successor.app, ..self.clone() }.for_request_of(&successor.generation);
        theirs.place(host, std::slice::from_ref(&successor.command))?;
        Ok(true)
    }

    /// The files that start this app and go with it: another app's launcher takes the place of a command that it has, too.
    pub(in crate::app) fn own_launchers(&self, host: &Host) -> Result<Vec<PathBuf>, AppError> {
        let mut launchers = Vec::new();
        for name in self.own_commands(host)? {
            if other_holders(host, self.paths.directories, self.app, &name)?.is_empty() {
                let path = self.paths.path(&name);
                launchers.extend((self.paths.os == Os::Windows).then(|| sidecar_of(&path)));
                launchers.push(path);
            }
        }
        Ok(launchers)
    }

    /// The commands whose launchers start this app.
    fn own_commands(&self, host: &Host) -> Result<Vec<String>, AppError> {
        let mut names = Vec::new();
        for found in host.files.list(&self.paths.directories.bin_dir)? {
            if let Some(name) = self.paths.command_of(&found)
                && self.paths.owner(host, &self.paths.path(&name))? == Owner::App(self.app.clone())
            {
                names.push(name);
            }
        }
        Ok(names)
    }

    /// Removes leftovers of a killed process, and programs that were put aside because they ran.
    pub(in crate::app) fn clear_leftovers(&self, host: &Host, commands: &[InstalledCommand]) -> Result<(), AppError> {
        let paths: Vec<PathBuf> = commands.iter().map(|command| self.paths.path(&command.name)).collect();
        let names = paths.iter().flat_map(|path| [path.clone(), sidecar_of(path)]);
        let names: Vec<_> = names.filter_map(|path| Some(path.file_name()?.to_str()?.to_owned())).collect();
        for path in host.files.list(&self.paths.directories.bin_dir)? {
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
        host.files.symlink_atomic(&self.target(command), &self.paths.path(&command.name))
    }

    fn is_linked(&self, host: &Host, command: &InstalledCommand) -> Result<bool, FileError> {
        let path = self.paths.path(&command.name);
        let is_link = host.files.kind(&path)? == Some(FileKind::Symlink);
        Ok(is_link && host.files.read_link(&path)? == self.target(command))
    }

    /// The target of a command's launcher: a path through the pointer.
    fn target(&self, command: &InstalledCommand) -> PathBuf {
        self.app_directories().pointer().join(&command.script)
    }

    fn place_program(&self, host: &Host, command: &InstalledCommand) -> Result<(), AppError> {
        let path = self.paths.path(&command.name);
        let original = match command.kind {
            CommandKind::Console => &self.launchers.console,
            CommandKind::Gui => &self.launchers.gui,
        };
        let sidecar = Sidecar::Pointer {
            pointer: self.app_directories().pointer(),
            command: self.program_name(command).to_owned(),
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

    /// The name of a command in its environment.
    fn program_name<'c>(&self, command: &'c InstalledCommand) -> &'c str {
        let suffix = self.suffix.as_ref().map(ToString::to_string).unwrap_or_default();
        command.name.strip_suffix(&suffix).unwrap_or(&command.name)
    }

    fn app_directories(&self) -> AppDirectories {
        self.paths.directories.app(self.app)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::state::{Directories, HomeAccess};
    use crate::platform::Os;

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
                paths: CommandPaths { directories: &self.directories, os: Os::Windows },
                app,
                launchers: self.launchers.clone(),
                variables: Variables::Remove,
                suffix: None,
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
        bin_directory.admitted(&fixture.host, &commands, &BTreeSet::new(), &Overwrite::Refuse).unwrap();
        for _ in 0..2 {
            bin_directory.place(&fixture.host, &commands).unwrap();
            let expected = [launcher("demo", "console program", "demo"), launcher("demo.win", "gui program", "demo")];
            assert_eq!(fixture.shown(), expected.concat());
        }
        bin_directory.admitted(&fixture.host, &commands, &BTreeSet::new(), &Overwrite::Refuse).unwrap();
        bin_directory.remove_others(&fixture.host, &commands[1..]).unwrap();
        assert_eq!(fixture.shown(), launcher("demo.win", "gui program", "demo"));
        bin_directory.remove_others(&fixture.host, &[]).unwrap();
        assert_eq!(fixture.shown(), []);
    }

    #[test]
    fn on_windows_a_command_with_a_suffix_starts_the_program_without_it() {
        let (fixture, demo) = (Fixture::new(), app("demo-3.12"));
        let suffix = "-3.12".parse().ok();
        let bin_directory = BinDirectory { suffix, ..fixture.bin_directory(&demo) };
        bin_directory.place(&fixture.host, &[command("demo-3.12", CommandKind::Console)]).unwrap();
        let expected = launcher("demo-3.12", "console program", "demo-3-12");
        let sidecar = expected[1].1.replace("command = demo-3.12", "command = demo");
        assert_eq!(fixture.shown(), [expected[0].clone(), (expected[1].0.clone(), sidecar)]);
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
                .admitted(&fixture.host, &commands, &BTreeSet::new(), &Overwrite::Refuse)
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
        fixture.bin_directory(&demo).admitted(&fixture.host, &commands, &BTreeSet::new(), &Overwrite::Allow).unwrap();
    }

    #[test]
    fn on_windows_a_home_in_other_letters_is_the_same_home() {
        let (fixture, demo) = (Fixture::new(), app("demo"));
        let commands = [command("Demo", CommandKind::Console)];
        fixture.bin_directory(&demo).place(&fixture.host, &commands).unwrap();
        let home = fixture.directories.home.with_file_name("hOME");
        let directories = Directories { home, ..fixture.directories.clone() };
        let bin_directory = BinDirectory {
            paths: CommandPaths { directories: &directories, os: Os::Windows },
            ..fixture.bin_directory(&demo)
        };
        bin_directory.admitted(&fixture.host, &commands, &BTreeSet::new(), &Overwrite::Refuse).unwrap();
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
