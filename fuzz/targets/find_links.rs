#![no_main]

kingbolt_fuzz::target!(kingbolt::index::properties::FIND_LINKS);
