//! The list of all that the service answers, and how it starts and ends.

use std::net::{SocketAddr, TcpListener};
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::{Server, ServerHandle};
use actix_web::http::header;
use actix_web::middleware::from_fn;
use actix_web::web::{self, Data};
use actix_web::{App, HttpResponse, Route, guard};
use chrono::{DateTime, Utc};

use crate::chain::Chain;
use crate::channel::{self, Channel, KeyError};
use crate::config::{Address, Mistake, Servicio, Settings, named};

use super::lanes::Lanes;
use super::lookouts::Lookouts;
use super::pace::Pace;
use super::proxies::Proxies;
use super::reload::Reload;
use super::room::Room;
use super::server::Serving;
use super::shared::{CANAL_PATH, Shared};
use super::steering::Steering;
use super::timed::timed;
use super::tls::TlsIdentity;
use super::turns::Widths;
use super::{health, intake, metrics, numbers, publishing, reload, transparencia, verificacion, wsdl};

/// Threads that move octets, at most: one moves those of many connections.
const MOVERS: usize = 4;
/// How long the mark of a message that only read may be known to this process alone.
const MARKS_EVERY: Duration = Duration::from_millis(250);
/// How often clocks are held against each other. A jump of the machine's own is seen at each decision besides.
const CLOCKS_EVERY: Duration = Duration::from_secs(1);
/// After how many times as long as the database may keep a request waiting its turn is lost, as its connection is (`store::pool`).
const LOST_AFTER: u32 = 4;
/// By how much somebody may wait longer than he should before he is told so.
const SWEEP_EVERY: Duration = Duration::from_millis(100);

/// Why nothing can be served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// A key or certificate of TLS cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The address cannot be listened on.
    #[error("{}: cannot listen on {address}", named("servicio.direccion"))]
    Bind {
        /// Host and port, as the settings have them.
        address: Address,
        /// What the operating system said.
        #[source]
        reason: std::io::Error,
    },
    /// No threads could be made.
    #[error("{}", named("servicio.trabajadores"))]
    Threads(#[source] std::io::Error),
}

/// What of these settings cannot be used, as far as can be told before the store is opened.
#[must_use]
pub fn mistakes(settings: &Settings, at: DateTime<Utc>) -> Vec<Mistake> {
    let tls = settings.tls.iter().flat_map(TlsIdentity::mistakes);
    let tls = tls.map(Mistake::from);
    channel::mistakes(settings, at).into_iter().chain(tls).collect()
}

/// A service that is bound and ready to run.
pub struct Application {
    server: Server,
    address: SocketAddr,
    channel: Arc<Channel>,
    tls: Option<Arc<TlsIdentity>>,
    lapse_every: Duration,
    shared: Data<Shared>,
}

impl Application {
    /// Binds the address and prepares to serve; nothing is answered before [`Application::run`].
    pub fn build(
        settings: &Settings,
        channel: Channel,
        metrics: metrics_exporter_prometheus::PrometheusHandle,
    ) -> Result<Self, ServeError> {
        Self::build_steered(settings, channel, metrics, None)
    }

    /// The same of a demonstration that is steered while it serves.
    pub fn build_steered(
        settings: &Settings,
        channel: Channel,
        metrics: metrics_exporter_prometheus::PrometheusHandle,
        steering: Option<Steering>,
    ) -> Result<Self, ServeError> {
        let Servicio {
            direccion,
            mensajes_mib,
            cierre_segundos,
            caducidad_segundos,
            url_publica,
            proxy_de_confianza,
            ..
        } = settings.servicio.clone();
        let not_bound = |reason: std::io::Error| ServeError::Bind {
            address: direccion.clone(),
            reason,
        };
        let listener = direccion
            .resolve()
            .and_then(|addresses| TcpListener::bind(addresses.as_slice()))
            .map_err(not_bound)?;
        let address = listener.local_addr().map_err(not_bound)?;
        let channel = Arc::new(channel);
        let wscn_path = channel.wscn.entorno.path();
        let lanes = Lanes::start(&widths(settings)).map_err(ServeError::Threads)?;
        let lanes = Arc::new(lanes);
        let lookouts = Lookouts::start(&channel).map_err(ServeError::Threads)?;
        let shared = Data::new(Shared::new(
            (Arc::clone(&channel), steering),
            metrics,
            (lanes, lookouts),
            (Room::of(mensajes_mib << 20), Proxies::new(proxy_de_confianza)),
            settings.database_limites.longest(),
            if settings.tls.is_some() { "https" } else { "http" },
            url_publica,
        ));
        let serving = Serving {
            threads: movers(),
            pace: Pace::new(&settings.servicio),
            shutdown: Duration::from_secs(cierre_segundos),
        };
        let its = shared.clone();
        let application = move || {
            App::new()
                .app_data(its.clone())
                .configure(|config| routes(config, wscn_path))
                .wrap(from_fn(timed))
        };
        let tls = settings
            .tls
            .as_ref()
            .map(TlsIdentity::load)
            .transpose()?
            .map(Arc::new);
        let acceptor = tls.as_ref().map(TlsIdentity::acceptor).transpose()?;
        let server = serving
            .server(listener, acceptor, application)
            .map_err(not_bound)?;
        let lapse_every = Duration::from_secs(caducidad_segundos);
        Ok(Self {
            server,
            address,
            channel,
            tls,
            lapse_every,
            shared,
        })
    }

    /// Where it listens; with port 0 this is how to know.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// By which it can be stopped from outside.
    #[must_use]
    pub fn handle(&self) -> ServerHandle {
        self.server.handle()
    }

    /// What answers, for whoever steers a demonstration.
    #[must_use]
    pub fn channel(&self) -> Arc<Channel> {
        Arc::clone(&self.channel)
    }

    /// By which it takes other settings while it runs.
    #[must_use]
    pub fn reload(&self, settings: Settings) -> Reload {
        Reload::new(Arc::clone(&self.channel), self.tls.clone(), settings)
    }

    /// Serves until it is told to stop, by a signal or by its handle, and what has begun has ended.
    pub async fn run(self) -> std::io::Result<()> {
        let lapses = actix_web::rt::spawn(lapses(Arc::clone(&self.channel), self.tls, self.lapse_every));
        let marks = actix_web::rt::spawn(marks(Arc::clone(&self.channel)));
        let clocks = actix_web::rt::spawn(clocks(Arc::clone(&self.channel)));
        let numbers = actix_web::rt::spawn(numbers::again_and_again(Arc::clone(&self.channel)));
        let log = actix_web::rt::spawn(publishing::again_and_again(Arc::clone(&self.channel)));
        let sweeps = actix_web::rt::spawn(sweeps(Arc::clone(&self.shared.lanes)));
        let shared = self.shared;
        let ticks = actix_web::rt::spawn(async move { shared.tick().await });
        let ended = self.server.await;
        lapses.abort();
        marks.abort();
        clocks.abort();
        numbers.abort();
        log.abort();
        sweeps.abort();
        ticks.abort();
        save_marks(Arc::clone(&self.channel), false).await;
        numbers::number(self.channel, false).await;
        ended
    }
}

/// As many threads that move octets as can do so at once: more would only take the others' turns on the processor.
fn movers() -> NonZeroUsize {
    let cores = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    NonZeroUsize::new(cores.get().min(MOVERS)).unwrap_or(cores)
}

/// How much is done at once, and how much waits.
fn widths(settings: &Settings) -> Widths {
    let servicio = &settings.servicio;
    let turns = |count| NonZeroUsize::new(count).unwrap_or(NonZeroUsize::MIN);
    Widths {
        reading: turns(servicio.trabajadores),
        writing: turns(settings.writers()),
        waiting: servicio.cola,
        patience: Duration::from_millis(servicio.espera_milisegundos),
        lost: settings.database_limites.longest() * LOST_AFTER,
    }
}

fn routes(config: &mut web::ServiceConfig, wscn_path: &str) {
    let wsdl = || read().guard(guard::fn_guard(wsdl::asks_for_wsdl));
    let xsd = || read().guard(guard::fn_guard(wsdl::asks_for_xsd));
    let only = |path: &str, route| {
        web::resource(path)
            .route(route)
            .default_service(web::to(only_read))
    };
    config
        .service(
            web::resource(CANAL_PATH)
                .route(web::post().to(intake::canal))
                .route(wsdl().to(wsdl::canal_wsdl))
                .route(xsd().to(wsdl::canal_xsd))
                .route(read().to(wsdl::page))
                .default_service(web::to(not_allowed)),
        )
        .service(
            web::resource(wscn_path)
                .route(web::post().to(intake::wscn))
                .route(wsdl().to(wsdl::wscn_wsdl))
                .route(xsd().to(wsdl::wscn_xsd))
                .route(read().to(wsdl::page))
                .default_service(web::to(not_allowed)),
        )
        .service(only("/", read().to(wsdl::page)))
        .service(only("/health/live", read().to(health::live)))
        .service(only("/health/ready", read().to(health::ready)))
        .service(only(
            "/transparencia/checkpoint",
            read().to(transparencia::checkpoint),
        ))
        .service(only(
            "/transparencia/sellos/{sello}",
            read().to(transparencia::sello),
        ))
        .service(only("/transparencia/clave", read().to(transparencia::clave)))
        .service(only(
            "/transparencia/tile/{tile:.*}",
            read().to(transparencia::tile),
        ))
        .configure(verificacion::routes)
        .service(only("/metrics", read().to(render_metrics)));
}

/// A GET, or the HEAD by which load balancers ask. Both are answered alike; the connection keeps the content of what
/// answers a HEAD to itself (RFC 9110 §9.3.2).
fn read() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

async fn not_allowed() -> HttpResponse {
    allowed("GET, HEAD, POST")
}

async fn only_read() -> HttpResponse {
    allowed("GET, HEAD")
}

/// Refuses a method; these are not refused (RFC 9110 §15.5.6).
fn allowed(methods: &'static str) -> HttpResponse {
    HttpResponse::MethodNotAllowed()
        .insert_header((header::ALLOW, methods))
        .finish()
}

async fn render_metrics(shared: Data<Shared>) -> HttpResponse {
    shared.lanes.observe();
    shared.channel.service.observe();
    HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .body(shared.metrics.render())
}

/// Writes down, every so often, the terms that have lapsed, forgets messages that are too old to come again, and looks at
/// revocation lists and at the certificate of TLS.
async fn lapses(channel: Arc<Channel>, tls: Option<Arc<TlsIdentity>>, every: Duration) {
    let mut ticks = actix_web::rt::time::interval(every);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let channel = Arc::clone(&channel);
        let tls = tls.clone();
        let work = move || {
            let service = &channel.service;
            if let Some(tls) = tls {
                reload::look_at(&tls, service.now());
            }
            service.tell_of_expiry();
            if let Err(error) = service.look_at_issuers() {
                tracing::error!(error = %Chain(&error), "the list of admitted issuers cannot be used; trying again later");
            }
            let lapsed = service.housekeeping();
            service.encrypt_some();
            lapsed
        };
        match web::block(work).await {
            Ok(Ok(0)) => {}
            Ok(Ok(lapsed)) => {
                metrics::lapsed(lapsed as u64);
                tracing::info!(lapsed, "lapsed terms recorded");
            }
            Ok(Err(error)) => {
                tracing::error!(error = %Chain(&error), "lapsed terms could not be recorded; trying again later");
            }
            Err(error) => tracing::error!(error = %Chain(&error), "the task of lapsed terms was interrupted"),
        }
    }
}

/// Turns away, every so often, who has waited too long, and forgets those who have hung up.
async fn sweeps(lanes: Arc<Lanes>) {
    let mut ticks = actix_web::rt::time::interval(SWEEP_EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        lanes.sweep();
    }
}

/// Writes down, every so often, which messages were taken.
async fn marks(channel: Arc<Channel>) {
    let mut ticks = actix_web::rt::time::interval(MARKS_EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    // Once for each time that they cannot be, not four times a second.
    let mut told = false;
    loop {
        ticks.tick().await;
        told = !save_marks(Arc::clone(&channel), told).await;
    }
}

/// Looks, every so often, at whether clocks agree.
async fn clocks(channel: Arc<Channel>) {
    let mut ticks = actix_web::rt::time::interval(CLOCKS_EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    // Once for each time that the database is away, not each second.
    let mut told = false;
    loop {
        ticks.tick().await;
        let channel = Arc::clone(&channel);
        match web::block(move || channel.service.look_at_clocks()).await {
            Ok(Ok(())) => told = false,
            Ok(Err(error)) => {
                if !std::mem::replace(&mut told, true) {
                    tracing::error!(error = %Chain(&error), "not all clocks can be looked at; trying again each second");
                }
            }
            Err(error) => tracing::error!(error = %Chain(&error), "the task of clocks was interrupted"),
        }
    }
}

/// Whether they are written down; that they are not is told, unless it was told before.
async fn save_marks(channel: Arc<Channel>, told: bool) -> bool {
    match web::block(move || channel.service.save_marks()).await {
        Ok(Ok(())) => return true,
        Ok(Err(error)) if !told => {
            tracing::error!(
                error = %Chain(&error),
                "marks of messages that were taken cannot be written down: this process knows them by heart, no other does, and \
                 they are tried again"
            );
        }
        Ok(Err(_)) => {}
        Err(error) => tracing::error!(error = %Chain(&error), "the task of marks was interrupted"),
    }
    false
}
