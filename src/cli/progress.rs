//! Shows the progress of long work: bars on a terminal, one line per phase elsewhere. The only user of indicatif.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::host::{Clock, Event, Host, Progress};

use super::download_progress::{DownloadProgress, Total};
use super::escape::escaped_line;
use super::home_path::with_short_home;
use super::message::Message;
use super::output::say;
use super::settings::{Bars, Settings, Verbosity};
use super::text::{Style, bytes, counted, numbered, seconds};

/// Shows events on stderr as the settings want them.
pub(super) struct Reporter {
    clock: Clock,
    /// The home directory of the person.
    home: Option<PathBuf>,
    verbosity: Verbosity,
    bars: Bars,
    style: Style,
    phase: Mutex<Phase>,
    /// False if only `--verbose` shows the line with which a phase ends.
    phases_are_shown: AtomicBool,
}

/// The current phase and its progress.
struct Phase {
    bar: ProgressBar,
    template: &'static str,
    started: Instant,
    downloads: DownloadProgress,
    packages: usize,
    warnings: Vec<String>,
    /// Those that were reported: none is worth a second time.
    details: HashSet<String>,
}

impl Reporter {
    /// A reporter before the first event.
    pub(super) fn new(host: &Host, settings: &Settings) -> Self {
        let phase = Phase {
            bar: ProgressBar::hidden(),
            template: SPINNER,
            started: host.clock.instant(),
            downloads: DownloadProgress::default(),
            packages: 0,
            warnings: Vec::new(),
            details: HashSet::new(),
        };
        Self {
            clock: host.clock,
            home: host.environment.home_dir(),
            verbosity: settings.verbosity,
            bars: settings.bars,
            style: Style::new(settings.palette),
            phase: Mutex::new(phase),
            phases_are_shown: AtomicBool::new(true),
        }
    }

    /// Removes the bar, so that the next output begins on a clean line.
    pub(super) fn clear(&self) {
        self.phase().bar.finish_and_clear();
    }

    /// Shows the ends of phases only with `--verbose`: with many apps, they hide what became of each.
    pub(super) fn hide_phases(&self) {
        self.phases_are_shown.store(false, Ordering::Relaxed);
    }

    /// The warnings shown so far, for documents that carry them too.
    pub(super) fn warnings(&self) -> Vec<String> {
        self.phase().warnings.clone()
    }

    fn begin(&self, phase: &mut Phase, template: &'static str, prefix: &'static str) {
        phase.bar.finish_and_clear();
        phase.started = self.clock.instant();
        if self.bars == Bars::Drawn {
            phase.bar = ProgressBar::new(0).with_style(style(template)).with_prefix(prefix);
            phase.bar.enable_steady_tick(Duration::from_millis(120));
            phase.template = template;
        }
    }

    fn begin_build(&self, phase: &mut Phase, source: &str) {
        self.begin(phase, SPINNER, "Building");
        phase.bar.set_message(escaped_line(source));
    }

    fn begin_install(&self, phase: &mut Phase, packages: usize) {
        self.begin(phase, COUNT, "Installing");
        phase.packages = packages;
        phase.bar.set_length(packages as u64);
    }

    fn begin_check(&self, phase: &mut Phase, app: &str) {
        self.begin(phase, SPINNER, "Checking");
        phase.bar.set_message(format!("the commands of {}", escaped_line(app)));
    }

    fn begin_verify(&self, phase: &mut Phase, subject: &str, files: usize) {
        self.begin(phase, COUNT, "Verifying");
        phase.bar.set_length(files as u64);
        phase.bar.set_message(escaped_line(subject));
    }

    /// Ends a phase with the one line that stays.
    fn end(&self, phase: &mut Phase, line: &str) {
        phase.bar.finish_and_clear();
        phase.bar = ProgressBar::hidden();
        let is_shown = match self.verbosity {
            Verbosity::Normal => self.phases_are_shown.load(Ordering::Relaxed),
            Verbosity::Quiet => false,
            Verbosity::Verbose => true,
        };
        if is_shown {
            let took = phase.started.elapsed();
            say(&Message::plain(&format!("{line} in {}", seconds(took))));
        }
    }

    /// Prints a line, unless `--quiet` was given.
    fn note(&self, phase: &Phase, line: &str) {
        if self.verbosity != Verbosity::Quiet {
            phase.note(&Message::plain(line));
        }
    }

    /// Prints a line that only `--verbose` asks for.
    fn detail(&self, phase: &Phase, line: &str) {
        if self.verbosity == Verbosity::Verbose {
            phase.note(&Message::plain(line));
        }
    }

    fn phase(&self) -> MutexGuard<'_, Phase> {
        self.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Progress for Reporter {
    fn event(&self, event: Event<'_>) {
        let phase = &mut *self.phase();
        match event {
            Event::BuildStarted { source } => self.begin_build(phase, source),
            Event::BuildFinished { wheel } => self.end(phase, &format!("Built {wheel}")),
            Event::PythonFetched { version } => self.note(phase, &format!("Fetched Python {version}")),
            Event::ResolveStarted => self.begin(phase, SPINNER, "Resolving"),
            Event::PackageLookedUp { name, known } => {
                phase.bar.set_message(format!("{} {name}", counted(known, "package")));
            }
            Event::ResolveFinished { packages } => {
                self.end(phase, &format!("Resolved {}", counted(packages, "package")));
            }
            Event::DownloadsStarted { files, bytes, unsized_files } => {
                self.begin(phase, DOWNLOAD_OF_UNKNOWN_SIZE, "Downloading");
                phase.downloads = DownloadProgress::new(files, bytes, unsized_files);
                phase.show_downloads();
            }
            Event::DownloadStarted { file, size } => phase.downloads.begin(file, size),
            Event::DownloadSized { file, size } => phase.downloads.sized_by_server(file, size),
            Event::DownloadResumed { file, bytes } => phase.resume_download(file, bytes),
            Event::DownloadAdvanced { file, bytes } => phase.change_downloads(|all| all.advance(file, bytes)),
            Event::DownloadRetried { file, resumed } => {
                phase.resume_download(file, resumed);
                self.detail(phase, &format!("retrying {file} from byte {resumed}"));
            }
            Event::DownloadFinished { file } => phase.change_downloads(|all| all.finish(file)),
            Event::WheelUnpacked { file } => phase.change_downloads(|all| all.unpacked(file)),
            Event::DownloadsFinished { noun } => {
                let (files, received) = (phase.downloads.files(), phase.downloads.received());
                self.end(phase, &format!("Downloaded {} ({})", counted(files, noun), bytes(received)));
            }
            Event::StepStarted { number, step } => {
                self.detail(phase, &with_short_home(&numbered(number, step), self.home.as_deref()));
            }
            Event::InstallStarted { packages } => self.begin_install(phase, packages),
            Event::PackageInstalled { name } => {
                phase.bar.inc(1);
                phase.bar.set_message(name.to_owned());
            }
            Event::InstallFinished => self.end(phase, &format!("Installed {}", counted(phase.packages, "package"))),
            Event::VerifyStarted { subject, files } => self.begin_verify(phase, subject, files),
            Event::FileVerified => phase.bar.inc(1),
            Event::CheckStarted { app } => self.begin_check(phase, app),
            Event::CheckFinished | Event::VerifyFinished => phase.bar.finish_and_clear(),
            Event::Warning { message } => {
                phase.warnings.push(message.to_owned());
                if self.verbosity != Verbosity::Quiet {
                    phase.note(&self.style.warning(message));
                }
            }
            Event::Detail { message } => {
                // Each of several apps looks for Pythons, and skips the same ones.
                if phase.details.insert(message.to_owned()) {
                    self.detail(phase, message);
                }
            }
            Event::Notice { message } => self.note(phase, message),
        }
    }
}

impl Phase {
    /// Prints a permanent line above the bar.
    fn note(&self, message: &Message) {
        self.bar.suspend(|| say(message));
    }

    /// Bytes that did not come just now say nothing of the rate.
    fn resume_download(&mut self, file: &str, received: u64) {
        self.downloads.resume(file, received);
        self.show_downloads();
        self.bar.reset_eta();
    }

    fn change_downloads(&mut self, change: impl FnOnce(&mut DownloadProgress)) {
        change(&mut self.downloads);
        self.show_downloads();
    }

    fn show_downloads(&mut self) {
        if self.bar.is_hidden() {
            return;
        }
        let (files, finished) = (self.downloads.files(), self.downloads.files_finished());
        if finished == files {
            // The last bytes are here; what takes time now is unpacking them.
            self.show_as(COUNT, files as u64, self.downloads.files_unpacked() as u64);
            self.bar.set_prefix("Unpacking");
            self.bar.set_message("wheels");
            return;
        }
        let (total, template) = match self.downloads.total() {
            Total::Estimated(total) => (total, DOWNLOAD_OF_UNKNOWN_SIZE),
            Total::Known(total) => (total, DOWNLOAD),
        };
        self.show_as(template, total, self.downloads.received());
        self.bar.set_message(format!("{finished}/{files}"));
    }

    fn show_as(&mut self, template: &'static str, length: u64, position: u64) {
        if self.template != template {
            self.bar.set_style(style(template));
            self.template = template;
        }
        // Of nothing, indicatif takes everything to be there.
        self.bar.set_length(length.max(1));
        self.bar.set_position(position);
    }
}

// Each fits into 80 columns.
const SPINNER: &str = "{prefix:11.cyan} {spinner} {msg}";
const DOWNLOAD: &str = "{prefix:11.cyan} {bar:18.cyan/dim} {decimal_bytes:>9} of {decimal_total_bytes:9} {decimal_bytes_per_sec:>11} {eta:>4} {msg}";
/// A total that is a guess is not shown.
const DOWNLOAD_OF_UNKNOWN_SIZE: &str =
    "{prefix:11.cyan} {bar:18.cyan/dim} {decimal_bytes:>9}              {decimal_bytes_per_sec:>11}      {msg}";
const COUNT: &str = "{prefix:11.cyan} {bar:18.cyan/dim} {pos}/{len} {wide_msg}";

fn style(template: &str) -> ProgressStyle {
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    style.progress_chars("━╸─")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bar_has_a_form_that_indicatif_understands() {
        for template in [SPINNER, DOWNLOAD, DOWNLOAD_OF_UNKNOWN_SIZE, COUNT] {
            assert!(ProgressStyle::with_template(template).is_ok(), "{template}");
        }
    }
}
