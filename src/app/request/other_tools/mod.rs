//! The records of pipx and uv: what a person asked them for, as options of `kingbolt install`. Parsing only.

mod pipx;
mod record;
mod uv;

pub use record::{ForeignPython, ForeignRecord, InvalidRecord};

pub(in crate::app) use pipx::parse as parse_pipx_metadata;
pub(in crate::app) use uv::parse as parse_uv_receipt;
