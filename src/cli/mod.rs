//! The command line: arguments -> settings -> one file per command; what people see; exit codes. The only user of clap, colour, indicatif and stdout.
