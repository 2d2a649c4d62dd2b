#![no_main]

kingbolt_fuzz::target!(kingbolt::fetch::properties::PAGE);
