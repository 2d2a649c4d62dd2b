//! Reads `entry_points.txt` from parts of a wheel, to tell what it would bring without downloading it.

use super::in_archive::read_information;
use super::remote::{Opened, RemoteWheel};
use crate::archive::zip::Source;
use crate::host::{Connection, Host, RandomFile};
use crate::vocab::{Location, Pin, WheelName};

/// No real `entry_points.txt` is longer.
const LONGEST: u64 = 1 << 20;

/// The `entry_points.txt` of a wheel, as its place states it: nothing is verified. `None` if it has none, or if it cannot be
/// read without the rest of the wheel.
pub fn stated_entry_points(host: &Host, connection: &Connection, pin: &Pin) -> Option<String> {
    let bytes = match &pin.location {
        Location::Path(path) => {
            let file = RandomFile::of(host.files.open(path).ok()?).ok()?;
            read(&file, &pin.wheel)
        }
        Location::Url(url) => match RemoteWheel::open(connection, url).ok()? {
            Opened::Parts(wheel) => read(&wheel, &pin.wheel),
            Opened::Whole(_) | Opened::Refused => None,
        },
    };
    String::from_utf8(bytes?).ok()
}

fn read(source: &impl Source, wheel: &WheelName) -> Option<Vec<u8>> {
    read_information(source, wheel, "entry_points.txt", LONGEST).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::zip::samples::{Packed, Zip};

    #[test]
    fn entry_points_for_a_hint_have_a_mebibyte_at_most() {
        let wheel = "six-1.0-py3-none-any.whl".parse().unwrap();
        for (length, is_read) in [(1 << 20, true), ((1 << 20) + 1, false)] {
            let entry = Packed::deflated("six-1.0.dist-info/entry_points.txt", &vec![b'\n'; length]);
            let found = read(&Zip::of([entry]).bytes(), &wheel);
            assert_eq!(found.map(|bytes| bytes.len()), is_read.then_some(length));
        }
    }
}
