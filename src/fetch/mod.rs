//! Bytes from the network into the cache: index pages, metadata, wheels; verified, resumed, in parallel.
