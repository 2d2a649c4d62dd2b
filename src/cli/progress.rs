//! Shows the progress of long work: bars on a terminal, one line per phase elsewhere. The only user of indicatif.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::host::{Clock, Event, Progress};

use super::message::Message;
use super::output::say;
use super::settings::{Bars, Settings, Verbosity};
use super::text::{Style, bytes, counted, numbered, seconds};

/// Shows events on stderr as the settings want them.
pub(super) struct Reporter {
    clock: Clock,
    verbosity: Verbosity,
    bars: Bars,
    style: Style,
    phase: Mutex<Phase>,
}

/// The current phase and its progress.
struct Phase {
    bar: ProgressBar,
    started: Instant,
    downloads: BTreeSet<String>,
    files: usize,
    bytes_planned: u64,
    bytes_announced: u64,
    bytes_done: u64,
    done: usize,
    warnings: Vec<String>,
}

impl Reporter {
    /// A reporter before the first event.
    pub(super) fn new(clock: Clock, settings: &Settings) -> Self {
        let phase = Phase {
            bar: ProgressBar::hidden(),
            started: clock.instant(),
            downloads: BTreeSet::new(),
            files: 0,
            bytes_planned: 0,
            bytes_announced: 0,
            bytes_done: 0,
            done: 0,
            warnings: Vec::new(),
        };
        Self {
            clock,
            verbosity: settings.verbosity,
            bars: settings.bars,
            style: Style::new(settings.palette),
            phase: Mutex::new(phase),
        }
    }

    /// Removes the bar, so that the next output begins on a clean line.
    pub(super) fn clear(&self) {
        self.phase().bar.finish_and_clear();
    }

    /// The warnings shown so far, for documents that carry them too.
    pub(super) fn warnings(&self) -> Vec<String> {
        self.phase().warnings.clone()
    }

    fn begin(&self, phase: &mut Phase, bar: ProgressBar) {
        phase.bar.finish_and_clear();
        phase.started = self.clock.instant();
        phase.downloads.clear();
        phase.bytes_announced = 0;
        phase.bytes_done = 0;
        phase.done = 0;
        if self.bars == Bars::Drawn {
            bar.enable_steady_tick(Duration::from_millis(120));
            phase.bar = bar;
        }
    }

    /// Ends a phase with the one line that stays.
    fn end(&self, phase: &mut Phase, line: &str) {
        phase.bar.finish_and_clear();
        phase.bar = ProgressBar::hidden();
        if self.verbosity != Verbosity::Quiet {
            let took = phase.started.elapsed();
            say(&Message::plain(&format!("{line} in {}", seconds(took))));
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
            Event::ResolveStarted => self.begin(phase, bar(SPINNER, "Resolving")),
            Event::PackageLookedUp { name, known } => {
                phase.bar.set_message(format!("{} {name}", counted(known, "package")));
            }
            Event::ResolveFinished { packages } => {
                self.end(phase, &format!("Resolved {}", counted(packages, "package")));
            }
            Event::DownloadsStarted { files, bytes } => {
                self.begin(phase, bar(DOWNLOAD_OF_UNKNOWN_SIZE, "Downloading"));
                phase.files = files;
                phase.bytes_planned = bytes;
                phase.bar.set_length(bytes);
                phase.bar.set_message(format!("0/{files}"));
            }
            Event::DownloadStarted { file: _, size: None } => {}
            Event::DownloadStarted { file, size: Some(size) } | Event::DownloadSized { file, size } => {
                phase.download_sized(file, size);
            }
            Event::DownloadAdvanced { file: _, bytes } => {
                phase.bytes_done += bytes;
                phase.bar.inc(bytes);
            }
            Event::DownloadRetried { file, resumed } => {
                self.detail(phase, &format!("retrying {file} from byte {resumed}"));
            }
            Event::DownloadFinished { file: _ } => phase.download_finished(),
            Event::DownloadsFinished => {
                let line = format!("Downloaded {} ({})", counted(phase.files, "wheel"), bytes(phase.bytes_done));
                self.end(phase, &line);
            }
            Event::StepStarted { number, step } => self.detail(phase, &numbered(number, step)),
            Event::InstallStarted { packages } => {
                self.begin(phase, bar(INSTALL, "Installing"));
                phase.files = packages;
                phase.bar.set_length(packages as u64);
            }
            Event::PackageInstalled { name } => {
                phase.bar.inc(1);
                phase.bar.set_message(name.to_owned());
            }
            Event::InstallFinished => self.end(phase, &format!("Installed {}", counted(phase.files, "package"))),
            Event::Warning { message } => {
                phase.warnings.push(message.to_owned());
                if self.verbosity != Verbosity::Quiet {
                    phase.note(&self.style.warning(message));
                }
            }
            Event::Detail { message } => self.detail(phase, message),
        }
    }
}

impl Phase {
    /// Prints a permanent line above the bar.
    fn note(&self, message: &Message) {
        self.bar.suspend(|| say(message));
    }

    fn download_sized(&mut self, file: &str, size: u64) {
        // A download that starts again reports its size again.
        if self.downloads.insert(file.to_owned()) {
            self.bytes_announced += size;
            self.bar.set_length(likely_total(
                self.bytes_planned.max(self.bytes_announced),
                self.downloads.len(),
                self.files,
            ));
            if self.downloads.len() == self.files {
                self.bar.set_style(style(DOWNLOAD));
            }
        }
    }

    fn download_finished(&mut self) {
        self.done += 1;
        if self.done == self.files {
            // The last bytes are here; what takes time now is unpacking them.
            self.bar.set_style(style(SPINNER));
            self.bar.set_prefix("Unpacking");
            self.bar.set_message(counted(self.files, "wheel"));
        } else {
            self.bar.set_message(format!("{}/{}", self.done, self.files));
        }
    }
}

/// The bytes of all files, guessed from those whose size is known, so that the bar does not run full early.
fn likely_total(announced: u64, known: usize, files: usize) -> u64 {
    let (known, files) = (known.max(1) as u64, files as u64);
    announced.saturating_mul(files.max(known)) / known
}

// Each fits into 80 columns.
const SPINNER: &str = "{prefix:11.cyan} {spinner} {msg}";
const DOWNLOAD: &str = "{prefix:11.cyan} {bar:18.cyan/dim} {decimal_bytes:>9} of {decimal_total_bytes:9} {decimal_bytes_per_sec:>11} {eta:>4} {msg}";
/// A total that is a guess is not shown.
const DOWNLOAD_OF_UNKNOWN_SIZE: &str =
    "{prefix:11.cyan} {bar:18.cyan/dim} {decimal_bytes:>9}              {decimal_bytes_per_sec:>11}      {msg}";
const INSTALL: &str = "{prefix:11.cyan} {bar:18.cyan/dim} {pos}/{len} {wide_msg}";

fn bar(template: &str, prefix: &'static str) -> ProgressBar {
    ProgressBar::new(0).with_style(style(template)).with_prefix(prefix)
}

fn style(template: &str) -> ProgressStyle {
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    style.progress_chars("━╸─")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_that_nobody_stated_are_guessed_from_the_others() {
        assert_eq!(likely_total(300, 3, 10), 1000);
        assert_eq!(likely_total(0, 0, 10), 0);
        assert_eq!(likely_total(300, 10, 10), 300);
        assert_eq!(likely_total(7, 1, 0), 7);
    }

    #[test]
    fn every_bar_has_a_form_that_indicatif_understands() {
        for template in [SPINNER, DOWNLOAD, DOWNLOAD_OF_UNKNOWN_SIZE, INSTALL] {
            assert!(ProgressStyle::with_template(template).is_ok(), "{template}");
        }
    }
}
