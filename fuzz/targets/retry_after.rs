#![no_main]

kingbolt_fuzz::target!(kingbolt::host::network::properties::RETRY_AFTER);
