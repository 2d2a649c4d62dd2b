#![no_main]

kingbolt_fuzz::target!(kingbolt::archive::tar::properties::TAR);
