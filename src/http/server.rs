//! Connections from a listener to the application: TLS, the clock of each, and HTTP/1.1 (no SOAP client asks for another).

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::num::NonZeroUsize;
use std::time::Duration;

use actix_http::error::DispatchError;
use actix_http::{HttpService, Request};
use actix_server::{GracefulShutdownSignal, ServerBuilder};
use actix_service::{IntoServiceFactory, Service, ServiceFactory, ServiceFactoryExt, fn_service, map_config};
use actix_tls::accept::TlsError;
use actix_tls::accept::openssl::{Acceptor, TlsStream};
use actix_web::body::MessageBody;
use actix_web::dev::{AppConfig, Response, Server};
use actix_web::rt::net::TcpStream;
use openssl::ssl::{AlpnError, SslAcceptor, SslAcceptorBuilder, select_next_proto};
use tokio::io::{AsyncRead, AsyncWrite};

use super::line::{KEEP_ALIVE, LINGER};
use super::pace::Pace;
use super::stream::Timed;

/// What is agreed on in a TLS handshake (RFC 7301 §6).
const PROTOCOL: &[u8] = b"\x08http/1.1";

/// How connections are served.
pub(super) struct Serving {
    /// Threads that move octets.
    pub(super) threads: NonZeroUsize,
    /// How long clients may take.
    pub(super) pace: Pace,
    /// How long a shutdown waits for what has begun.
    pub(super) shutdown: Duration,
}

impl Serving {
    /// The server of an application on a listener, behind TLS if there is an acceptor.
    pub(super) fn server<F, A, S, B>(
        &self,
        listener: TcpListener,
        acceptor: Option<SslAcceptorBuilder>,
        application: F,
    ) -> io::Result<Server>
    where
        F: Fn() -> A + Send + Clone + 'static,
        A: IntoServiceFactory<S, Request>,
        S: ServiceFactory<Request, Config = AppConfig, Error = actix_web::Error, InitError = ()> + 'static,
        S::Future: 'static,
        S::Response: Into<Response<B>> + 'static,
        <S::Service as Service<Request>>::Future: 'static,
        B: MessageBody + 'static,
    {
        let pace = self.pace;
        let builder = ServerBuilder::new()
            .workers(self.threads.get())
            .shutdown_timeout(self.shutdown.as_secs());
        let stop = builder.graceful_shutdown_signal();
        let builder = match acceptor {
            None => builder.listen("http", listener, move || {
                let accept = fn_service(async |stream: TcpStream| Ok::<_, DispatchError>(stream));
                accept
                    .map(move |stream: TcpStream| {
                        let from = address_of(&stream);
                        (Timed::new(stream, pace, from), None)
                    })
                    .and_then(http(pace, stop.clone(), application()))
            }),
            Some(acceptor) => {
                let acceptor = with_protocol(acceptor);
                builder.listen("https", listener, move || {
                    let mut accept = Acceptor::new(acceptor.clone());
                    // What precedes a request has as much time as its head.
                    accept.set_handshake_timeout(pace.head);
                    accept
                        .map_init_err(drop)
                        .map_err(TlsError::into_service_error)
                        .map(move |stream: TlsStream<TcpStream>| {
                            let from = address_of(stream.get_ref());
                            (Timed::new(stream, pace, from), None)
                        })
                        .and_then(http(pace, stop.clone(), application()).map_err(TlsError::Service))
                })
            }
        };
        Ok(builder?.run())
    }
}

/// Where a connection comes from. One that has ended comes from nowhere.
fn address_of(stream: &TcpStream) -> IpAddr {
    let address = stream.peer_addr();
    address.map_or(Ipv4Addr::UNSPECIFIED.into(), |address| address.ip())
}

/// HTTP/1.1 on streams with a clock, which those who answer find among the connection's data.
fn http<T, A, S, B>(
    pace: Pace,
    stop: GracefulShutdownSignal,
    application: A,
) -> impl ServiceFactory<
    (Timed<T>, Option<SocketAddr>),
    Config = (),
    Response = (),
    Error = DispatchError,
    InitError = (),
>
where
    T: AsyncRead + AsyncWrite + Unpin + 'static,
    A: IntoServiceFactory<S, Request>,
    S: ServiceFactory<Request, Config = AppConfig, Error = actix_web::Error, InitError = ()> + 'static,
    S::Future: 'static,
    S::Response: Into<Response<B>> + 'static,
    <S::Service as Service<Request>>::Future: 'static,
    B: MessageBody + 'static,
{
    let application = application.into_factory().map_err(|error| error.error_response());
    HttpService::build()
        .graceful_shutdown_signal(move || {
            let stop = stop.clone();
            async move { stop.notified().await }
        })
        .keep_alive(KEEP_ALIVE)
        .client_request_timeout(pace.head)
        .client_disconnect_timeout(LINGER)
        .on_connect_ext(|stream: &Timed<T>, data| drop(data.insert(stream.line())))
        .h1(map_config(application, |()| AppConfig::default()))
}

/// Agrees on HTTP/1.1 with whoever proposes it, and on nothing with others.
fn with_protocol(mut builder: SslAcceptorBuilder) -> SslAcceptor {
    builder.set_alpn_select_callback(|_, proposed| {
        select_next_proto(PROTOCOL, proposed)
            .filter(|chosen| Some(*chosen) == PROTOCOL.get(1..))
            .ok_or(AlpnError::NOACK)
    });
    builder.build()
}
