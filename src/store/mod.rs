//! Unpacked wheels by SHA-256: admitted once, linked into environments.
