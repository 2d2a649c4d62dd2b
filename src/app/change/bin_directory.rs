//! Launchers: the files in the bin directory that start an application's commands. Derived from the pointer and
//! repaired from it; a file that is not ours is never touched unless that is asked for.
//!
//! On Unix a launcher is a symbolic link through `current`, so that a flip of the pointer changes all commands at
//! once and starting costs nothing. On Windows it is a copy of our launcher executable with a sidecar. The sidecar is
//! what tells whose it is: it comes before the executable and goes after it.

use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

use crate::host::{FileError, FileKind, Host, TRIAL, checkpoint, staged_for};
use crate::launcher::{Sidecar, sidecar_of};
use crate::platform::Os;
use crate::venv::Launchers;

use crate::app::state::generation::{CommandKind, InstalledCommand};
use crate::app::{AppError, AppName, AppPlaces, Places};

/// What to do with files in the bin directory that are not ours.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Foreign {
    /// They stay, and the commands stay away.
    Leave,
    Refuse,
    Replace,
}

/// Whose a file in the bin directory is.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Owner {
    Nobody,
    App(AppName),
    Foreign,
}

/// Where the commands of one application stand.
#[derive(Clone, Debug)]
pub(in crate::app) struct Shelf<'a> {
    places: &'a Places,
    app: &'a AppName,
    os: Os,
    /// The executables that are copied on Windows.
    launchers: Launchers,
}

impl<'a> Shelf<'a> {
    /// The commands of an application on this system.
    pub(in crate::app) fn of(host: &Host, places: &'a Places, app: &'a AppName) -> Self {
        Self { places, app, os: Os::current(), launchers: Launchers::beside(host.environment.executable()) }
    }

    /// Those of the commands whose places are free, this application's, or to be taken. A directory is never replaced.
    ///
    /// # Errors
    /// Where a command's place is not this application's and `foreign` says to refuse.
    pub(in crate::app) fn admitted(
        &self,
        host: &Host,
        commands: &[InstalledCommand],
        foreign: Foreign,
    ) -> Result<Vec<InstalledCommand>, AppError> {
        let mut admitted = Vec::new();
        for command in commands {
            match (self.obstacle(host, command)?, foreign) {
                (Some(AppError::CommandForeign { .. } | AppError::CommandTaken { .. }), Foreign::Replace)
                | (None, _) => {
                    admitted.push(command.clone());
                }
                (Some(_), Foreign::Leave) => {}
                (Some(error), Foreign::Refuse | Foreign::Replace) => return Err(error),
            }
        }
        Ok(admitted)
    }

    /// Those of the commands whose launchers are not as they have to be.
    pub(in crate::app) fn misplaced(
        &self,
        host: &Host,
        commands: &[InstalledCommand],
    ) -> Result<Vec<PathBuf>, AppError> {
        let mut misplaced = Vec::new();
        for command in commands {
            let path = self.path(&command.name);
            let stands = match self.os {
                Os::Linux | Os::MacOs => self.link_stands(host, command)?,
                Os::Windows => self.obstacle(host, command)?.is_none() && host.files.is_file(&path),
            };
            if !stands {
                misplaced.push(path);
            }
        }
        Ok(misplaced)
    }

    /// What keeps a command from its place; `None` when nothing does.
    fn obstacle(&self, host: &Host, command: &InstalledCommand) -> Result<Option<AppError>, AppError> {
        let path = self.path(&command.name);
        if host.files.kind(&path)? == Some(FileKind::Directory) {
            return Ok(Some(AppError::CommandDirectory { path }));
        }
        Ok(match self.owner(host, &path)? {
            Owner::Nobody => None,
            Owner::App(app) if app == *self.app => None,
            Owner::App(app) => Some(AppError::CommandTaken { command: command.name.clone(), app }),
            Owner::Foreign => Some(AppError::CommandForeign { path }),
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

    /// Removes the launchers of this application that are not among the commands to keep.
    pub(in crate::app) fn remove_others(&self, host: &Host, keep: &[InstalledCommand]) -> Result<(), AppError> {
        for found in host.files.list(&self.places.bin_dir)? {
            let Some(name) = self.command_of(&found) else { continue };
            if keep.iter().any(|command| self.is_same(command.name.as_ref(), name.as_ref())) {
                continue;
            }
            let path = self.path(&name);
            if self.owner(host, &path)? == Owner::App(self.app.clone()) {
                host.files.remove_program(&path)?;
                if self.os == Os::Windows {
                    host.files.remove_file(&sidecar_of(&path))?;
                }
                checkpoint("launcher removed");
            }
        }
        Ok(())
    }

    /// Removes what a killed process left half-done, and programs that were put aside because they ran.
    pub(in crate::app) fn clear_leftovers(&self, host: &Host, commands: &[InstalledCommand]) -> Result<(), AppError> {
        let paths: Vec<PathBuf> = commands.iter().map(|command| self.path(&command.name)).collect();
        let names = paths.iter().flat_map(|path| [path.clone(), sidecar_of(path)]);
        let names: Vec<_> = names.filter_map(|path| Some(path.file_name()?.to_str()?.to_owned())).collect();
        for path in host.files.list(&self.places.bin_dir)? {
            let target = path.file_name().and_then(OsStr::to_str).and_then(staged_for);
            if target.is_some_and(|target| target == TRIAL || names.iter().any(|name| name == target)) {
                host.files.remove_leftover(&path)?;
            }
        }
        Ok(())
    }

    fn place_link(&self, host: &Host, command: &InstalledCommand) -> Result<(), FileError> {
        if self.link_stands(host, command)? {
            return Ok(());
        }
        host.files.symlink_atomic(&self.target(command), &self.path(&command.name))
    }

    fn link_stands(&self, host: &Host, command: &InstalledCommand) -> Result<bool, FileError> {
        let path = self.path(&command.name);
        let is_link = host.files.kind(&path)? == Some(FileKind::Symlink);
        Ok(is_link && host.files.read_link(&path)? == self.target(command))
    }

    /// Where the launcher of a command points: through the pointer.
    fn target(&self, command: &InstalledCommand) -> PathBuf {
        self.app_places().pointer().join(&command.script)
    }

    fn place_program(&self, host: &Host, command: &InstalledCommand) -> Result<(), AppError> {
        let path = self.path(&command.name);
        let original = match command.kind {
            CommandKind::Console => &self.launchers.console,
            CommandKind::Gui => &self.launchers.gui,
        };
        let sidecar = Sidecar::Pointer { pointer: self.app_places().pointer(), command: command.name.clone() };
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
                // Others may link into an application too, to what has another name or in a certain generation.
                Some(FileKind::Symlink) => {
                    let target = host.files.read_link(path)?;
                    let pointer = self.app_places().pointer();
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
        Ok(name.and_then(|name| name.parse().ok()).map_or(Owner::Foreign, Owner::App))
    }

    /// The directory of an application that a path goes through. The home may have been spelt another way when the
    /// path was written down: through a symbolic link, or with `..`.
    fn app_directory(&self, host: &Host, path: &Path) -> Option<String> {
        let apps = self.places.apps();
        self.first_below_apps(path).or_else(|| {
            let apps_now = host.files.canonical(&apps).ok()?;
            let is_apps = |above: &&Path| {
                above.file_name() == apps.file_name() && host.files.canonical(above).is_ok_and(|then| then == apps_now)
            };
            let below = path.strip_prefix(path.ancestors().find(is_apps)?).ok()?;
            below.iter().next()?.to_str().map(str::to_owned)
        })
    }

    /// The directory right below that of all applications which a path goes through.
    fn first_below_apps(&self, path: &Path) -> Option<String> {
        let mut parts = path.components().map(Component::as_os_str);
        for part in self.places.apps().components() {
            if !self.is_same(parts.next()?, part.as_os_str()) {
                return None;
            }
        }
        parts.next()?.to_str().map(str::to_owned)
    }

    /// Whether two names mean the same file in one directory.
    fn is_same(&self, one: &OsStr, other: &OsStr) -> bool {
        match self.os {
            Os::Linux | Os::MacOs => one == other,
            Os::Windows => one.to_string_lossy().to_lowercase() == other.to_string_lossy().to_lowercase(),
        }
    }

    fn app_places(&self) -> AppPlaces {
        self.places.app(self.app)
    }

    fn path(&self, command: &str) -> PathBuf {
        match self.os {
            Os::Linux | Os::MacOs => self.places.bin_dir.join(command),
            Os::Windows => self.places.bin_dir.join(format!("{command}.exe")),
        }
    }

    /// The command that a file in the bin directory tells the owner of.
    fn command_of(&self, path: &Path) -> Option<String> {
        let command = match self.os {
            Os::Linux | Os::MacOs => path.to_owned(),
            Os::Windows => path.with_extension(""),
        };
        let tells = self.os != Os::Windows || sidecar_of(&command) == path;
        command.file_name().and_then(OsStr::to_str).filter(|_| tells).map(str::to_owned)
    }
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

    struct Bench {
        _root: tempfile::TempDir,
        host: Host,
        places: Places,
        launchers: Launchers,
    }

    impl Bench {
        fn new() -> Self {
            let root = tempfile::tempdir().unwrap();
            let host = Host::real();
            let at = |name: &str| root.path().join(name);
            let launchers = Launchers { console: at("console"), gui: at("gui") };
            host.files.write_new(&launchers.console, b"console program", 0o666).unwrap();
            host.files.write_new(&launchers.gui, b"gui program", 0o666).unwrap();
            host.files.create_dir(&at("bin")).unwrap();
            let places = Places { home: at("Home"), bin_dir: at("bin"), cache_dir: at("cache") };
            Self { _root: root, host, places, launchers }
        }

        fn shelf<'a>(&'a self, app: &'a AppName) -> Shelf<'a> {
            Shelf { places: &self.places, app, os: Os::Windows, launchers: self.launchers.clone() }
        }

        fn write(&self, name: &str, text: &str) {
            self.host.files.write_atomic(&self.places.bin_dir.join(name), text.as_bytes()).unwrap();
        }

        /// What stands in the bin directory, with content.
        fn shown(&self) -> Vec<(String, String)> {
            let home = self.places.home.display().to_string();
            let show = |path: PathBuf| {
                let text = self.host.files.read_text(&path).unwrap().replace(&home, "[HOME]").replace('\\', "/");
                (path.file_name().unwrap().to_str().unwrap().to_owned(), text)
            };
            self.host.files.list(&self.places.bin_dir).unwrap().into_iter().map(show).collect()
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
        let (bench, demo) = (Bench::new(), app("demo"));
        let shelf = bench.shelf(&demo);
        let commands = [command("demo", CommandKind::Console), command("demo.win", CommandKind::Gui)];
        shelf.admitted(&bench.host, &commands, Foreign::Refuse).unwrap();
        for _ in 0..2 {
            shelf.place(&bench.host, &commands).unwrap();
            let expected = [launcher("demo", "console program", "demo"), launcher("demo.win", "gui program", "demo")];
            assert_eq!(bench.shown(), expected.concat());
        }
        shelf.admitted(&bench.host, &commands, Foreign::Refuse).unwrap();
        shelf.remove_others(&bench.host, &commands[1..]).unwrap();
        assert_eq!(bench.shown(), launcher("demo.win", "gui program", "demo"));
        shelf.remove_others(&bench.host, &[]).unwrap();
        assert_eq!(bench.shown(), []);
    }

    #[test]
    fn on_windows_the_sidecar_tells_whose_a_command_is() {
        let (bench, demo, other) = (Bench::new(), app("demo"), app("other"));
        let commands = [command("demo", CommandKind::Console)];
        let refused = |app: &AppName| {
            bench.shelf(app).admitted(&bench.host, &commands, Foreign::Refuse).map_err(|error| error.to_string())
        };
        bench.shelf(&demo).place(&bench.host, &commands).unwrap();
        assert_eq!(refused(&other), Err("the command `demo` belongs to the installed app `demo`".to_owned()));
        bench.shelf(&other).remove_others(&bench.host, &[]).unwrap();
        assert_eq!(bench.shown(), launcher("demo", "console program", "demo"));

        let program = bench.places.bin_dir.join("demo.exe");
        let foreign = format!("`{}` already exists and was not created by Kingbolt", program.display());
        bench.write("demo.kingbolt", "notes on demo");
        assert_eq!(refused(&demo), Err(foreign.clone()));
        bench.host.files.remove_file(&program).unwrap();
        assert_eq!(refused(&demo), Err(foreign.clone()));
        bench.host.files.remove_file(&bench.places.bin_dir.join("demo.kingbolt")).unwrap();
        bench.write("demo.exe", "another program");
        assert_eq!(refused(&demo), Err(foreign));
        bench.shelf(&demo).admitted(&bench.host, &commands, Foreign::Replace).unwrap();
    }

    #[test]
    fn on_windows_a_home_in_other_letters_is_the_same_home() {
        let (bench, demo) = (Bench::new(), app("demo"));
        let commands = [command("Demo", CommandKind::Console)];
        bench.shelf(&demo).place(&bench.host, &commands).unwrap();
        let home = bench.places.home.with_file_name("hOME");
        let places = Places { home, ..bench.places.clone() };
        let shelf = Shelf { places: &places, ..bench.shelf(&demo) };
        shelf.admitted(&bench.host, &commands, Foreign::Refuse).unwrap();
        shelf.remove_others(&bench.host, &[command("demo", CommandKind::Console)]).unwrap();
        assert_eq!(bench.shown(), launcher("Demo", "console program", "demo"));
        shelf.remove_others(&bench.host, &[]).unwrap();
        assert_eq!(bench.shown(), []);
    }

    #[test]
    fn what_a_killed_installation_left_in_the_bin_directory_goes() {
        let (bench, demo) = (Bench::new(), app("demo"));
        let commands = [command("demo", CommandKind::Console)];
        let theirs =
            [".kingbolt-7-0-other.exe", ".kingbolt-demo.exe", ".kingbolt-7-x-demo.exe", "kingbolt-7-0-demo.exe"];
        for name in [".kingbolt-7-0-demo.exe", ".kingbolt-123-45-demo.kingbolt"].iter().chain(&theirs) {
            bench.write(name, "");
        }
        bench.shelf(&demo).clear_leftovers(&bench.host, &commands).unwrap();
        let mut expected = theirs.map(|name| (name.to_owned(), String::new()));
        expected.sort();
        assert_eq!(bench.shown(), expected);
    }

    /// A sidecar that was written, and no program yet.
    #[test]
    fn on_windows_a_half_placed_command_is_removed() {
        let (bench, demo) = (Bench::new(), app("demo"));
        bench.shelf(&demo).place(&bench.host, &[command("demo", CommandKind::Console)]).unwrap();
        bench.host.files.remove_file(&bench.places.bin_dir.join("demo.exe")).unwrap();
        bench.shelf(&demo).remove_others(&bench.host, &[]).unwrap();
        assert_eq!(bench.shown(), []);
    }
}
