//! Interpreters found on the machine, and the one to use. Only `probe` and `discover` look at the machine.
