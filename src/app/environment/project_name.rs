//! The name of the package that source code is of, told without building it.

use std::collections::BTreeSet;

use url::Url;

use crate::app::error::AppError;
use crate::app::state::{Context, OnlineContext, SweepScope, create_private_home, home, sweep};
use crate::build::{ProjectFacts, Room, SourceAddress, SourceKind, checkout};
use crate::store::Store;
use crate::vocab::PackageName;

use super::build::named;
use super::source_tree::project;

/// The package that source code states, without building it.
///
/// # Errors
/// [`AppError::UnnamedSource`] if only a build can tell.
pub fn project_name(context: &OnlineContext<'_>, text: &str, source: &SourceAddress) -> Result<PackageName, AppError> {
    let local = &context.local;
    let name = match (&source.kind, source.stated_name()) {
        (_, Some(name)) => Some(name),
        (SourceKind::Directory { path }, None) => {
            ProjectFacts::read(local.host.files, &project(path, source)).map_err(named(text))?.name
        }
        (SourceKind::Git { url, revision }, None) => {
            home::check(local.host, local.directories)?;
            create_private_home(local.host, local.directories);
            let name = name_in_repository(local, text, source, url, revision.as_deref());
            // The directories of a home that did not exist before. What stays does no harm.
            let _ = sweep(local, &SweepScope::These(BTreeSet::new()));
            home::remove_if_empty(local.host, local.directories);
            name?
        }
        (SourceKind::Archive { .. } | SourceKind::Commit { .. }, None) => None,
    };
    name.ok_or_else(|| AppError::UnnamedSource { source_code: text.to_owned() })
}

/// The same from a checkout in the store, whose lock keeps it from being swept.
fn name_in_repository(
    context: &Context<'_>,
    text: &str,
    source: &SourceAddress,
    url: &Url,
    revision: Option<&str>,
) -> Result<Option<PackageName>, AppError> {
    let host = context.host;
    let store = Store::open(&context.directories.store());
    let _lock = store.lock_shared(host, context.progress)?;
    let room = Room::new(host, &store.root().join("source"))?;
    checkout(host, url, revision, &room.source()).map_err(named(text))?;
    Ok(ProjectFacts::read(host.files, &project(&room.source(), source)).map_err(named(text))?.name)
}
