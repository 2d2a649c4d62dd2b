//! Whole resolutions in a small world that is written down in lines.

mod explanations;
mod hostile;
mod random;
mod scenarios;
mod solutions;
mod world;
