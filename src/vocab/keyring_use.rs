//! The use of the command `keyring`.

/// The use of the command `keyring`, which keeps passwords.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum KeyringUse {
    /// It is asked for the password of a user whom an address names.
    Ask,
    #[default]
    Never,
}
