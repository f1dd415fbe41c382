//! Floor 2: certificates: who is admitted, and whom a certificate speaks for.
