//! `TsaUrl`: where a time-stamping authority is asked.

use std::net::IpAddr;
use std::str::FromStr;

use http::Uri;
use serde::{Deserialize, Serialize};

/// A URL of https; or of http, if it is this machine's own.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct TsaUrl(String);

/// Why a text is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TsaUrlError {
    /// It is no URL of HTTP.
    #[error("is no URL: https://HOST/PATH is expected")]
    NotUrl,
    /// It has a name or a password in it, which logs would show.
    #[error("has a user in it, which is not taken: its host must follow https:// at once")]
    User,
    /// It goes over a line that others can read and change.
    #[error("must begin with https://; http:// is only for 127.0.0.0/8, ::1 and localhost")]
    Open,
}

impl TsaUrl {
    /// The URL, as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for TsaUrl {
    type Err = TsaUrlError;

    fn from_str(text: &str) -> Result<Self, TsaUrlError> {
        let uri: Uri = text.parse().map_err(|_| TsaUrlError::NotUrl)?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(TsaUrlError::NotUrl);
        };
        if authority.as_str().contains('@') {
            return Err(TsaUrlError::User);
        }
        let host = authority.host();
        let address = host
            .trim_start_matches('[')
            .trim_end_matches(']')
            .parse::<IpAddr>();
        let own = host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|ip| ip.is_loopback());
        match scheme {
            "https" => Ok(Self(text.to_owned())),
            "http" if own => Ok(Self(text.to_owned())),
            "http" => Err(TsaUrlError::Open),
            _ => Err(TsaUrlError::NotUrl),
        }
    }
}

impl TryFrom<String> for TsaUrl {
    type Error = TsaUrlError;

    fn try_from(text: String) -> Result<Self, TsaUrlError> {
        text.parse()
    }
}

impl From<TsaUrl> for String {
    fn from(url: TsaUrl) -> Self {
        url.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_authority_is_asked_over_https_or_on_this_machine() {
        for good in [
            "https://tsa.example.es",
            "https://tsa.example.es:8443/tss/http/tsu?x=1",
            "http://127.0.0.1:3161/",
            "http://127.8.0.1",
            "http://[::1]:3161/",
            "http://localhost:3161/tsa",
        ] {
            assert_eq!(good.parse(), Ok(TsaUrl(good.to_owned())), "{good}");
        }
        for (bad, why) in [
            ("http://tsa.example.es", TsaUrlError::Open),
            ("http://localhost.example.es", TsaUrlError::Open),
            ("http://10.0.0.1/", TsaUrlError::Open),
            ("http://[fd00::1]/", TsaUrlError::Open),
            ("https://user:secret@tsa.example.es", TsaUrlError::User),
            ("http://127.0.0.1@tsa.example.es", TsaUrlError::User),
            ("ftp://tsa.example.es", TsaUrlError::NotUrl),
            ("tsa.example.es", TsaUrlError::NotUrl),
            ("/tsa", TsaUrlError::NotUrl),
            ("", TsaUrlError::NotUrl),
        ] {
            assert_eq!(bad.parse::<TsaUrl>(), Err(why), "{bad}");
        }
    }
}
