//! What the tests of the wire share: a service on a port of its own, over a store of its own, and its callers.

pub mod backend;
pub mod caller;

pub mod clock;
#[allow(dead_code, reason = "not every test program fills disks")]
pub mod disk;
pub mod headers;
pub mod issue;
pub mod listened;
pub mod pg;
pub mod scenario;
#[allow(dead_code, reason = "not every test program kills servers")]
pub mod server;
pub mod shards;
#[allow(dead_code, reason = "not every test program has slow disks")]
pub mod slow_flush;
pub mod wscn;
pub mod x509;
pub mod xades;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;

use actix_web::dev::ServerHandle;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, SqliteConnection};
use metrics_exporter_prometheus::PrometheusHandle;
use notess::channel::Channel;
use notess::config::Settings;
use notess::http::{Application, metrics};

pub use backend::{Backend, Database, World};
pub use clock::TestClock;
pub use scenario::{Alcance, Scenario, Titular};

/// Makes one test for each database: `mod sqlite` and `mod postgresql`, each with every test named.
#[macro_export]
macro_rules! over_both_databases {
    ($($test:ident),+ $(,)?) => {
        mod sqlite {
            $(#[test] fn $test() { super::$test($crate::common::Backend::Sqlite); })+
        }
        mod postgresql {
            $(#[test] fn $test() { super::$test($crate::common::Backend::Postgresql); })+
        }
    };
}

/// A running service with the demonstration world.
pub struct TestApp {
    pub address: SocketAddr,
    world: &'static World,
    pub settings: Settings,
    pub clock: TestClock,
    rows_before: u64,
    stop: Option<(ServerHandle, JoinHandle<()>)>,
    database: Arc<Database>,
}

/// One recorder serves the whole process.
fn recorder() -> PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE.get_or_init(|| metrics::install().unwrap()).clone()
}

impl TestApp {
    pub fn start(backend: Backend) -> Self {
        Self::start_with(backend, |_| {})
    }

    /// A service whose settings were changed before it started.
    pub fn start_with(backend: Backend, change: impl FnOnce(&mut Settings)) -> Self {
        let database = Arc::new(backend.fresh_database());
        Self::serve(database, backend.world(), TestClock::start(), change)
    }

    /// The database of the service.
    #[allow(dead_code, reason = "not every test program copies databases")]
    pub fn database(&self) -> Arc<Database> {
        Arc::clone(&self.database)
    }

    /// The same service stopped and started again, with other settings.
    pub fn restarted_with(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        self.end();
        Self::serve(Arc::clone(&self.database), self.world, self.clock.clone(), change)
    }

    /// A service over another database, whose clock is ahead by so much from its start.
    #[allow(dead_code, reason = "not every test program has databases of its own")]
    pub fn start_over(
        database: Database,
        backend: Backend,
        ahead: TimeDelta,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        let clock = TestClock::start();
        clock.set(ahead);
        Self::serve(Arc::new(database), backend.world(), clock, change)
    }

    fn serve(
        database: Arc<Database>,
        world: &'static World,
        clock: TestClock,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        listened::begin();
        let mut settings = Settings::read(Some(&world.folder().join("notess.toml"))).unwrap();
        settings.database_url = database.url();
        settings.database_conexiones = 4;
        settings.servicio.direccion = "127.0.0.1:0".parse().unwrap();
        settings.servicio.caducidad_segundos = 3600;
        settings.servicio.cierre_segundos = 5;
        // An unoptimized program on a busy machine is slow, and nothing is wrong with that.
        settings.servicio.espera_milisegundos = 60_000;
        settings.servicio.url_publica = None;
        // The clock of the database's server cannot be moved with the service's.
        settings.reloj.salto_maximo = u32::MAX;
        change(&mut settings);

        let rows_before = rows_of(&settings.database_url);
        let (tell, told) = std::sync::mpsc::channel();
        let (its_settings, clocks) = (settings.clone(), clock.clocks());
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let channel = Channel::start(&its_settings, clocks).unwrap();
                let application = Application::build(&its_settings, channel, recorder()).unwrap();
                tell.send((application.address(), application.handle())).unwrap();
                application.run().await.unwrap();
            });
        });
        let (address, handle) = told.recv().expect("the service did not start");
        Self {
            address,
            world,
            settings,
            clock,
            rows_before,
            stop: Some((handle, thread)),
            database,
        }
    }

    fn end(&mut self) {
        if let Some((handle, thread)) = self.stop.take() {
            drop(handle.stop(true));
            // The command is sent when the future is made; the thread ends when the service has.
            let ended_well = thread.join().is_ok();
            assert!(ended_well || std::thread::panicking(), "the service ended badly");
            self.wait_for_its_end();
            let crossing = listened::crossing(&self.settings.database_url);
            assert!(
                crossing.is_empty() || std::thread::panicking(),
                "on a distributed PostgreSQL these would go to several shards, and docs/scale.md does not list them: {crossing:#?}"
            );
        }
    }

    /// Waits until the last thread that looked at the store has let its file go, so that it can be served again.
    fn wait_for_its_end(&self) {
        let url = self.settings.database_url.parse().unwrap();
        for _ in 0..500 {
            if notess::store::Claim::take(&url).is_ok() {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
    }

    /// Lets time go by for the service; callers go on with the real one unless they are told too.
    pub fn move_clock(&self, by: TimeDelta) {
        self.clock.stop(by);
        self.clock.set(by);
    }

    /// The service's time.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Who is in the world.
    pub fn scenario(&self) -> &'static Scenario {
        &self.world.scenario
    }

    /// Where its settings, keys and certificates are.
    pub fn world_folder(&self) -> &'static std::path::Path {
        self.world.folder()
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Status and text of a GET.
    pub fn get(&self, path: &str) -> (u16, String) {
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .build()
            .into();
        let mut response = agent.get(self.url(path)).call().unwrap();
        (
            response.status().as_u16(),
            response.body_mut().read_to_string().unwrap(),
        )
    }

    /// Status and text of a POST.
    pub fn post(&self, path: &str, content_type: &str, body: &[u8]) -> (u16, String) {
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .build()
            .into();
        let mut response = agent
            .post(self.url(path))
            .header("content-type", content_type)
            .send(body)
            .unwrap();
        (
            response.status().as_u16(),
            response.body_mut().read_to_string().unwrap(),
        )
    }

    /// The store of the service, seen from outside.
    pub fn store(&self) -> notess::store::Store {
        let store = notess::store::Store::open(&self.settings.database_url.parse().unwrap(), 2).unwrap();
        backend::unlock(&store);
        store
    }

    /// Runs SQL on a table that refuses changes, as somebody would who owns the database.
    pub fn tamper(&self, table: &str, sql: &str) {
        let url = &self.settings.database_url;
        if url.starts_with("postgres") {
            let sql = format!("set session_replication_role = replica; {sql}");
            PgConnection::establish(url).unwrap().batch_execute(&sql).unwrap();
        } else {
            let path = url.strip_prefix("sqlite:").unwrap_or(url);
            let sql = format!(
                "pragma busy_timeout = 10000; drop trigger if exists {table}_no_update; \
                 drop trigger if exists {table}_no_delete; {sql}"
            );
            SqliteConnection::establish(path)
                .unwrap()
                .batch_execute(&sql)
                .unwrap();
        }
    }

    /// The number that a query gives as `n`.
    pub fn count(&self, sql: &str) -> i64 {
        self.query::<Count>(sql)[0].n
    }

    /// The texts that a query gives as `text`.
    pub fn column(&self, sql: &str) -> Vec<String> {
        #[derive(QueryableByName)]
        struct Column {
            #[diesel(sql_type = diesel::sql_types::Text)]
            text: String,
        }
        self.query::<Column>(sql)
            .into_iter()
            .map(|row| row.text)
            .collect()
    }

    fn query<T>(&self, sql: &str) -> Vec<T>
    where
        T: QueryableByName<diesel::pg::Pg> + QueryableByName<diesel::sqlite::Sqlite> + 'static,
    {
        query(&self.settings.database_url, sql)
    }

    /// How many rows the service has added to the journal for what somebody asked, which agrees with all that is on record.
    pub fn journal_rows(&self) -> u64 {
        let by_itself = || self.count(BY_ITSELF);
        let before = by_itself();
        // Lapses may be written, and acuses sealed meanwhile.
        let rows = verify_journal(&self.store()) - self.rows_before;
        if by_itself() == before {
            rows - u64::try_from(before).unwrap()
        } else {
            self.journal_rows()
        }
    }

    /// A scenario file for programs of other languages, with this service's addresses.
    pub fn scenario_file(&self, folder: &std::path::Path) -> PathBuf {
        let path = folder.join("escenario.json");
        let text = std::fs::read_to_string(self.world.folder().join("escenario.json")).unwrap();
        let mut json: serde_json::Value = serde_json::from_str(&text).unwrap();
        for (_, url) in json["urls"].as_object_mut().unwrap() {
            let old = url.as_str().unwrap();
            let path = old.splitn(4, '/').nth(3).unwrap_or_default();
            *url = self.url(&format!("/{path}")).into();
        }
        at_home(&mut json, self.world.folder());
        std::fs::write(&path, json.to_string()).unwrap();
        path
    }
}

/// Has a scenario that goes elsewhere name its files from where they are.
fn at_home(json: &mut serde_json::Value, folder: &std::path::Path) {
    match json {
        serde_json::Value::String(text) if folder.join(&*text).is_file() => {
            folder.join(&*text).to_str().unwrap().clone_into(text);
        }
        serde_json::Value::Array(values) => values.iter_mut().for_each(|value| at_home(value, folder)),
        serde_json::Value::Object(fields) => {
            fields.iter_mut().for_each(|(_, value)| at_home(value, folder));
        }
        _ => {}
    }
}

/// What the service writes into the journal though nobody asked.
const BY_ITSELF: &str = "select count(*) as n from auditoria where operacion in ('caducar', 'sellarAcuses')";

/// How many rows the journal of a world has before anybody asked anything.
fn rows_of(database_url: &str) -> u64 {
    let store = notess::store::Store::open(&database_url.parse().unwrap(), 1).unwrap();
    let head = store.read(notess::store::journal::head).unwrap();
    let by_itself = query::<Count>(database_url, BY_ITSELF)[0].n;
    (head.unwrap().secuencia - by_itself).try_into().unwrap()
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    n: i64,
}

/// What a query of a database gives.
fn query<T>(url: &str, sql: &str) -> Vec<T>
where
    T: QueryableByName<diesel::pg::Pg> + QueryableByName<diesel::sqlite::Sqlite> + 'static,
{
    if url.starts_with("postgres") {
        diesel::sql_query(sql).load(&mut PgConnection::establish(url).unwrap())
    } else {
        let path = url.strip_prefix("sqlite:").unwrap_or(url);
        diesel::sql_query(sql).load(&mut SqliteConnection::establish(path).unwrap())
    }
    .unwrap()
}

/// Holds the journal against all that is on record, and gives its length.
pub fn verify_journal(store: &notess::store::Store) -> u64 {
    backend::unlock(store);
    let mut found = Vec::new();
    let verified = store.read::<_, notess::store::StoreError, _>(|conn| {
        notess::store::audit::verify(
            conn,
            Some(notess::store::audit::Papers {
                made: &notess::contract::canal::acuse_document::huella,
                unlike: &notess::contract::canal::acuse_columns::unlike,
            }),
            |_| {},
            |finding| found.push(finding),
        )
    });
    assert_eq!(found, []);
    verified.unwrap().rows
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.end();
    }
}
