//! The kingbolt command.

fn main() {}
