//! Arguments of `inject` and `uninject`.

use clap::Args;

use super::python::PythonArguments;
use super::request::{BuildArguments, UploadArguments};

/// Arguments of `inject`.
#[derive(Args, Debug)]
pub(in crate::cli) struct InjectArguments {
    /// App to add packages to
    pub app: String,
    /// Packages to add: requirements (`rich`, `pandas>=2`), or paths or URLs as of `install`
    #[arg(required = true, value_name = "REQUIREMENT")]
    pub requirements: Vec<String>,
    #[command(flatten)]
    pub uploads: UploadArguments,
    #[command(flatten)]
    pub builds: BuildArguments,
    #[command(flatten)]
    pub pythons: PythonArguments,
}

/// Arguments of `uninject`.
#[derive(Args, Debug)]
pub(in crate::cli) struct UninjectArguments {
    /// App to remove packages from
    pub app: String,
    /// Packages to remove
    #[arg(required = true, value_name = "PACKAGE")]
    pub packages: Vec<String>,
    #[command(flatten)]
    pub pythons: PythonArguments,
}
