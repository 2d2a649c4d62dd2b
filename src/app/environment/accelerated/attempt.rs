//! One of several resolutions of a request, of which one is taken.

use std::sync::{Mutex, PoisonError};

use crate::app::error::AppError;
use crate::host::{Event, Progress};
use crate::python::Interpreter;
use crate::vocab::{ExtraName, PackageName, Pin, Requirement, Version};

use super::selection::Selection;

/// The parts of a resolution in which attempts differ.
#[derive(Clone, Debug, Default)]
pub(in crate::app::environment) struct Variation {
    /// The builds of PyTorch's packages to choose from; `None` for those that the configured indexes have.
    pub selection: Option<Selection>,
    /// Constraints on versions beside those of the request.
    pub constraints: Vec<Requirement>,
    /// Extras of the requested package beside those of the request.
    pub extras: Vec<ExtraName>,
}

/// Carries out an attempt.
pub(in crate::app::environment) type Resolve<'a> =
    dyn Fn(&Variation, &dyn Progress) -> Result<Attempted, AppError> + 'a;

/// The result of an attempt.
#[derive(Clone, Debug)]
pub(in crate::app::environment) struct Attempted {
    pub interpreter: Interpreter,
    pub pins: Vec<Pin>,
}

/// Keeps what an attempt says until it is taken.
pub(super) struct AttemptProgress<'a> {
    inner: &'a dyn Progress,
    said: Mutex<Vec<Said>>,
}

enum Said {
    Detail(String),
    Finished { packages: usize },
    Warning(String),
}

impl Attempted {
    /// The version of a package, if it is among those chosen.
    pub(super) fn version_of(&self, name: &PackageName) -> Option<&Version> {
        self.pins.iter().find(|pin| pin.name == *name).map(|pin| &pin.version)
    }
}

impl<'a> AttemptProgress<'a> {
    pub(super) fn new(inner: &'a dyn Progress) -> Self {
        Self { inner, said: Mutex::default() }
    }

    /// Says it.
    pub(super) fn tell(self) {
        for said in self.said.into_inner().unwrap_or_else(PoisonError::into_inner) {
            match said {
                Said::Detail(message) => self.inner.event(Event::Detail { message: &message }),
                Said::Finished { packages } => self.inner.event(Event::ResolveFinished { packages }),
                Said::Warning(message) => self.inner.event(Event::Warning { message: &message }),
            }
        }
    }

    fn keep(&self, said: Said) {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).push(said);
    }
}

impl Progress for AttemptProgress<'_> {
    fn event(&self, event: Event<'_>) {
        match event {
            Event::Detail { message } => self.keep(Said::Detail(message.to_owned())),
            Event::ResolveFinished { packages } => self.keep(Said::Finished { packages }),
            // All attempts are one phase for people.
            Event::ResolveStarted => {}
            Event::Warning { message } => self.keep(Said::Warning(message.to_owned())),
            event @ (Event::BuildStarted { .. }
            | Event::BuildFinished { .. }
            | Event::CheckFinished
            | Event::CheckStarted { .. }
            | Event::DownloadAdvanced { .. }
            | Event::DownloadFinished { .. }
            | Event::DownloadResumed { .. }
            | Event::DownloadRetried { .. }
            | Event::DownloadSized { .. }
            | Event::DownloadStarted { .. }
            | Event::DownloadsFinished { .. }
            | Event::DownloadsStarted { .. }
            | Event::FileVerified
            | Event::InstallFinished
            | Event::InstallStarted { .. }
            | Event::Notice { .. }
            | Event::PackageInstalled { .. }
            | Event::PackageLookedUp { .. }
            | Event::PythonFetched { .. }
            | Event::StepStarted { .. }
            | Event::VerifyFinished
            | Event::VerifyStarted { .. }
            | Event::WheelUnpacked { .. }) => self.inner.event(event),
        }
    }
}
