//! `Authorities`: those who are asked for time stamps, in their order (E-19, E-21).

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use openssl::error::ErrorStack;
use openssl::rand::rand_bytes;
use ureq::Agent;
use ureq::tls::{RootCerts, TlsConfig, TlsProvider};

use crate::trust::TsaTrust;
use crate::tsp::{Asking, QUERY, Query, Stamp, TspError, check};

/// How long a whole question may take, connection and answer included.
const PATIENCE: Duration = Duration::from_secs(10);
/// The largest answer that is read: a token with its certificates has some six KiB.
const MAX_ANSWER: u64 = 64 * 1024;

/// Who is asked, and whom one believes.
pub struct Authorities {
    urls: Vec<String>,
    trust: TsaTrust,
    policy: Option<String>,
    most: TimeDelta,
    agent: Agent,
}

/// What came of asking all of them until one answered well.
#[derive(Debug)]
pub struct Asked {
    /// The stamp, and at which address it was given, if anybody gave one that holds.
    pub stamp: Option<(Stamp, String)>,
    /// Those who were asked before, and why each does not count.
    pub refused: Vec<Refused>,
}

/// Who was asked in vain.
#[derive(Debug)]
pub struct Refused {
    /// The address of the authority.
    pub url: String,
    /// What came of it instead of a stamp that holds.
    pub why: AskError,
}

/// Why there is no stamp from somebody.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// There is no answer, or it is too long, or it did not come in time.
    #[error("there is no answer that could be read")]
    Transport(#[source] Box<ureq::Error>),
    /// The answer is not to the question, by its status of HTTP; a redirect is one of these, and is not followed.
    #[error("it answered with the status {0} of HTTP")]
    Status(u16),
    /// What it answered does not count.
    #[error("its answer does not count")]
    Answer(#[from] TspError),
    /// The question could not be made.
    #[error("the question could not be made")]
    Library(#[from] ErrorStack),
}

impl AskError {
    /// Its name, for logs and metrics.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Transport(error) => match **error {
                ureq::Error::Timeout(_) => "sin_respuesta",
                ureq::Error::BodyExceedsLimit(_) => "demasiado_largo",
                _ => "conexion",
            },
            Self::Status(300..400) => "redireccion",
            Self::Status(_) => "estado_http",
            Self::Answer(fault) => fault.code(),
            Self::Library(_) => "interno",
        }
    }
}

impl Authorities {
    /// Those at these addresses, who are believed if `trust` says so, and who must date under `policy` if there is one. Their time
    /// may differ from the clock by `most`.
    #[must_use]
    pub fn new(urls: Vec<String>, trust: TsaTrust, policy: Option<String>, most: TimeDelta) -> Self {
        let tls = TlsConfig::builder()
            .provider(TlsProvider::NativeTls)
            .root_certs(RootCerts::PlatformVerifier)
            .build();
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(PATIENCE))
            .tls_config(tls)
            .build()
            .new_agent();
        Self {
            urls,
            trust,
            policy,
            most,
            agent,
        }
    }

    /// Whom one lets date.
    #[must_use]
    pub fn trust(&self) -> &TsaTrust {
        &self.trust
    }

    /// Asks one after the other for the date of these octets, until somebody gives one that holds.
    pub fn stamp(&self, octets: &[u8], clock: &dyn Fn() -> DateTime<Utc>) -> Asked {
        let mut refused = Vec::new();
        for url in &self.urls {
            match self.ask(url, octets, clock) {
                Ok(stamp) => {
                    let stamp = Some((stamp, url.clone()));
                    return Asked { stamp, refused };
                }
                Err(why) => refused.push(Refused {
                    url: url.clone(),
                    why,
                }),
            }
        }
        Asked { stamp: None, refused }
    }

    fn ask(&self, url: &str, octets: &[u8], clock: &dyn Fn() -> DateTime<Utc>) -> Result<Stamp, AskError> {
        let mut nonce = [0; 8];
        rand_bytes(&mut nonce)?;
        let query = Query::of(octets, nonce, self.policy.as_deref());
        let question = query.to_der()?;
        let transport = |error| AskError::Transport(Box::new(error));
        let asked = clock();
        let mut response = self
            .agent
            .post(url)
            .header("content-type", QUERY)
            .send(&question)
            .map_err(transport)?;
        let status = response.status().as_u16();
        if status != 200 {
            return Err(AskError::Status(status));
        }
        let body = response.body_mut().with_config().limit(MAX_ANSWER);
        let answer = body.read_to_vec().map_err(transport)?;
        let asking = Asking {
            query: &query,
            trust: &self.trust,
            asked,
            answered: clock(),
            most: self.most,
        };
        Ok(check(&answer, &asking)?)
    }
}
