//! Machine facts (operating system, architecture, libc) and the ordered wheel tags they allow. Decides from values; only `probe` looks at the machine.
