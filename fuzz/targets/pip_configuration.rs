#![no_main]

kingbolt_fuzz::target!(kingbolt::cli::properties::PIP_CONFIGURATION);
