#![no_main]

kingbolt_fuzz::target!(kingbolt::resolve::properties::DIRECT);
