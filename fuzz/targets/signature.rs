#![no_main]

kingbolt_fuzz::target!(kingbolt::trust::properties::SIGNATURE);
