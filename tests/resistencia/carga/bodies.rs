//! Bodies that do not come to their end: whoever sends them shuts nobody else out.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::client::{Callers, Questions, ask, connect, runtime};
use super::figures::Verdict;
use super::messages::{CANAL, listing};
use super::served::Served;
use super::world::World;

/// A little less than the largest body.
const LARGE: usize = (8 << 20) - 1;
const SMALL: usize = 60 << 10;

pub fn run(world: &World, lasting: Duration) -> Verdict {
    let mut verdict = Verdict::default();
    let elsewhere = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));
    let here = IpAddr::V4(Ipv4Addr::LOCALHOST);
    for (count, octets, from, what) in [
        (32, LARGE, here, "32 bodies of 8 MB, of the same address"),
        (64, LARGE, elsewhere, "64 bodies of 8 MB, of another address"),
        (
            6000,
            SMALL,
            elsewhere,
            "6,000 bodies of 60 KB, of another address",
        ),
    ] {
        let served = Served::start(world);
        let holding = runtime();
        let held = holding.block_on(unfinished(served.address, from, count, octets));
        let callers = Callers::new(8, Questions::again(listing(world.gestoria())));
        let figures = &ask(served.address, &[callers], lasting)[0];
        figures.print(&format!("listings beside {what}"));
        println!("  {} KiB held", served.memory());
        drop(held);
        let asked = figures.served.len() + figures.refused.len() + figures.failed;
        verdict.expect(
            figures.served.len() == asked && asked > 0,
            format!("beside {what}: {} of {asked} served", figures.served.len()),
        );
    }
    verdict
}

/// Connections each of which has sent all of a body but its last octet, as far as the service takes it.
async fn unfinished(address: SocketAddr, from: IpAddr, count: usize, octets: usize) -> Vec<TcpStream> {
    let begun = (0..count).map(|_| {
        tokio::spawn(async move {
            let mut stream = connect(address, from).await.ok()?;
            let head = format!(
                "POST {CANAL} HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n",
                octets + 1
            );
            stream.write_all(head.as_bytes()).await.ok()?;
            // Whoever is refused is cut off before the end.
            stream.write_all(&vec![b' '; octets]).await.ok()?;
            Some(stream)
        })
    });
    let mut held = Vec::new();
    for one in begun.collect::<Vec<_>>() {
        held.extend(one.await.expect("it ends well"));
    }
    held
}
