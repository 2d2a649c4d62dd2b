//! Types for checked values: raw text is parsed into one of these types once, and never checked again.
//! Does not access the machine: no files, no network, no environment.
//!
//! Names follow the PyPA glossary and the PEPs that each type cites.

mod address;
mod byte_count;
mod checksum;
mod digest;
mod hasher;
mod keyring_use;
mod marker;
mod metadata;
mod package_name;
mod pin;
#[cfg(any(test, fuzzing))]
pub mod properties;
mod release;
mod requirement;
mod safe_path;
mod specifier;
mod string_conversions;
mod tag;
mod timestamp;
mod upload_limit;
mod version;
mod wheel_name;
mod words;

pub use address::{Address, text_without_secrets};
pub use byte_count::ByteCount;
pub use checksum::{Checksum, Mismatch};
pub use digest::{Algorithm, Digest, Digests, InvalidDigest, Sha256};
pub use hasher::Hasher;
pub use keyring_use::KeyringUse;
pub use marker::{InvalidMarker, Marker, MarkerEnvironment, Operand, Operator, Variable};
pub use metadata::{InvalidMetadata, Metadata, header_lines};
pub use package_name::{ExtraName, GroupName, InvalidName, PackageName};
pub use pin::{DirectKind, DirectReference, DirectSource, Location, Pin, Role};
pub use release::Release;
pub use requirement::{InvalidRequirement, Origin, Requirement};
pub use safe_path::{SafePath, UnsafePath, join_relative};
pub use specifier::{
    admits, admits_python, admitted, after_locals, mentions_prerelease, parse_requires_python, pins_exactly,
};
pub(crate) use string_conversions::string_conversions;
pub use tag::{InvalidTag, Tag};
pub use timestamp::{InvalidTimestamp, Timestamp};
pub use upload_limit::{InvalidUploadLimit, UploadLimit};
pub use version::{InvalidVersion, Version, VersionSpecifiers, parse_specifiers, parse_version};
pub use wheel_name::{BuildNumber, InvalidWheelName, WheelName};
pub use words::{alternatives, joined};
