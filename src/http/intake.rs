//! A message from the socket to the worker that answers it, its reply back, and one line and one count about it.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::http::StatusCode;
use actix_web::http::header::{self, ContentType};
use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse};
use uuid::Uuid;

use crate::channel::Fault;
use crate::channel::reply::{Call, Contrato, Inside, NotAnswered, Operation, Outcome, Repeat, Reply};
use crate::contract::unread::Unread;

use super::body::{Body, NotRead};
use super::hint;
use super::lanes::{Step, WorkError};
use super::line::{COME_AGAIN, Line};
use super::media;
use super::metrics;
use super::pieces::Pieces;
use super::queue::Lane;
use super::room::{Place, neighbourhood};
use super::shared::Shared;
use super::steering::Within;
use super::unsupported::Unsupported;

/// The codings that are registered, but for that of a body as it is (RFC 9110 §8.4.1, RFC 7932, RFC 8878).
const COMPRESSIONS: [&str; 7] = [
    "gzip",
    "x-gzip",
    "deflate",
    "compress",
    "x-compress",
    "br",
    "zstd",
];

/// A SOAP message of contract canal, whose content type tells the version.
pub(super) async fn canal(request: HttpRequest, body: web::Payload, shared: Data<Shared>) -> HttpResponse {
    let peticion = shared.channel.service.new_id();
    if codings(&request).any(|coding| !is_identity(coding)) {
        return refuse(&shared, Unsupported::Encoding, peticion);
    }
    match media::version(&request) {
        Ok(version) => exchange(&shared, &request, Contrato::Canal(version), peticion, body).await,
        Err(not_soap) => refuse(&shared, Unsupported::MediaType(not_soap), peticion),
    }
}

/// A SOAP message of contract WSCN, of whatever type of XML old clients say that it is, some of which also take the name
/// of a character encoding for a coding. Its faults are in SOAP 1.1 whatever comes, so that this refusal is one too.
pub(super) async fn wscn(request: HttpRequest, body: web::Payload, shared: Data<Shared>) -> HttpResponse {
    let peticion = shared.channel.service.new_id();
    if codings(&request).any(|coding| COMPRESSIONS.iter().any(|one| one.eq_ignore_ascii_case(coding))) {
        return refuse(&shared, Unsupported::Encoding, peticion);
    }
    if let Err(not_soap) = media::is_xml(&request) {
        let reply = shared.channel.wscn.not_soap(peticion, not_soap);
        report(&shared, &reply.outcome, peticion, Duration::ZERO);
        return response(Contrato::Wscn, reply.into());
    }
    exchange(&shared, &request, Contrato::Wscn, peticion, body).await
}

/// Reads a message, has it answered, and reports on it.
async fn exchange(
    shared: &Shared,
    request: &HttpRequest,
    contrato: Contrato,
    peticion: Uuid,
    body: web::Payload,
) -> HttpResponse {
    let refuse = |why| shared.channel.refuse(contrato, peticion, why);
    // Nothing comes over no connection.
    let Some(line) = request.conn_data::<Line>() else {
        return response(contrato, refuse(NotAnswered::Unread(Unread::CutShort)).into());
    };
    let origin = shared.proxies.origin(line.from, request.headers());
    let body = Body::read(body, line, shared.room.place(origin)).await;
    let began = Instant::now();
    let answered = match body {
        // Nobody could even be identified.
        Ok(_) if shared.channel.service.store_gone_for().is_some() => refuse(NotAnswered::Gone).into(),
        Ok(body) => {
            let fault = shared.fault(&body);
            if let Some(octets) = fault.and_then(octets_before_cut) {
                line.cut_after(octets);
            }
            let message = Message {
                body,
                origin,
                contrato,
                base: shared.base(request),
                peticion,
                fault,
            };
            let answered = tokio::select! {
                answered = shared.steered(message, line) => answered,
                () = shared.overdue(began) => Err(NotAnswered::Overdue),
            };
            answered.unwrap_or_else(|why| refuse(why).into())
        }
        Err(NotRead::NoRoom) => refuse(NotAnswered::Busy).into(),
        Err(NotRead::Unread(unread)) => refuse(NotAnswered::Unread(unread)).into(),
    };
    let took = began.elapsed();
    let reply = &answered.reply;
    if reply.repeat == Repeat::Soon {
        let held = line.turned_away(origin);
        // A sleep of no time would still cost a turn of the timer.
        if !held.is_zero() {
            tokio::time::sleep(held).await;
        }
    }
    report(shared, &reply.outcome, peticion, took);
    response(contrato, answered)
}

/// A reply, and the place that it takes until it is taken, if it was worth counting.
struct Answered {
    reply: Reply,
    place: Option<Place>,
}

impl From<Reply> for Answered {
    fn from(reply: Reply) -> Self {
        Self { reply, place: None }
    }
}

/// A message, from when it was read until it is answered. Its body leaves its place to others then.
struct Message {
    body: Body,
    /// Where it comes from.
    origin: IpAddr,
    contrato: Contrato,
    base: String,
    peticion: Uuid,
    fault: Option<Fault>,
}

impl Message {
    fn call(&self) -> Call<'_> {
        Call {
            octets: &self.body,
            contrato: self.contrato,
            base: &self.base,
            peticion: self.peticion,
            fault: self.fault,
        }
    }
}

/// Of a fault that ends the connection, how much of the answer goes before.
fn octets_before_cut(fault: Fault) -> Option<u64> {
    match fault {
        Fault::Lost => Some(0),
        Fault::Cut(octets) => Some(octets),
        _ => None,
    }
}

impl Shared {
    /// What a demonstration does to a message on purpose.
    fn fault(&self, body: &Body) -> Option<Fault> {
        self.steering.as_ref()?.fault(hint::operation(body))
    }

    /// Has a message answered, unless a demonstration does otherwise.
    async fn steered(&self, message: Message, line: &Line) -> Result<Answered, NotAnswered> {
        match message.fault {
            Some(Fault::Busy) => return Err(NotAnswered::Busy),
            Some(Fault::Gone) => return Err(NotAnswered::Gone),
            Some(Fault::Slow(by)) => tokio::time::sleep(by).await,
            _ => {}
        }
        let within = match &self.steering {
            Some(steering) => Some(steering.enter().await),
            None => None,
        };
        let answered = self.answer(message, within, line).await;
        answered.map_err(|error| match error {
            WorkError::Full => NotAnswered::Busy,
            WorkError::Failed => NotAnswered::Panicked,
        })
    }

    /// Has a message answered. It is verified and, if it only asks, answered where one reads; anything else goes on where one
    /// writes, in the name of whom it was found to come from.
    async fn answer(
        &self,
        message: Message,
        within: Option<Within>,
        line: &Line,
    ) -> Result<Answered, WorkError> {
        let token = self.names.of((), hint::token(&message.body));
        let from_there = self.names.of(neighbourhood(message.origin), token);
        let coming = (!hint::seems_to_read(&message.body)).then(|| self.writers.one_more(from_there));
        if let Some(coming) = &coming
            && self
                .lanes
                .is_crowded(Lane::Writing, self.writers.whose(token), coming.before)
        {
            return Err(WorkError::Full);
        }
        let (whose, peticion) = (|| from_there, message.peticion);
        let (channel, names) = (Arc::clone(&self.channel), self.names.clone());
        let (writers, room) = (Arc::clone(&self.writers), self.room.clone());
        let work = move || {
            // Before anything is known or done of it.
            if !room.has_for_answers(message.origin) {
                return Step::Done(
                    channel
                        .refuse(message.contrato, peticion, NotAnswered::Busy)
                        .into(),
                );
            }
            let placed = move |to, reply: Reply| Answered {
                place: Some(room.for_answer(to, reply.octets.length())),
                reply,
            };
            match channel.begin(&message.call()) {
                Ok(reply) => {
                    drop(within);
                    Step::Done(placed(message.origin, reply))
                }
                Err(pending) => {
                    drop(coming);
                    let whose = names.of(pending.titular().as_str(), ());
                    if hint::shows(&message.body, pending.certificate()) {
                        writers.know(token, whose);
                    }
                    Step::Writes {
                        whose,
                        rest: Box::new(move || {
                            let reply = channel.finish(&message.call(), pending);
                            drop(within);
                            placed(message.origin, reply)
                        }),
                    }
                }
            }
        };
        let unheard = Box::new(move |answered: Answered| report_unheard(&answered.reply.outcome, peticion));
        self.lanes
            .run(Lane::Reading, whose, line.hung_up(), unheard, work)
            .await
    }
}

fn response(contrato: Contrato, Answered { reply, place }: Answered) -> HttpResponse {
    let is_away = matches!(reply.outcome.inside, Some(Inside::Away(_)));
    let status = match contrato {
        Contrato::Canal(_) if is_away => StatusCode::SERVICE_UNAVAILABLE,
        // WSCN's faults are 500, all of them.
        _ => StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
    };
    let mut response = HttpResponse::build(status);
    if is_away {
        response.insert_header((header::RETRY_AFTER, "5"));
    } else if reply.repeat == Repeat::Soon {
        response.insert_header((header::RETRY_AFTER, COME_AGAIN.as_secs()));
    }
    response
        .content_type(reply.content_type)
        .body(Pieces::of(reply.octets, place))
}

/// Refuses what is not SOAP enough for a fault to make sense of it.
fn refuse(shared: &Shared, unsupported: Unsupported, peticion: Uuid) -> HttpResponse {
    let code = unsupported.code();
    let outcome = Outcome {
        operation: None,
        code: code.into(),
        caller: None,
        inside: None,
    };
    report(shared, &outcome, peticion, Duration::ZERO);
    HttpResponse::UnsupportedMediaType()
        .insert_header(unsupported.preference())
        .content_type(ContentType::plaintext())
        .body(format!("{code}\n{peticion}\n{}\n", unsupported.text()))
}

/// One line and one count for each request; of those that nobody identified signed, only so many lines.
fn report(shared: &Shared, outcome: &Outcome, peticion: Uuid, took: Duration) {
    let Outcome {
        operation,
        code,
        caller,
        inside,
    } = outcome;
    let operation = Operation::name_of(*operation);
    let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    metrics::request(operation, code.clone(), took);
    match (caller, inside) {
        (_, Some(inside @ Inside::Failed(_))) => {
            tracing::error!(%peticion, operation, %code, micros, inside = %inside.reason(), "a request failed inside the service");
        }
        (_, Some(inside @ Inside::Away(_))) => {
            if let Some(held_back) = shared.away.pass(Instant::now()) {
                tracing::error!(
                    %peticion, operation, %code, micros, held_back, inside = %inside.reason(),
                    "a request could not be answered for want of the store"
                );
            }
        }
        (Some(caller), _) => tracing::info!(%peticion, operation, %code, caller, micros, "request"),
        (None, unjudged) => {
            metrics::stranger(code);
            if let Some(held_back) = shared.strangers.pass(Instant::now()) {
                let reason = unjudged
                    .as_ref()
                    .map(|inside| tracing::field::display(inside.reason()));
                tracing::warn!(%peticion, %code, micros, held_back, reason, "request of somebody not identified");
            }
        }
    }
}

/// One line for what was done though nobody waits for its answer any more: its caller has gone, or was told that it takes too
/// long, which was counted then.
fn report_unheard(outcome: &Outcome, peticion: Uuid) {
    let Outcome {
        operation,
        code,
        caller,
        inside,
    } = outcome;
    let operation = Operation::name_of(*operation);
    match (inside, caller) {
        (Some(inside), _) => {
            tracing::error!(%peticion, operation, %code, inside = %inside.reason(), "a request failed that nobody waits for any more");
        }
        (None, Some(caller)) => {
            tracing::info!(%peticion, operation, %code, caller, "the answer to a request that nobody waits for any more");
        }
        // Nothing was done for it.
        (None, None) => {}
    }
}

/// What the body went through, as the headers say (RFC 9110 §8.4).
fn codings(request: &HttpRequest) -> impl Iterator<Item = &str> {
    request
        .headers()
        .get_all(header::CONTENT_ENCODING)
        // What is no text is no name of one that is known.
        .flat_map(|value| value.to_str().unwrap_or("?").split(','))
        .map(str::trim)
        .filter(|coding| !coding.is_empty())
}

fn is_identity(coding: &str) -> bool {
    coding.eq_ignore_ascii_case("identity")
}
