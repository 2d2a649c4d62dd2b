#![no_main]

kingbolt_fuzz::target!(kingbolt::wheel::archive::properties::ARCHIVE);
