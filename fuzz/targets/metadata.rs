#![no_main]

kingbolt_fuzz::target!(kingbolt::vocab::properties::METADATA);
