#![no_main]

kingbolt_fuzz::target!(kingbolt::vocab::properties::WHEEL_NAME);
