#![no_main]

kingbolt_fuzz::target!(kingbolt::app::properties::ENVIRONMENT);
