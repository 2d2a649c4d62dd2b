#![no_main]

kingbolt_fuzz::target!(kingbolt::archive::zip::properties::RECIPE);
