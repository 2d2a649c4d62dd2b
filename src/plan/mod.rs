//! Pins and the state on disk -> the steps to carry out: printable and serialisable.
