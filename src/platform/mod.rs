//! Properties of the machine (operating system, architecture, libc) and the ordered wheel tags that they allow. Decides
//! from values; only `probe` and `system` access the machine.

mod elf;
mod implementation;
mod machine;
pub mod probe;
#[cfg(any(test, fuzzing))]
pub mod properties;
pub mod system;
pub mod tags;
mod x86_64_level;

pub use implementation::Implementation;
pub use machine::{Arch, Libc, Os, Platform, SystemLibc};
pub use tags::{Manylinux, TagInputs, Tags, WheelPlatforms};
pub use x86_64_level::X86_64Level;
