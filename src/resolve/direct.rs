//! Direct references: requirements that name one wheel by its URL (PEP 440).

use std::sync::Arc;

use super::error::InvalidDirectReference;
use super::release::{Release, Source};
use crate::index::{File, FileName, file_name, fragment_digests};
use crate::platform::Tags;
use crate::vocab::{Address, PackageName, WheelName};

/// The wheel of a direct reference; `None` if it is invalid, which a resolution explains.
pub fn direct_file(name: &PackageName, url: &Address) -> Option<File> {
    Direct::parse(name, url).ok().map(|direct| direct.file)
}

/// An address without its fragment, as the releases of direct references have it.
pub(super) fn without_fragment(address: &Address) -> Address {
    match address.to_url() {
        Ok(mut url) => {
            url.set_fragment(None);
            url.into()
        }
        Err(_) => address.clone(),
    }
}

/// A direct reference to a wheel.
#[derive(Clone, Debug)]
pub(super) struct Direct {
    pub(super) release: Release,
    pub(super) file: File,
}

impl Direct {
    /// Parses the URL. The version comes from the file name, as for every wheel.
    pub(super) fn parse(name: &PackageName, text: &Address) -> Result<Self, InvalidDirectReference> {
        let url = text.to_url().map_err(|_| InvalidDirectReference::Address)?;
        if !matches!(url.scheme(), "file" | "http" | "https") {
            return Err(InvalidDirectReference::NotAWheel);
        }
        // Taken from the parsed URL: in the text, a host without a path looks like a file name.
        let wheel = file_name(url.as_str())
            .and_then(|name| name.parse::<WheelName>().ok())
            .ok_or(InvalidDirectReference::NotAWheel)?;
        if wheel.name() != name {
            return Err(InvalidDirectReference::OtherPackage { name: wheel.name().clone() });
        }
        let fragment = url.fragment().unwrap_or_default();
        let digests = fragment_digests(fragment);
        if digests.is_none() && fragment.split('&').any(|part| part.starts_with("sha")) {
            return Err(InvalidDirectReference::Digest);
        }
        let mut address = url.clone();
        address.set_fragment(None);
        let source = Source::Direct(Arc::new(Address::from(&address)));
        Ok(Self {
            release: Release { version: wheel.version().clone(), source, next: None },
            file: File {
                name: FileName::Wheel(wheel),
                url: address.into(),
                digests,
                size: None,
                uploaded: None,
                requires_python: None,
                yanked: None,
                metadata: None,
            },
        })
    }

    /// Fails if the interpreter cannot use the wheel.
    pub(super) fn check(&self, tags: &Tags, machine: &str) -> Result<(), InvalidDirectReference> {
        match self.file.name.wheel().and_then(|wheel| tags.rank(wheel)) {
            Some(_) => Ok(()),
            None => Err(InvalidDirectReference::Machine { machine: machine.to_owned() }),
        }
    }
}
