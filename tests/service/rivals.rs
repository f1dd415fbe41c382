//! Two instances of one database are killed again and again while many accept by either of them: no number is missing or given
//! twice, the log goes on as it was signed, each decision has its leaf, and what was confirmed is on record.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use diesel::sql_types::BigInt;
use diesel::{Connection as _, PgConnection, QueryableByName, RunQueryDsl};
use notess::client::connection::Connection;
use notess::store::{Store, StoreError, acuses};
use notess::tlog::LogKey;
use openssl::x509::X509;

use crate::common::backend::program;
use crate::common::caller::{Caller, codigos, key_of, nif};
use crate::common::{Backend, Database, Scenario, Titular};
use crate::served::Served;

#[test]
fn two_instances_that_are_killed_again_and_again_lose_nothing_and_the_log_goes_on() {
    let (world, database) = (Backend::Postgresql.world(), Backend::Postgresql.fresh_database());
    let ground = Ground {
        folder: world.folder(),
        scenario: &world.scenario,
        database: &database,
    };
    let came = rival(&ground, 20, 16);
    assert_eq!(came.wrong, Vec::<String>::new());
    // How many depends on what else the machine does.
    assert!(came.confirmed > 5 && came.signed > 1, "{came:?}");
}

const ORIGIN: &str = "example.es/rivales";
/// How long an instance lives at least, in milliseconds, and how much longer some do; and by how much each eighth does, so that it
/// signs.
const LIFE: u64 = 60;
const LONGER: u64 = 240;
const TO_SIGN: u64 = 1200;
/// How long it may take until all leaves are signed, once nobody is killed any more.
const SIGNED: Duration = Duration::from_secs(30);

/// What came of it.
#[derive(Debug, Default)]
pub struct Rivalry {
    /// Decisions that were confirmed.
    pub confirmed: usize,
    /// Rows of the journal.
    pub rows: i64,
    /// Checkpoints that were signed.
    pub signed: i64,
    /// What should not have happened.
    pub wrong: Vec<String>,
}

/// A world, and the one database of its instances.
pub struct Ground<'a> {
    pub folder: &'a Path,
    pub scenario: &'a Scenario,
    pub database: &'a Database,
}

/// One of the two: where it listens, if it does.
struct Instance<'a> {
    ground: &'a Ground<'a>,
    /// Where the log's key is, and the anchors.
    log: &'a Path,
    nth: usize,
    address: Mutex<Option<SocketAddr>>,
}

/// What is to be accepted: so much for each kill that decisions are in the making at all of them.
struct Work<'a> {
    /// Who has most to accept.
    titular: &'a Titular,
    all: Vec<(&'a str, i32)>,
    next: AtomicUsize,
    /// What got no answer.
    again: Mutex<Vec<(&'a str, i32)>>,
    kills: usize,
    killed: AtomicUsize,
    /// The acuse of each.
    confirmed: Mutex<BTreeMap<i32, String>>,
    wrong: Mutex<Vec<String>>,
}

/// Has so many callers accept while the instances are killed so often.
pub fn rival(ground: &Ground<'_>, kills: usize, callers: usize) -> Rivalry {
    let log = tempfile::tempdir().unwrap();
    let key = LogKey::generate(ORIGIN).unwrap();
    let file = log.path().join("clave.pem");
    notess::whole_file::write_new(&file, &key.to_pem().unwrap(), notess::whole_file::OWNER).unwrap();
    let instances = [0, 1].map(|nth| Instance {
        ground,
        log: log.path(),
        nth,
        address: Mutex::default(),
    });
    instances[0].begin_log(&instances[1]);
    let work = Work::of(ground.scenario, kills);
    thread::scope(|scope| {
        for nth in 0..callers {
            let (instance, work) = (&instances[nth % 2], &work);
            scope.spawn(move || work.accept(instance, nth));
        }
        for instance in &instances {
            scope.spawn(|| instance.die_again_and_again(&work));
        }
    });
    let mut came = Rivalry {
        confirmed: work.confirmed.lock().unwrap().len(),
        wrong: work.wrong.into_inner().unwrap(),
        ..Rivalry::default()
    };
    let confirmed = work.confirmed.into_inner().unwrap();
    came.on_record(ground, &work.all, &confirmed);
    came.all_is_signed(&instances);
    came.is_whole(ground);
    came
}

impl Instance<'_> {
    fn start(&self) -> Served {
        let mut command = Served::command(program(), self.ground.folder, self.ground.database);
        for (name, value) in self.transparencia() {
            command.env(name, value);
        }
        Served::run(&mut command)
    }

    fn transparencia(&self) -> [(&'static str, String); 4] {
        let file = |name: &str| self.log.join(name).to_str().unwrap().to_owned();
        [
            ("NOTESS_TRANSPARENCIA__ORIGEN", ORIGIN.to_owned()),
            ("NOTESS_TRANSPARENCIA__CLAVE", file("clave.pem")),
            (
                "NOTESS_TRANSPARENCIA__ANCLA",
                file(&format!("ancla-{}", self.nth)),
            ),
            ("NOTESS_TRANSPARENCIA__CADA_SEGUNDOS", "1".to_owned()),
        ]
    }

    /// Signs the first checkpoint, which the other's anchor has then too.
    fn begin_log(&self, other: &Self) {
        let served = self.start();
        let began = Instant::now();
        while !served.get("/transparencia/checkpoint").contains(" 200 ") {
            assert!(began.elapsed() < SIGNED, "the log does not begin");
            thread::sleep(Duration::from_millis(50));
        }
        let mut command = operator(self.ground, &["transparencia", "iniciar"]);
        let told = command.envs(other.transparencia()).output().unwrap();
        assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    }

    fn die_again_and_again(&self, work: &Work<'_>) {
        while work.killed.load(Ordering::Relaxed) < work.kills {
            let served = self.start();
            *self.address.lock().unwrap() = Some(served.address);
            let nth = work.killed.load(Ordering::Relaxed) as u64;
            let life = LIFE + (nth * 37 + self.nth as u64 * 101) % LONGER;
            let life = if nth % 8 == 7 { life + TO_SIGN } else { life };
            thread::sleep(Duration::from_millis(life));
            // SIGKILL: nothing in the process gets to run any more.
            served.kill();
            work.killed.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl<'a> Work<'a> {
    fn of(scenario: &'a Scenario, kills: usize) -> Self {
        let many = |one: &&Titular| {
            one.poderdantes
                .iter()
                .map(|of| of.pendientes.len())
                .sum::<usize>()
        };
        let valid = scenario
            .titulares
            .iter()
            .filter(|one| one.estado_certificado == "vigente");
        let titular = valid.max_by_key(many).unwrap();
        let mut seen = BTreeSet::new();
        let all = titular.poderdantes.iter().flat_map(|of| {
            let codes = of.pendientes.iter();
            codes.map(|codigo| (of.nif.as_str(), *codigo))
        });
        Self {
            titular,
            all: all.filter(|(_, codigo)| seen.insert(*codigo)).collect(),
            next: AtomicUsize::new(0),
            again: Mutex::default(),
            kills,
            killed: AtomicUsize::new(0),
            confirmed: Mutex::default(),
            wrong: Mutex::default(),
        }
    }

    /// Calls whoever listens there.
    fn caller(&self, address: SocketAddr, scenario: &Scenario) -> Caller {
        let service = X509::from_pem(&std::fs::read(&scenario.servicio.certificado).unwrap()).unwrap();
        let url = format!("http://{address}/canal/v1");
        let connection = Connection::open(&url, key_of(self.titular), &service).unwrap();
        Caller::new(connection, scenario)
    }

    /// What nobody has accepted, if it is its time; else what was accepted before, which is asked for again.
    fn take(&self, nth: usize) -> Option<(&'a str, i32)> {
        if let Some(one) = self.again.lock().unwrap().pop() {
            return Some(one);
        }
        let due = self.all.len() * (self.killed.load(Ordering::Relaxed) + 1) / self.kills;
        let at = self.next.load(Ordering::Relaxed);
        let is_due = at < due.min(self.all.len());
        if is_due
            && self
                .next
                .compare_exchange(at, at + 1, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok()
        {
            return Some(self.all[at]);
        }
        self.all.get(nth % at.max(1)).copied()
    }

    fn accept(&self, instance: &Instance<'_>, nth: usize) {
        let mut known = None;
        let mut asked = nth;
        while self.killed.load(Ordering::Relaxed) < self.kills {
            let address = *instance.address.lock().unwrap();
            if known.as_ref().map(|(at, _)| *at) != address {
                known = address.map(|at| (at, self.caller(at, instance.ground.scenario)));
            }
            let (Some((_, caller)), Some(one)) = (&known, self.take(asked)) else {
                thread::sleep(Duration::from_millis(10));
                continue;
            };
            asked += 7;
            // No answer says nothing.
            let Ok(results) = caller.accept(one.0, &[one.1]) else {
                self.again.lock().unwrap().push(one);
                thread::sleep(Duration::from_millis(10));
                continue;
            };
            match &results[0].acuse {
                Some(acuse) => self.confirm(one.1, &acuse.identificador),
                None => self.tell(format!("{one:?} was refused: {:?}", results[0].error)),
            }
        }
    }

    fn confirm(&self, codigo: i32, acuse: &str) {
        let mut confirmed = self.confirmed.lock().unwrap();
        let first = confirmed.entry(codigo).or_insert_with(|| acuse.to_owned());
        if first != acuse {
            self.tell(format!("{codigo} was confirmed by two acuses"));
        }
    }

    fn tell(&self, wrong: String) {
        self.wrong.lock().unwrap().push(wrong);
    }
}

impl Rivalry {
    fn must(&mut self, holds: bool, wrong: impl FnOnce() -> String) {
        if !holds {
            self.wrong.push(wrong());
        }
    }

    /// What was confirmed is on record, by the acuse that was told.
    fn on_record(&mut self, ground: &Ground<'_>, all: &[(&str, i32)], confirmed: &BTreeMap<i32, String>) {
        let store = Store::open(&ground.database.url().parse().unwrap(), 1).unwrap();
        for &(poderdante, codigo) in all {
            let Some(acuse) = confirmed.get(&codigo) else {
                continue;
            };
            let found = store
                .read::<_, StoreError, _>(|conn| {
                    acuses::acuses_of(conn, nif(poderdante), &codigos(&[codigo]))
                })
                .unwrap();
            let found: Vec<String> = found.iter().map(|one| one.identificador.to_string()).collect();
            self.must(found == [acuse.as_str()], || {
                format!("{codigo} was confirmed by {acuse}, on record are {found:?}")
            });
        }
    }

    /// Both go on: all that there is gets its number, and is signed.
    fn all_is_signed(&mut self, instances: &[Instance<'_>; 2]) {
        let both = instances.each_ref().map(Instance::start);
        let database = instances[0].ground.database;
        let began = Instant::now();
        loop {
            let leaves = count(
                database,
                "(select count(*) from auditoria) + (select count(*) from hojas)",
            );
            let size = format!("\n{leaves}\n");
            if both
                .iter()
                .all(|served| served.get("/transparencia/checkpoint").contains(&size))
            {
                break;
            }
            if began.elapsed() > SIGNED {
                let ready = both.each_ref().map(|served| served.get("/health/ready"));
                self.wrong
                    .push(format!("not all {leaves} leaves are signed: {ready:?}"));
                break;
            }
            thread::sleep(Duration::from_millis(100));
        }
        for served in both {
            served.kill();
        }
    }

    /// Numbers, leaves and checkpoints, and what the program itself says of all of it.
    fn is_whole(&mut self, ground: &Ground<'_>) {
        let database = ground.database;
        self.rows = count(database, "(select count(*) from auditoria)");
        self.signed = count(database, "(select count(*) from puntos)");
        for (what, how_many) in [
            (
                "rows without a number",
                "(select count(*) from auditoria a where not exists (select 1 from cadena c where c.asiento = a.id))",
            ),
            (
                "numbers that are missing",
                "(select max(secuencia) - count(*) from cadena)",
            ),
            (
                "numbers of rows that are not there",
                "(select count(*) from cadena c where not exists (select 1 from auditoria a where a.id = c.asiento))",
            ),
            (
                "decisions without their leaf",
                "(select count(*) from acuses a where not exists (select 1 from hojas h where h.clase = 3 and h.referencia = a.codigo::text))",
            ),
            (
                "leaves of no decision, or a second one",
                "(select count(*) from hojas where clase = 3) - (select count(*) from acuses)",
            ),
        ] {
            let found = count(database, how_many);
            self.must(found == 0, || format!("{what}: {found}"));
        }
        let verified = operator(ground, &["auditoria", "verificar"]).output().unwrap();
        let said = String::from_utf8_lossy(&verified.stdout).into_owned();
        self.must(verified.status.success(), || said);
    }
}

/// The program, as an operator of a world runs it.
fn operator(ground: &Ground<'_>, arguments: &[&str]) -> std::process::Command {
    let mut command = program();
    command
        .args(arguments)
        .arg("--config")
        .arg(ground.folder.join("notess.toml"))
        .env("NOTESS_DATABASE_URL", ground.database.url());
    command
}

fn count(database: &Database, expression: &str) -> i64 {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        n: i64,
    }
    let mut conn = PgConnection::establish(&database.url()).unwrap();
    let found: Count = diesel::sql_query(format!("select {expression} as n"))
        .get_result(&mut conn)
        .unwrap();
    found.n
}
