//! What strangers can have written to the log.

use crate::common::Backend;
use crate::served::Served;

/// What is no HTTP.
const GARBAGE: &[u8] = b"\x16\x03\x01 nada\r\n\r\n";

#[test]
fn malformed_requests_of_strangers_are_not_in_the_log() {
    let database = Backend::Sqlite.fresh_database();
    let folder = Backend::Sqlite.world().folder();
    let served = Served::start_logging(folder, &database, "debug");
    for _ in 0..20 {
        assert!(served.send(GARBAGE).contains(" 400 "));
    }
    // A line of ours comes after all of theirs.
    served.send(b"POST /canal/v1 HTTP/1.0\r\nContent-Length: 1\r\nContent-Type: text/xml\r\n\r\nx");
    served.awaited("somebody not identified");
    assert_eq!(served.logged("actix_http"), Vec::<String>::new());
}

#[test]
fn an_operator_who_asks_for_malformed_requests_sees_them() {
    let database = Backend::Sqlite.fresh_database();
    let folder = Backend::Sqlite.world().folder();
    let served = Served::start_logging(folder, &database, "info,actix_http=error");
    assert!(served.send(GARBAGE).contains(" 400 "));
    served.awaited("actix_http::h1::dispatcher");
}
