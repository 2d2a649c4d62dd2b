//! Options and variables -> the accelerator of a request, and the settings that decide about it.

use crate::accelerator::{Assumption, Assumptions, InvalidVariable, assumed_by_variables, label_by_variables};
use crate::app::{AcceleratorSettings, GpuPolicy, RequestedAccelerator};
use crate::host::Host;
use crate::pytorch::IndexBase;

use super::args::{AcceleratorArguments, AssumptionArguments};
use super::setting::{Setting, SettingsError, variable};

/// The accelerator that a request names, by option or variable.
///
/// # Errors
/// If the variable names an unknown label.
pub(super) fn requested_accelerator(
    host: &Host,
    arguments: &AcceleratorArguments,
) -> Result<Option<RequestedAccelerator>, SettingsError> {
    if let Some(typed) = arguments.accelerator {
        return Ok(Some(typed));
    }
    let setting = variable(&host.environment, "KINGBOLT_ACCELERATOR")?.filter(is_stated);
    setting.map(|setting| setting.text.parse().map_err(setting.invalid())).transpose()
}

/// The settings for a command that resolves requests.
///
/// # Errors
/// If a variable is invalid.
pub(super) fn accelerator_settings(
    host: &Host,
    arguments: &AcceleratorArguments,
) -> Result<AcceleratorSettings, SettingsError> {
    let environment = &host.environment;
    let mirror = variable(environment, "KINGBOLT_ACCELERATOR_INDEX_URL")?.filter(is_stated);
    let mirror =
        mirror.map(|setting| IndexBase::parse(&setting.text, environment.current_dir()).map_err(setting.invalid()));
    let lookup = |name: &str| environment.var_or_empty(name);
    let mut assumptions = stated_assumptions(&arguments.assumptions);
    assumptions.extend(assumed_by_variables(&lookup).map_err(invalid)?);
    Ok(AcceleratorSettings {
        mirror: mirror.transpose()?,
        gpu_policy: if arguments.require_gpu { GpuPolicy::Require } else { GpuPolicy::Prefer },
        assumptions,
        named: label_by_variables(&lookup).map_err(invalid)?,
    })
}

/// The assumptions that options state.
pub(super) fn stated_assumptions(arguments: &AssumptionArguments) -> Assumptions {
    let mut assumptions = Assumptions::default();
    if let Some(driver) = &arguments.assume_driver {
        assumptions.add("--assume-driver", Assumption::Driver(driver.clone()));
    }
    if !arguments.assume_compute.is_empty() {
        assumptions.add("--assume-compute", Assumption::Compute(arguments.assume_compute.clone()));
    }
    assumptions
}

fn invalid(InvalidVariable { name, source }: InvalidVariable) -> SettingsError {
    SettingsError::Invalid { name: format!("`{name}`"), source }
}

/// An empty variable counts as unset.
fn is_stated(setting: &Setting) -> bool {
    !setting.text.trim().is_empty()
}
