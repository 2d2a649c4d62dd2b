//! `doctor`: the apps that do not work, as far as that shows without reading their files, which `verify` does.

use crate::app::change::BinDirectory;
use crate::app::error::AppError;
use crate::app::state::{AppName, Context};
use crate::host::FileKind;

use super::list::{BrokenApp, InstalledApp, Listing, Selected, list};

/// The installed apps.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Health {
    pub installed: usize,
    /// The problems, several of one app among them.
    pub broken: Vec<BrokenApp>,
    /// The commands that apps have in the directory of commands.
    pub commands: Vec<String>,
}

/// Looks at each installed app: its state, its Python and its commands.
///
/// # Errors
/// If the home cannot be read.
pub fn health(context: &Context<'_>) -> Result<Health, AppError> {
    let Listing { apps, broken } = list(context, &Selected::Visible)?;
    let mut health = Health { installed: apps.len() + broken.len(), broken, commands: Vec::new() };
    for app in &apps {
        if let Some(problem) = &app.problem {
            health.broken.push(BrokenApp { app: app.app.clone(), problem: problem.clone(), advice: repair(&app.app) });
        }
        health.broken.extend(launchers(context, app)?);
        let is_lost = |command: &String| app.lost.iter().any(|lost| lost.command == *command);
        health.commands.extend(app.commands.iter().map(|command| command.name.clone()).filter(|name| !is_lost(name)));
    }
    health.broken.sort_by(|one, other| one.app.cmp(&other.app));
    health.commands.sort();
    Ok(health)
}

/// The commands of an app that start something else, or nothing.
fn launchers(context: &Context<'_>, app: &InstalledApp) -> Result<Vec<BrokenApp>, AppError> {
    let mut broken = Vec::new();
    for path in BinDirectory::of(context, &app.app).misplaced(context.host, &app.commands)? {
        let shown = path.display();
        let name = &app.app;
        let (problem, advice) = match context.host.files.kind(&path)? {
            None => (format!("its command `{shown}` is missing"), repair(name)),
            Some(FileKind::Directory) => (
                format!("a directory is in the place of its command `{shown}`"),
                format!("move it, then {}", repair(name)),
            ),
            Some(FileKind::File | FileKind::Other | FileKind::Symlink) => (
                format!("another program is in the place of its command `{shown}`"),
                format!("run `kingbolt install --force {name}` to restore the command"),
            ),
        };
        broken.push(BrokenApp { app: name.clone(), problem, advice });
    }
    Ok(broken)
}

fn repair(app: &AppName) -> String {
    format!("run `kingbolt verify --repair {app}`")
}
