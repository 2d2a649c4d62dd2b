//! Whole resolutions against a small index that is described in lines of text.

mod explanations;
mod hostile;
mod index;
mod random;
mod scenarios;
mod solutions;
mod uploads;
