#![no_main]

kingbolt_fuzz::target!(kingbolt::wheel::properties::RECORD);
