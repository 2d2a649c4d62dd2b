//! Runs the real executable against a loopback index, with its own home and a scrubbed environment.
#![expect(
    clippy::disallowed_methods,
    reason = "tests prepare the machine for the executable and look at it afterwards"
)]
#![expect(clippy::expect_used, reason = "a test that cannot prepare its machine has failed")]

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod accelerator_requests;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod accelerators;
mod allow_build;
mod bad_input;
mod bounds;
#[cfg(unix)]
mod build;
mod configuration;
mod credentials;
mod damage;
mod directories;
mod doctor;
#[cfg(target_os = "linux")]
mod doctor_accelerator;
#[cfg(target_os = "linux")]
mod doctor_facts;
mod documents;
mod ensurepath;
mod exclude_newer;
mod exec;
mod executables;
mod faults;
mod foundation;
mod generations;
mod global;
mod imports;
#[cfg(target_os = "linux")]
mod in_use;
mod inject;
mod install;
mod install_lock;
mod interrupted_sync;
mod json;
mod launcher;
mod layers;
mod life;
mod lock_builds;
#[cfg(unix)]
mod lock_directory;
mod lock_fields;
mod lock_groups;
#[cfg(unix)]
mod locks;
mod loss;
#[cfg(target_os = "linux")]
mod managed_pythons;
mod manifest;
mod missing_wheels;
#[cfg(unix)]
mod modes;
mod moving;
mod names;
mod network;
#[cfg(target_os = "linux")]
mod no_python;
mod outdated;
mod own_files;
mod ownership;
mod pages;
mod pin;
mod plan;
mod preflight;
mod promises;
#[cfg(target_os = "linux")]
mod python_archives;
#[cfg(unix)]
mod python_fetch;
#[cfg(unix)]
mod python_preference;
mod remote_locks;
#[cfg(unix)]
mod repositories;
mod resolution;
mod retries;
mod run;
#[cfg(target_os = "linux")]
mod schema;
mod scripts;
mod secrets;
mod settings;
mod several;
#[cfg(unix)]
mod shared_cache;
#[cfg(unix)]
mod shared_files;
mod signatures;
mod signed_locks;
mod smoke;
mod suffix;
#[path = "../support/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the other test binaries use the rest")]
mod support;
mod sync;
mod takeover;
#[cfg(unix)]
mod tampered;
mod terminal;
mod tidy;
mod upgrades;
mod variables;
mod verified_bytes;
mod version_rules;
#[cfg(unix)]
mod waiting;
