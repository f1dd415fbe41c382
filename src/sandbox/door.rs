//! `Door`: the port by which a demonstration is steered, and all that it answers.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use actix_web::dev::{Server, ServerHandle};
use actix_web::http::header::{self, HeaderMap};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::from_fn;
use actix_web::web::{self, Bytes, Data, Payload};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, Resource};
use serde_json::{Value, json};

use crate::importar::{Carga, Format, MAX_DOCUMENT, Order};

use super::Sandbox;
use super::answer::{Refused, Wrong, response};
use super::load::{self, Kind};
use super::whence::from_this_machine;

/// The largest file that is loaded by the door, and the largest call.
const LARGEST: usize = 1 << 20;

/// Everything that the door does: how, where, and what.
const CALLS: [(&str, &str, &str); 12] = [
    ("GET", "/", "esta lista"),
    ("GET", "/reloj", "la hora oficial, y la de la máquina"),
    (
        "POST",
        "/reloj",
        "{\"avance\": \"+11d\"} o {\"instante\": \"2026-03-20T09:15:00+01:00\"}",
    ),
    ("POST", "/origen", "el mundo vuelve a como se preparó"),
    ("GET", "/fallos", "los que quedan por provocar"),
    (
        "POST",
        "/fallos",
        "{\"fallo\": …, \"operacion\": …, \"mensajes\": 1, \"milisegundos\": …, \"octeto\": …}",
    ),
    ("DELETE", "/fallos", "ya no se provoca ninguno"),
    (
        "PUT",
        "/documentos/NOMBRE.pdf",
        "un PDF que nombrarán las notificaciones",
    ),
    (
        "POST",
        "/notificaciones",
        "CSV o JSON Lines; ?historico=si, ?fuera_de_orden=si",
    ),
    ("POST", "/poderes", "CSV o JSON Lines"),
    ("POST", "/autorizados-red", "CSV o JSON Lines"),
    ("POST", "/sucesiones", "CSV o JSON Lines"),
];

/// Why there is no door.
#[derive(Debug, thiserror::Error)]
pub enum DoorError {
    /// Its port cannot be listened on.
    #[error("cannot listen on 127.0.0.1:{port}")]
    Bind {
        /// The port that was asked for.
        port: u16,
        /// What the system says of it.
        #[source]
        reason: std::io::Error,
    },
    /// The folder of documents cannot be made.
    #[error("cannot write {path}")]
    Documents {
        /// Where it should be.
        path: String,
        /// What the system says of it.
        #[source]
        reason: std::io::Error,
    },
}

/// A door that is bound, on the machine itself.
pub struct Door {
    server: Server,
    address: SocketAddr,
}

impl Door {
    /// Binds the port, or a free one if it is 0; nothing is answered before [`Door::serve`].
    pub fn open(port: u16, sandbox: Sandbox) -> Result<Self, DoorError> {
        load::prepare(&sandbox.documents).map_err(|reason| DoorError::Documents {
            path: sandbox.documents.display().to_string(),
            reason,
        })?;
        let not_bound = |reason| DoorError::Bind { port, reason };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(not_bound)?;
        let address = listener.local_addr().map_err(not_bound)?;
        let sandbox = Data::new(sandbox);
        let server = HttpServer::new(move || {
            App::new()
                .app_data(sandbox.clone())
                .wrap(from_fn(from_this_machine))
                .configure(routes)
                .default_service(web::to(nothing_there))
        })
        .workers(1)
        .disable_signals()
        .listen(listener)
        .map_err(not_bound)?
        .run();
        Ok(Self { server, address })
    }

    /// Where it is.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// By which it can be stopped.
    #[must_use]
    pub fn handle(&self) -> ServerHandle {
        self.server.handle()
    }

    /// Answers until it is stopped.
    pub async fn serve(self) -> std::io::Result<()> {
        self.server.await
    }
}

fn routes(config: &mut web::ServiceConfig) {
    let at = |path: &'static str, routes: fn(Resource) -> Resource| {
        routes(web::resource(path)).default_service(web::to(not_so))
    };
    config
        .service(at("/", |at| at.route(web::get().to(index))))
        .service(at("/reloj", |at| {
            at.route(web::get().to(clock)).route(web::post().to(tell_time))
        }))
        .service(at("/origen", |at| at.route(web::post().to(put_back))))
        .service(at("/fallos", |at| {
            at.route(web::get().to(orders))
                .route(web::post().to(order))
                .route(web::delete().to(no_orders))
        }))
        .service(at("/documentos/{nombre}", |at| {
            at.route(web::put().to(keep_document))
        }))
        .service(at("/notificaciones", |at| at.route(web::post().to(publish))))
        .service(at("/poderes", |at| at.route(web::post().to(powers))))
        .service(at("/autorizados-red", |at| at.route(web::post().to(red))))
        .service(at("/sucesiones", |at| at.route(web::post().to(successions))));
}

/// Runs what blocks, while no message is being answered.
async fn alone(
    sandbox: Data<Sandbox>,
    work: impl FnOnce(&Sandbox) -> Result<Value, Refused> + Send + 'static,
) -> HttpResponse {
    let alone = sandbox.steering.alone().await;
    let done = web::block(move || {
        let done = work(&sandbox);
        drop(alone);
        done
    });
    match done.await {
        Ok(done) => response(done),
        Err(error) => response(Err(Refused::failed(error.to_string()))),
    }
}

/// A body of so many octets at most.
async fn whole(payload: Payload, limit: usize) -> Result<Bytes, Refused> {
    match payload.to_bytes_limited(limit).await {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(error)) => Err(Refused::for_one(
            StatusCode::BAD_REQUEST,
            Wrong::whole(format!("el cuerpo no llega entero: {error}")),
        )),
        Err(_) => Err(Refused::for_one(
            StatusCode::PAYLOAD_TOO_LARGE,
            Wrong::whole(format!(
                "el cuerpo pasa de {limit} octetos; lo mayor se carga con notess importar"
            )),
        )),
    }
}

async fn index() -> HttpResponse {
    let calls = CALLS.map(|(method, path, what)| json!({ "metodo": method, "ruta": path, "que": what }));
    HttpResponse::Ok().json(calls)
}

async fn clock(sandbox: Data<Sandbox>) -> HttpResponse {
    HttpResponse::Ok().json(sandbox.clock())
}

async fn tell_time(sandbox: Data<Sandbox>, payload: Payload) -> HttpResponse {
    match whole(payload, LARGEST).await {
        Ok(body) => alone(sandbox, move |sandbox| sandbox.tell_time(&body)).await,
        Err(refused) => response(Err(refused)),
    }
}

async fn put_back(sandbox: Data<Sandbox>) -> HttpResponse {
    alone(sandbox, Sandbox::put_back).await
}

async fn orders(sandbox: Data<Sandbox>) -> HttpResponse {
    HttpResponse::Ok().json(sandbox.orders())
}

async fn order(sandbox: Data<Sandbox>, payload: Payload) -> HttpResponse {
    let body = whole(payload, LARGEST).await;
    response(body.and_then(|body| sandbox.order(&body)))
}

async fn no_orders(sandbox: Data<Sandbox>) -> HttpResponse {
    HttpResponse::Ok().json(sandbox.no_orders())
}

async fn keep_document(sandbox: Data<Sandbox>, name: web::Path<String>, payload: Payload) -> HttpResponse {
    let limit = usize::try_from(MAX_DOCUMENT).unwrap_or(usize::MAX);
    match whole(payload, limit).await {
        Ok(body) => {
            alone(sandbox, move |sandbox| {
                sandbox.keep_document(&name, body.to_vec())
            })
            .await
        }
        Err(refused) => response(Err(refused)),
    }
}

async fn publish(sandbox: Data<Sandbox>, request: HttpRequest, payload: Payload) -> HttpResponse {
    let kind = choices(&request).map(|[historico, fuera_de_orden]| {
        let order = if fuera_de_orden {
            Order::Any
        } else {
            Order::Ascending
        };
        let carga = if historico {
            Carga::Historico
        } else {
            Carga::Publicacion
        };
        Kind::Notificaciones(order, carga)
    });
    load(sandbox, kind, request.headers(), payload).await
}

async fn powers(sandbox: Data<Sandbox>, request: HttpRequest, payload: Payload) -> HttpResponse {
    load(sandbox, Ok(Kind::Poderes), request.headers(), payload).await
}

async fn red(sandbox: Data<Sandbox>, request: HttpRequest, payload: Payload) -> HttpResponse {
    load(sandbox, Ok(Kind::AutorizadosRed), request.headers(), payload).await
}

async fn successions(sandbox: Data<Sandbox>, request: HttpRequest, payload: Payload) -> HttpResponse {
    load(sandbox, Ok(Kind::Sucesiones), request.headers(), payload).await
}

async fn load(
    sandbox: Data<Sandbox>,
    kind: Result<Kind, Refused>,
    headers: &HeaderMap,
    payload: Payload,
) -> HttpResponse {
    let asked = kind.and_then(|kind| Ok((kind, format(headers)?)));
    let asked = match (whole(payload, LARGEST).await, asked) {
        (Ok(body), Ok((kind, format))) => Ok((body, kind, format)),
        (Err(refused), _) | (_, Err(refused)) => Err(refused),
    };
    match asked {
        Ok((body, kind, format)) => alone(sandbox, move |sandbox| sandbox.load(kind, format, &body)).await,
        Err(refused) => response(Err(refused)),
    }
}

/// Whether it is history, and whether codes may come in any order.
fn choices(request: &HttpRequest) -> Result<[bool; 2], Refused> {
    let (mut chosen, mut wrong) = ([false; 2], Vec::new());
    for pair in request.query_string().split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, "si"));
        let at = match name {
            "historico" => 0,
            "fuera_de_orden" => 1,
            _ => {
                wrong.push(Wrong::field(
                    name,
                    "no hay tal parámetro; los que hay: historico, fuera_de_orden",
                ));
                continue;
            }
        };
        match value {
            "si" => chosen[at] = true,
            "no" => chosen[at] = false,
            _ => wrong.push(Wrong::field(name, "ha de ser si o no")),
        }
    }
    if wrong.is_empty() {
        Ok(chosen)
    } else {
        Err(Refused::asked(wrong))
    }
}

/// How a file is written, by what its sender says.
fn format(headers: &HeaderMap) -> Result<Format, Refused> {
    let said = headers
        .get(header::CONTENT_TYPE)
        .and_then(|said| said.to_str().ok());
    let kind = said
        .unwrap_or_default()
        .split(';')
        .next()
        .unwrap_or_default()
        .trim();
    match kind.to_ascii_lowercase().as_str() {
        "text/csv" => Ok(Format::Csv),
        "application/jsonl" | "application/x-ndjson" | "application/json" => Ok(Format::JsonLines),
        _ => Err(Refused::for_one(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Wrong::field("Content-Type", "ha de ser text/csv o application/jsonl"),
        )),
    }
}

async fn nothing_there(request: HttpRequest) -> HttpResponse {
    let mut paths: Vec<&str> = CALLS.iter().map(|(_, path, _)| *path).collect();
    paths.dedup();
    let wrong = Wrong::field(
        "ruta",
        format!(
            "no hay nada en {}; lo que hay: {}",
            request.path(),
            paths.join(", ")
        ),
    );
    response(Err(Refused::for_one(StatusCode::NOT_FOUND, wrong)))
}

/// What is there takes another method (RFC 9110 §15.5.6).
async fn not_so(request: HttpRequest) -> HttpResponse {
    let asked = |path: &str| {
        let of_documents = path.starts_with("/documentos/") && request.path().starts_with("/documentos/");
        of_documents || path == request.path()
    };
    let methods: Vec<&str> = CALLS
        .iter()
        .filter(|(_, path, _)| asked(path))
        .map(|(method, ..)| *method)
        .collect();
    let allowed = methods.join(", ");
    let method: &Method = request.method();
    let wrong = Wrong::field("metodo", format!("{method} no va aquí, sino {allowed}"));
    let mut refused = response(Err(Refused::for_one(StatusCode::METHOD_NOT_ALLOWED, wrong)));
    if let Ok(allowed) = allowed.parse() {
        refused.headers_mut().insert(header::ALLOW, allowed);
    }
    refused
}
