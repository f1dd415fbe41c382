//! An actix-web server that reads a body and gives fixed octets back: what HTTP costs by itself.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use actix_web::{App, HttpResponse, HttpServer, web};

use super::process::cpu_of;
use super::served::{Agent, Clients};

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

/// Such a server, in a process of its own.
pub struct Bare {
    child: Child,
    url: String,
    agent: Agent,
}

impl Bare {
    /// One that answers with so many octets.
    pub fn start(answer: usize) -> Self {
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
        let bare = Self {
            child,
            url: format!("http://{}/", address.trim()),
            agent: Agent::new_with_defaults(),
        };
        bare.exchange(1, 50, Clients::One);
        bare
    }

    /// Microseconds of CPU of an exchange, when so many octets are sent so many times.
    pub fn exchange(&self, question: usize, count: usize, clients: Clients) -> f64 {
        let questions = vec![vec![b'x'; question]; count];
        let process = self.child.id().to_string();
        let before = cpu_of(&process);
        clients.post(&self.agent, &self.url, &questions);
        let used = cpu_of(&process).checked_sub(before).unwrap();
        used.as_secs_f64() * 1e6 / count as f64
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
