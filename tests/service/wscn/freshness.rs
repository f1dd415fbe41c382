//! For how long a message is good, and that its signed Timestamp stays where it is.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use notess::signature::{Freshness, seal_envelope};
use notess::xml::soap::SoapVersion;

use crate::common::caller::payload_of;
use crate::common::wscn::{Answer, Program, Shape};
use crate::common::{Backend, TestApp};

over_both_databases!(
    a_message_lives_ten_minutes_whatever_its_expires_says,
    an_old_message_is_not_made_new_by_moving_its_timestamp,
    an_unsigned_timestamp_of_now_is_taken_and_an_old_one_is_not,
);

fn old(program: &Program<'_>, created: DateTime<Utc>, expires: DateTime<Utc>) -> String {
    let freshness = Freshness {
        created,
        expires,
        tag: "a1",
    };
    let payload = payload_of(&program.payload("solicitarPoderdantes", ""));
    let sealed = seal_envelope(SoapVersion::V11, &program.key, freshness, payload).unwrap();
    String::from_utf8(sealed.into_octets()).unwrap()
}

/// The service's refusal, which has to tell an instant.
fn assert_out_of_date(answer: &Answer, instant: &str) {
    assert_eq!((answer.status, answer.codigo()), (500, 2), "{answer:?}");
    let told = answer.text_of("descripcion").unwrap();
    assert!(
        told.contains(instant) && told.contains("hora del servicio"),
        "{told}"
    );
}

fn a_message_lives_ten_minutes_whatever_its_expires_says(backend: Backend) {
    let app = TestApp::start(backend);
    let program = app.wscn_as(app.scenario().all_roles());
    let now = app.now();
    let far: DateTime<Utc> = "9999-12-31T23:59:59Z".parse().unwrap();
    let hour = TimeDelta::hours(1);
    for (created, expires, served) in [
        (now, now + hour, true),
        (now, far, true),
        (now - TimeDelta::minutes(9), now + hour, true),
        (now + TimeDelta::minutes(4), now + hour, true),
        (now - TimeDelta::minutes(11), far, false),
        (now - hour, now + hour, false),
        (now - hour, now - hour + TimeDelta::minutes(5), false),
        (now - TimeDelta::days(365), far, false),
        ("2001-01-01T00:00:00Z".parse().unwrap(), far, false),
        (now + TimeDelta::minutes(6), now + hour, false),
        (now, now - TimeDelta::minutes(1), false),
        (far, far, false),
    ] {
        let answer = program.send(old(&program, created, expires).as_bytes());
        if served {
            assert_eq!(answer.codigo(), 0, "{created} {expires}");
        } else {
            let hours = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true)[..13].to_owned();
            let told = if expires < now && created < expires {
                expires
            } else {
                created
            };
            assert_out_of_date(&answer, &hours(told));
        }
    }
}

fn an_old_message_is_not_made_new_by_moving_its_timestamp(backend: Backend) {
    let app = TestApp::start(backend);
    let program = app.wscn_as(app.scenario().all_roles());
    let (now, year) = (app.now(), TimeDelta::days(365));
    let message = old(&program, now - year, now + year);
    assert_out_of_date(
        &program.send(message.as_bytes()),
        &(now - year).format("%Y-%m-%d").to_string(),
    );
    let end = "</wsu:Timestamp>";
    let (from, to) = (
        message.find("<wsu:Timestamp").unwrap(),
        message.find(end).unwrap() + end.len(),
    );
    let (timestamp, rest) = (&message[from..to], [&message[..from], &message[to..]].concat());
    let fresh = format!(
        "<wsu:Timestamp><wsu:Created>{}</wsu:Created></wsu:Timestamp><ds:Signature ",
        now.to_rfc3339_opts(SecondsFormat::Millis, true)
    );
    for (before, wrapper) in [
        ("<wsse:Security ", "{}"),
        ("<wsse:Security ", "<x>{}</x>"),
        ("</ds:Signature>", "<ds:Object>{}</ds:Object>"),
        ("</ds:KeyInfo>", "{}"),
        (
            "</soap:Header>",
            "<o:Security xmlns:o=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd\" \
             soap:actor=\"urn:otro\">{}</o:Security>",
        ),
    ] {
        let moved = rest.replacen(before, &(wrapper.replace("{}", timestamp) + before), 1);
        for forged in [moved.replacen("<ds:Signature ", &fresh, 1), moved] {
            let answer = program.send(forged.as_bytes());
            assert_eq!((answer.status, answer.codigo()), (500, 2), "{before} {wrapper}");
        }
    }
}

/// Programs that sign the Body alone and write the Timestamp when they send.
fn an_unsigned_timestamp_of_now_is_taken_and_an_old_one_is_not(backend: Backend) {
    let app = TestApp::start(backend);
    let mut program = app.wscn_as(app.scenario().all_roles());
    program.shape = Shape::XadesBes;
    let message = String::from_utf8(program.message("solicitarPoderdantes", "")).unwrap();
    let with = |created: DateTime<Utc>| {
        let stamp = format!(
            "<u:Timestamp xmlns:u=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd\">\
             <u:Created>{}</u:Created></u:Timestamp></wsse:Security>",
            created.to_rfc3339_opts(SecondsFormat::Secs, true)
        );
        program.send(message.replacen("</wsse:Security>", &stamp, 1).as_bytes())
    };
    let now = app.now();
    assert_eq!(with(now).codigo(), 0);
    let hour = now - TimeDelta::hours(1);
    assert_out_of_date(&with(hour), &hour.to_rfc3339_opts(SecondsFormat::Secs, true));
}
