//! Conversions between checked types and text, for serde.

/// Implements `TryFrom<String>` through `FromStr`, and `From` for `String` through `Display`.
macro_rules! string_conversions {
    ($($name:ident),+) => {$(
        impl TryFrom<String> for $name {
            type Error = <Self as std::str::FromStr>::Err;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.to_string()
            }
        }
    )+};
}
pub(crate) use string_conversions;
