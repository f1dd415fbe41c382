//! Floor 1: foreign XML seen for the first time, schemas, and the canonical writer.
