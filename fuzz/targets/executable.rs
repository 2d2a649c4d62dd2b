#![no_main]

kingbolt_fuzz::target!(kingbolt::platform::properties::EXECUTABLE);
