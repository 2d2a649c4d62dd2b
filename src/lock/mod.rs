//! PEP 751 lock files: read, and select for one machine.
