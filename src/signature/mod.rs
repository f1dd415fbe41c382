//! Floor 2: XML signatures: what is accepted, what was signed, and our own seal.
