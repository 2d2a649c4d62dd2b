#![no_main]

kingbolt_fuzz::target!(kingbolt::launcher::properties::SIDECAR);
