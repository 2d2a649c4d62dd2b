//! Arguments of `install`.

use clap::Args;

use super::request::RequestArguments;

/// Arguments of `install`.
#[derive(Args, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag that was typed or not; the command gives them meaning"
)]
pub(in crate::cli) struct InstallArguments {
    /// Apps to install: requirements (`httpie`, `black[d]>=24`, `name @ https://…whl`), wheel files, or source code to
    /// build: directories (`.`), archives (`.tar.gz`, `.zip`) or repositories (`git+https://…@tag`)
    #[arg(required_unless_present = "file", value_name = "SOURCE")]
    pub sources: Vec<String>,
    /// Install the apps of a file that `kingbolt export` wrote, as it describes them
    #[arg(long, value_name = "FILE", conflicts_with_all = ["sources", "name", "suffix", "with_executables_from", "include_deps", "editable", "replace"])]
    pub file: Option<String>,
    /// With `--file`: in the versions that the file has [default: in the newest ones that its requirements admit]
    #[arg(long, requires = "file")]
    pub exact: bool,
    /// Name of the app [default: the package's name]
    #[arg(long)]
    pub name: Option<String>,
    /// Packages to install into the same environment, whose commands are linked, too; separated by commas
    #[arg(long, value_name = "PACKAGE", value_delimiter = ',')]
    pub with_executables_from: Vec<String>,
    /// Also link the commands of all dependencies
    #[arg(long)]
    pub include_deps: bool,
    /// End of the names of the app and of its commands: with `_12`, `black` becomes `black_12`, beside another `black`
    #[arg(long, value_name = "SUFFIX", allow_hyphen_values = true)]
    pub suffix: Option<String>,
    /// Reinstall even if nothing changed, and replace commands of other apps and programs
    #[arg(long)]
    pub force: bool,
    /// Forget the options of the last installation; by default, extras, `--with`, the Python, restrictions and indexes stay
    #[arg(long)]
    pub replace: bool,
    /// Show packages and versions without changing anything; with `--verbose` also the steps
    #[arg(long)]
    pub dry_run: bool,
    /// Install directories in place, so that changes to their source code take effect at once
    #[arg(long, short)]
    pub editable: bool,
    /// Import the commands once, with a temporary home directory, and warn if one fails; this runs code of the package
    #[arg(long)]
    pub smoke: bool,
    #[command(flatten)]
    pub request: RequestArguments,
}
