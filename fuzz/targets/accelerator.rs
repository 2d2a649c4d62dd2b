#![no_main]

kingbolt_fuzz::target!(kingbolt::accelerator::properties::ACCELERATOR);
