#![no_main]

kingbolt_fuzz::target!(kingbolt::lock::properties::LOCK);
