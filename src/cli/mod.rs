//! The command line: arguments -> settings -> one file per command; what people see; exit codes. The only user of
//! clap, colour, indicatif and stdout.

mod accelerator_settings;
mod args;
mod build_settings;
mod command;
mod configuration;
mod configuration_files;
mod download_progress;
mod error;
mod escape;
mod exit;
mod exit_status;
mod failures;
mod home_path;
mod index_settings;
mod invocation;
mod key_error;
mod keyring_settings;
mod message;
mod other_tools;
mod output;
mod path_advice;
mod pip_configuration;
mod profile_block;
mod progress;
#[cfg(any(test, fuzzing))]
pub mod properties;
mod python_settings;
mod report;
mod run;
mod setting;
mod settings;
mod text;
mod topics;
mod upload_rules;
mod user_path;
mod uv_configuration;
mod version_rules;

pub use run::run;

/// Version of every JSON document's form.
const JSON_SCHEMA: u32 = 1;
