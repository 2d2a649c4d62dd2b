#![no_main]

kingbolt_fuzz::target!(kingbolt::store::properties::MANIFEST);
