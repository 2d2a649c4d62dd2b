//! Installed applications: generations, receipts, launchers; the use cases install, list, run, uninstall, sync.
