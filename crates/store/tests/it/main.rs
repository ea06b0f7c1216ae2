//! Control data, tested through the store as a server uses it.
