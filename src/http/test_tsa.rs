//! `TestTsa`: a time-stamping authority over HTTP (RFC 3161 §3.4) for tests and demonstrations (E-24). It dates by the machine's
//! clock, which is the one that time stamps are to be held against: it proves that the way works, and nothing else.

use std::io;
use std::net::TcpListener;
use std::sync::Arc;

use actix_web::dev::Server;
use actix_web::http::header;
use actix_web::web::{self, Bytes, Data};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use chrono::{DateTime, Utc};
use openssl::pkey::{PKey, Private};
use openssl::rand::rand_bytes;
use openssl::x509::{X509, X509Ref};

use crate::chain::Chain;
use crate::cms::Sealing;
use crate::tsp::{Authority, QUERY, REPLY};

/// The longest question; one of ours has some eighty octets.
const MAX_QUESTION: usize = 64 * 1024;

/// Key and certificates of an authority, and its clock.
pub struct TestTsa {
    /// The certificate that its stamps name, for time-stamping alone.
    pub certificate: X509,
    /// The key of that.
    pub key: PKey<Private>,
    /// Those above it, which are sent along.
    pub chain: Vec<X509>,
    /// What it dates by.
    pub clock: fn() -> DateTime<Utc>,
}

impl TestTsa {
    /// Has it answer whoever asks on a listener, whatever the path, until the server is stopped.
    pub fn serve(self, listener: TcpListener) -> io::Result<Server> {
        let tsa = Data::from(Arc::new(self));
        let application = move || {
            App::new()
                .app_data(Data::clone(&tsa))
                .app_data(web::PayloadConfig::new(MAX_QUESTION))
                .default_service(web::post().to(answer))
        };
        Ok(HttpServer::new(application)
            .workers(1)
            .disable_signals()
            .listen(listener)?
            .run())
    }

    fn answer(&self, question: &[u8]) -> HttpResponse {
        // RFC 3161 §2.4.2: no serial number is given twice; of so many random ones none is.
        let mut serial = [0; 16];
        let chain: Vec<&X509Ref> = self.chain.iter().map(AsRef::as_ref).collect();
        let authority = Authority {
            sealing: Sealing {
                certificate: &self.certificate,
                key: &self.key,
                chain: &chain,
            },
        };
        let answered = rand_bytes(&mut serial)
            .map_err(Into::into)
            .and_then(|()| authority.answer(question, &serial, (self.clock)()));
        match answered {
            Ok(reply) => HttpResponse::Ok().content_type(REPLY).body(reply),
            Err(error) => {
                tracing::error!(error = %Chain(&error), "a question for a time stamp could not be answered");
                HttpResponse::InternalServerError().finish()
            }
        }
    }
}

async fn answer(tsa: Data<TestTsa>, request: HttpRequest, question: Bytes) -> HttpResponse {
    let kind = request.headers().get(header::CONTENT_TYPE);
    if kind.is_none_or(|kind| kind.as_bytes() != QUERY.as_bytes()) {
        return HttpResponse::UnsupportedMediaType().finish();
    }
    tsa.answer(&question)
}
