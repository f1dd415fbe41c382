//! What keeps octets from being taken as a message before any of them is looked at.

/// Why a message was not read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    /// It has more octets than are read.
    #[error("more than {most} octets")]
    TooLarge {
        /// How many are read.
        most: usize,
    },
    /// It ended before its end, or in chunks that are none.
    #[error("cut short")]
    CutShort,
    /// It took longer than is waited for it.
    #[error("not here within {seconds} seconds")]
    TooSlow {
        /// How long is waited.
        seconds: u64,
    },
}

/// Why a media type is not that of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotSoap {
    /// In parts, as with MTOM (RFC 2387).
    #[error("in parts")]
    Multipart,
    /// Not SOAP, or not said to be.
    #[error("not the media type of SOAP")]
    Other,
    /// One header says this, another that.
    #[error("several media types")]
    Several,
}
