//! Time stamps: those of OpenSSL are believed here, ours by OpenSSL, and nobody who lies by either.

mod kept;
mod lies;
mod openssl;
mod published;
pub mod tsa;
