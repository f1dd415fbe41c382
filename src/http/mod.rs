//! Floor 5: the HTTP service.
