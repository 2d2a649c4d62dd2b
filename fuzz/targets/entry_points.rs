#![no_main]

kingbolt_fuzz::target!(kingbolt::wheel::properties::ENTRY_POINTS);
