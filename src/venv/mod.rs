//! A virtual environment, written without running Python.
