//! Variables of drivers and of NVIDIA's images that tell something about the machine.

use super::reader::Reader;
use crate::accelerator::findings::Container;
use crate::accelerator::parse::gfx_override;

/// Reads the variables. None of them decides which GPUs a build must serve.
pub(super) fn read_variables(reader: &mut Reader<'_>) -> Container {
    let environment = &reader.host.environment;
    let value = |name: &str| environment.var_or_empty(name).map(str::to_owned);
    let visible = value("CUDA_VISIBLE_DEVICES").filter(|value| value.is_empty() || value == "-1");
    let container = value("NVIDIA_VISIBLE_DEVICES");
    let target = value("HSA_OVERRIDE_GFX_VERSION");
    let toolkit = value("CUDA_VERSION").filter(|version| !version.is_empty());
    if visible.is_some() {
        reader.found("CUDA_VISIBLE_DEVICES", "hides all GPUs from programs; builds are chosen for them all the same");
    }
    if let Some(value) = container {
        let said = if value.is_empty() {
            "no GPU for this container".to_owned()
        } else {
            format!("GPUs for this container: {value}")
        };
        reader.found("NVIDIA_VISIBLE_DEVICES", said);
    }
    if let Some(value) = target {
        let said = gfx_override(&value).map_or("no instruction set of an AMD GPU".to_owned(), |target| {
            format!("programs treat AMD GPUs as {target}; the files of the driver tell the truth")
        });
        reader.found("HSA_OVERRIDE_GFX_VERSION", said);
    }
    if let Some(version) = &toolkit {
        reader.found("CUDA_VERSION", format!("the image has the toolkit of CUDA {version}"));
    }
    Container { toolkit }
}
