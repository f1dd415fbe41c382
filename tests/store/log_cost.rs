//! What the published log costs where it has many leaves: reading them all once, and a proof. It measures, for docs/performance.md.

use std::time::{Duration, Instant};

use notess::store::{Reader, Store};
use notess::tlog::LogKey;
use notess::usecase::publish::{NotProven, Publisher, prove};

use crate::site::Site;

/// Names how many leaves.
const LEAVES: &str = "LEAVES";
/// How many, if nobody says it.
const MANY: u64 = 1_000_000;
const PROOFS: u64 = 400;

#[test]
#[ignore = "it measures, and takes some minutes"]
fn a_log_of_many_leaves() {
    let leaves = std::env::var(LEAVES).map_or(MANY, |text| text.parse().unwrap());
    for site in [Site::sqlite(), Site::postgresql()] {
        measure(&site, leaves);
    }
}

fn measure(site: &Site, leaves: u64) {
    let store = site.store();
    site.sql(&filled(site, leaves));
    let folder = tempfile::tempdir().unwrap();
    let key = LogKey::generate("example.es/registro").unwrap();
    let verifier = key.verifier().clone();
    let publisher = Publisher::new(key, folder.path().join("ancla"));
    let (began, cpu) = (Instant::now(), cpu_of_this_thread());
    publisher.publish(&store).unwrap();
    let (took, cpu) = (began.elapsed(), cpu_of_this_thread().saturating_sub(cpu));
    println!(
        "{}: {leaves} leaves read and signed in {took:.1?}, {:.2} µs of this process's CPU each",
        site.either("SQLite", "PostgreSQL"),
        cpu.as_secs_f64() * 1e6 / f64::from(u32::try_from(leaves).unwrap())
    );
    let mut times: Vec<Duration> = (0..PROOFS)
        .map(|n| proof(&store, n * 7919 * 104_729 % leaves, &verifier))
        .collect();
    times.sort_unstable();
    let at = |percent: usize| times[times.len() * percent / 100];
    println!("  a proof: p50 {:.2?}, p99 {:.2?}", at(50), at(99));
}

fn proof(store: &Store, index: u64, verifier: &notess::tlog::VerifierKey) -> Duration {
    let began = Instant::now();
    let proven = store.read::<_, NotProven, _>(|conn: &mut Reader| prove(conn, verifier, index));
    proven.unwrap();
    began.elapsed()
}

/// A journal of so many rows, each of which is a leaf; its hashes are any, which the publisher cannot tell.
fn filled(site: &Site, leaves: u64) -> String {
    let (numbers, octets, id, now) = (
        site.either(
            "with recursive n(n) as (select 1 union all select n + 1 from n where n < {leaves})",
            "with n as (select generate_series(1, {leaves}) as n)",
        ),
        site.either("randomblob(32)", "sha256(n::text::bytea)"),
        site.either("printf('00000000-0000-7000-8000-%012x', n)", "gen_random_uuid()"),
        site.either("1773130500000000", "now()"),
    );
    let numbers = numbers.replace("{leaves}", &leaves.to_string());
    format!(
        "{numbers} insert into auditoria (id, formato, instante, peticion, operacion, emisor, serie, resultado, detalle, hojas, hash) \
         select n, 2, {now}, {id}, 'firmarNotificaciones', 'CN=AC', '1', 'hecho', '{{}}', 0, {octets} from n; \
         {numbers} insert into cadena (secuencia, asiento, anterior, hash, hojas) select n, n, {octets}, {octets}, n from n; \
         update auditoria_cabeza set secuencia = {leaves}, hojas = {leaves};"
    )
}

/// CPU time of the thread that asks, from the kernel's scheduler statistics.
fn cpu_of_this_thread() -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(stat.split(' ').next().unwrap().parse().unwrap())
}
