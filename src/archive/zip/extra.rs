//! Extra fields of local headers and of the central directory (APPNOTE 4.5).

use super::Rule;
use super::fields::Fields;

/// The extra fields that change the meaning of an entry.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Extra<'a> {
    pub(super) zip64: Option<&'a [u8]>,
    pub(super) unicode_path: Option<&'a [u8]>,
}

const ZIP64: u16 = 0x0001;
const UNICODE_PATH: u16 = 0x7075;

impl<'a> Extra<'a> {
    pub(super) fn parse(bytes: &'a [u8]) -> Result<Self, Rule> {
        let mut fields = Fields(bytes);
        let mut extra = Self::default();
        while !fields.is_empty() {
            let (kind, content) = field(&mut fields).ok_or(Rule::Extra)?;
            let known = match kind {
                ZIP64 => &mut extra.zip64,
                UNICODE_PATH => &mut extra.unicode_path,
                _ => continue,
            };
            if known.replace(content).is_some() {
                return Err(Rule::Extra);
            }
        }
        Ok(extra)
    }

    /// Refuses an entry whose name is different for readers that support the Unicode path field. The field consists of a
    /// version, the CRC-32 of the plain name, and the name.
    pub(super) fn check_name(&self, name: &[u8]) -> Result<(), Rule> {
        match self.unicode_path {
            Some(field) if field.get(5..) != Some(name) => Err(Rule::OtherName),
            _ => Ok(()),
        }
    }

    /// Replaces 32-bit placeholders by the 64-bit values of the ZIP64 field, which must contain exactly these values.
    pub(super) fn widen(&self, values: &mut [&mut u64]) -> Result<(), Rule> {
        let mut fields = Fields(self.zip64.unwrap_or_default());
        let mut widened = false;
        for value in values.iter_mut().filter(|value| ***value == PLACEHOLDER) {
            **value = fields.u64().ok_or(Rule::Zip64Field)?;
            widened = true;
        }
        if fields.is_empty() && widened == self.zip64.is_some() { Ok(()) } else { Err(Rule::Zip64Field) }
    }
}

/// The value of a 32-bit field whose actual value is in the ZIP64 field.
pub(super) const PLACEHOLDER: u64 = 0xffff_ffff;

fn field<'a>(fields: &mut Fields<'a>) -> Option<(u16, &'a [u8])> {
    let kind = fields.u16()?;
    let size = fields.u16()?;
    Some((kind, fields.bytes(size.into())?))
}
