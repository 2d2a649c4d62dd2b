//! Changes of apps and environments: planned, carried out step by step, undone after a failure, finished after an
//! interruption.

mod activation;
mod app_change;
mod bin_directory;
mod command_owner;
mod command_paths;
mod environment_change;
mod environment_content;
mod in_place;
mod link_commands;
mod obstacles;
mod other_holders;
mod place;
mod plan;
mod preflight;
mod recover;
mod shared_links;
mod version_change;
mod well_known_commands;

pub use activation::ActivationStep;
pub(super) use activation::{Activation, ActivationSteps};
pub(super) use app_change::{AppChange, change_app};
pub use app_change::{AppStep, FinishStep};
pub(super) use bin_directory::BinDirectory;
pub use command_owner::{CommandOwner, PackageManager};
pub(super) use environment_change::{ChangedEnvironment, EnvironmentChange, change_environment, usable_environment};
pub use environment_change::{EnvironmentStep, SwitchStep};
pub(super) use in_place::InPlaceSwitch;
pub use link_commands::lost_commands;
pub(super) use link_commands::{check_writable, link_commands};
pub use obstacles::{Need, obstacles};
pub use other_holders::LostCommand;
pub use place::{Place, PlaceUse, inspect_places};
pub use plan::{Plan, PlannedPython};
pub(super) use preflight::{check_directories, check_home_executable, with_other_obstacles};
pub(super) use recover::recover;
pub(super) use shared_links::SharedLinks;
pub use version_change::VersionChange;
pub(super) use version_change::changes;
