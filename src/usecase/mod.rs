//! Floor 4: what the service does: domain operations over the store.
