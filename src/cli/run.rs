//! From the process's arguments to its exit code.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;
use clap::error::{ContextKind, ErrorKind};

use crate::app::Pinning;
use crate::host::Host;

use super::accelerator_settings::accelerator_settings;
use super::args::{Arguments, Command, ReleaseCommand};
use super::command;
use super::configuration::Configuration;
use super::configuration_files::ConfigurationFiles;
use super::error::CliError;
use super::exit::Exit;
use super::invocation::Invocation;
use super::message::Message;
use super::other_tools::add_tip;
use super::output::{print_data, say};
use super::python_settings::python_settings;
use super::report;
use super::settings::{Format, Palette, Settings, Users, Verbosity};
use super::text::Style;

/// Runs the command line and returns its exit code.
pub fn run(mut host: Host, arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let typed: Vec<OsString> = arguments.into_iter().collect();
    let arguments = match Arguments::try_parse_from(&typed) {
        Ok(arguments) => arguments,
        Err(mut error) => {
            if error.kind() == ErrorKind::UnknownArgument {
                // It proposes to pass a mistyped option as the name of an app. A similar option is proposed all the same.
                error.remove(ContextKind::Suggested);
            }
            add_tip(&mut error);
            return ExitCode::from(usage(&error, format_typed(&typed)).code());
        }
    };
    if arguments.global.for_all_users {
        host.create_for_all_users();
    }
    let settings =
        Configuration::read(&host).and_then(|own| Ok((Settings::resolve(&host, &own, &arguments.global)?, own)));
    let exit = match settings {
        Ok((settings, own)) => {
            host.locks = settings.locks(host.files, arguments.command.name());
            let files = ConfigurationFiles::beside(&host, own);
            let Settings { palette, verbosity, format, users, .. } = settings;
            let command = &arguments.command;
            let (pythons, accelerator) = command.machine_options();
            let pythons = pythons.map(|typed| python_settings(&files, typed)).transpose();
            let accelerator = accelerator.map(|typed| accelerator_settings(&host, &typed)).transpose();
            match pythons.and_then(|pythons| Ok((pythons.unwrap_or_default(), accelerator?.unwrap_or_default()))) {
                Ok((pythons, accelerator)) => {
                    carry_out(&Invocation::new(files, settings, pythons, accelerator), command)
                }
                Err(error) => failed(palette, verbosity, format, users, &CliError::Settings(error)),
            }
        }
        Err(error) => {
            let format = if arguments.global.json { Format::Json } else { Format::Text };
            let users = Users::of(&arguments.global);
            failed(Palette::Plain, Verbosity::Normal, format, users, &CliError::Settings(error))
        }
    };
    ExitCode::from(exit.code())
}

fn carry_out(invocation: &Invocation<'_>, command: &Command) -> Exit {
    let outcome = match command {
        Command::Cache(arguments) => command::cache::run(invocation, *arguments),
        Command::Completions(arguments) => command::completions::run(arguments),
        Command::Config => command::config::run(invocation),
        Command::Doctor(arguments) => command::doctor::run(invocation, arguments),
        Command::Ensurepath(arguments) => command::ensurepath::run(invocation, *arguments),
        Command::Exec(arguments) => command::exec::run(invocation, arguments),
        Command::Export => command::export::run(invocation),
        Command::Help(arguments) => command::help::run(arguments),
        Command::Import(arguments) => command::import::run(invocation, *arguments),
        Command::Inject(arguments) => command::inject::add(invocation, arguments),
        Command::Install(arguments) => command::install::run(invocation, arguments),
        Command::List(arguments) => command::list::run(invocation, arguments),
        Command::Man(arguments) => command::man::run(arguments),
        Command::Pin(arguments) => command::pin::run(invocation, arguments, Pinning::Pin),
        Command::Python(arguments) => command::python::run(invocation, arguments),
        Command::Release(ReleaseCommand::Keygen(arguments)) => command::keygen::run(invocation, arguments),
        Command::Release(ReleaseCommand::Sign(arguments)) => command::sign::run(invocation, arguments),
        Command::Rollback(arguments) => command::rollback::run(invocation, arguments),
        Command::Run(arguments) => command::run::run(invocation, arguments),
        Command::Sync(arguments) => command::sync::run(invocation, arguments),
        Command::Uninject(arguments) => command::inject::remove(invocation, arguments),
        Command::Uninstall(arguments) => command::uninstall::run(invocation, arguments),
        Command::Unpin(arguments) => command::pin::run(invocation, arguments, Pinning::Unpin),
        Command::Upgrade(arguments) => command::upgrade::run(invocation, arguments),
        Command::Verify(arguments) => command::verify::run(invocation, arguments),
    };
    match outcome {
        Ok(exit) => exit,
        Err(error) => {
            // Whatever error an interrupted act ends with: it was stopped.
            let error = if invocation.host.interrupt.is_raised() { error.interrupted() } else { error };
            let Settings { palette, verbosity, format, users, .. } = invocation.settings;
            failed(palette, verbosity, format, users, &error)
        }
    }
}

/// Reports a failure and returns its exit code.
fn failed(palette: Palette, verbosity: Verbosity, format: Format, users: Users, error: &CliError) -> Exit {
    report::failure(Style::new(palette), verbosity, format, users, error);
    error.exit()
}

/// The format requested by a command line that could not be parsed.
fn format_typed(typed: &[OsString]) -> Format {
    let mut options = typed.iter().skip(1).take_while(|argument| *argument != "--");
    if options.any(|argument| argument == "--json") { Format::Json } else { Format::Text }
}

/// `--help` and `--version` are data; every other error of clap is a usage error.
fn usage(error: &clap::Error, format: Format) -> Exit {
    let text = error.render();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => print_data(&text.to_string()).map_or_else(
            |error| failed(Palette::Plain, Verbosity::Normal, format, Users::This, &error),
            |()| Exit::Done,
        ),
        _ => {
            text.to_string().trim_end().lines().for_each(|line| say(&Message::plain(line)));
            if format == Format::Json {
                report::usage_document(&text.to_string());
            }
            Exit::Usage
        }
    }
}
