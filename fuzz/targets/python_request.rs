#![no_main]

kingbolt_fuzz::target!(kingbolt::python::properties::REQUEST);
