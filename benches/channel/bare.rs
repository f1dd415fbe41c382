//! An actix-web server that reads a body and gives fixed octets back: what HTTP costs by itself.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use actix_web::{App, HttpResponse, HttpServer, web};

use super::process::cpu_of;
use super::served::{Agent, post_all, post_at_once};

const VARIABLE: &str = "NOTESS_BENCH_BARE";

/// Whether this process is to be that server, and how many octets it gives.
pub fn asked_for() -> Option<usize> {
    std::env::var(VARIABLE).ok()?.parse().ok()
}

/// Serves until it is killed.
pub fn serve(octets: usize) {
    let answer = web::Bytes::from(vec![b'x'; octets]);
    let served = actix_web::rt::System::new().block_on(async move {
        let server = HttpServer::new(move || {
            let answer = answer.clone();
            let give = move |_: web::Bytes| {
                let answer = answer.clone();
                async move { HttpResponse::Ok().content_type("text/xml").body(answer) }
            };
            let config = web::PayloadConfig::new(16 << 20);
            App::new().app_data(config).default_service(web::to(give))
        });
        let server = server.workers(4).bind("127.0.0.1:0")?;
        println!("{}", server.addrs()[0]);
        server.run().await
    });
    served.expect("the bare server runs");
}

/// Microseconds of CPU of an exchange of so many octets, one after another.
pub fn exchange(question: usize, answer: usize, count: usize) -> f64 {
    measure(question, answer, count, |url, questions| {
        post_all(&Agent::new_with_defaults(), url, questions)
    })
}

/// The same with several clients at once.
pub fn exchange_busy(question: usize, answer: usize, count: usize) -> f64 {
    measure(question, answer, count, post_at_once)
}

fn measure(
    question: usize,
    answer: usize,
    count: usize,
    post: impl Fn(&str, &[Vec<u8>]) -> Vec<Vec<u8>>,
) -> f64 {
    let this = std::env::current_exe().expect("this program has a path");
    let mut child = Command::new(this)
        .env(VARIABLE, answer.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a bare server");
    let mut address = String::new();
    BufReader::new(child.stdout.take().expect("its output"))
        .read_line(&mut address)
        .expect("its address");
    let url = format!("http://{}/", address.trim());
    let questions = vec![vec![b'x'; question]; count];
    post(&url, &questions[..count.min(50)]);
    let before = cpu_of(&child.id().to_string());
    post(&url, &questions);
    let used = cpu_of(&child.id().to_string()).checked_sub(before).unwrap();
    child.kill().and_then(|()| child.wait()).expect("it ends");
    used.as_secs_f64() * 1e6 / count as f64
}
