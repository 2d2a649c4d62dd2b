//! Reads `entry_points.txt` from parts of a wheel, to tell what it would bring without downloading it.

use super::in_archive::read_information;
use super::remote::{Opened, RemoteWheel};
use crate::host::{Connection, Host, RandomFile};
use crate::vocab::{Location, Pin};

/// No real `entry_points.txt` is longer.
const LONGEST: u64 = 1 << 20;

/// The `entry_points.txt` of a wheel, as its place states it: nothing is verified. `None` if it has none, or if it cannot be
/// read without the rest of the wheel.
pub fn stated_entry_points(host: &Host, connection: &Connection, pin: &Pin) -> Option<String> {
    let bytes = match &pin.location {
        Location::Path(path) => {
            let file = RandomFile::of(host.files.open(path).ok()?).ok()?;
            read_information(&file, &pin.wheel, "entry_points.txt", LONGEST)
        }
        Location::Url(url) => match RemoteWheel::open(connection, url).ok()? {
            Opened::Parts(wheel) => read_information(&wheel, &pin.wheel, "entry_points.txt", LONGEST),
            Opened::Whole(_) | Opened::Refused => return None,
        },
    };
    String::from_utf8(bytes.ok()?).ok()
}
