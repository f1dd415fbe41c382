//! Papers, and signed papers, as other people's programs judge them: poppler, qpdf, pyHanko, OpenSSL, pdfua and outloud.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    unreachable_pub,
    reason = "a test program"
)]

mod authorities;
mod flipped;
mod looks;
mod paper;
mod signed;
mod tools;
