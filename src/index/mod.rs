//! Pages of a package index (PEP 503, PEP 691) and find-links pages -> candidate files. Parsing only: fetches nothing.
