//! `Service`: what all requests share, made once at the start.

use std::sync::Arc;

use arc_swap::ArcSwap;
use chrono::{DateTime, TimeDelta, Utc};
use openssl::nid::Nid;
use openssl::x509::X509;
use uuid::{NoContext, Timestamp, Uuid};

use crate::config::{Firma, Mistake, Settings, named};
use crate::contract::canal;
use crate::contract::unread::Unread;
use crate::domain::advertencia::Advertencia;
use crate::domain::red::Emitidas;
use crate::signature::{Native, Policy, XmlSec};
use crate::soap::wsdl::{Contract, WsdlError};
use crate::store::{
    Claim, DatabaseUrl, Durability, Loose, Store, StoreError, UrlError, admitted, certificados_servicio,
    demonstration, journal,
};
use crate::trust::{Partly, RsaMinimo, Unusable, outlives_2048};
use crate::usecase::trusted::{ListError, Trusted};
use crate::usecase::{Seal, Surroundings, UseCaseError, lapse};
use crate::xml::schema::Schemas;

use super::expiry::{self, Trouble};
use super::identity::{self, Identity, KeyError};
use super::issuers::Told;
use super::official_time::{Clocks, OfficialTime};
use super::once::Once;
use super::reply::{Call, Contrato, Reply};
use super::wscn::{self, Wscn};

/// What requests share.
pub struct Service {
    pub(super) store: Store,
    _claim: Claim,
    pub(super) trusted: Trusted,
    /// Verifies every message.
    pub(super) engine: Native,
    /// Verifies again what decides.
    pub(super) second_engine: XmlSec,
    pub(super) policy: Policy,
    /// The legal warning in force here.
    pub(super) advertencia: Advertencia,
    identity: ArcSwap<Identity>,
    pub(super) contract: Contract,
    pub(super) schemas: Schemas,
    /// Of listings of contract canal.
    pub(super) rows: canal::Rows,
    handlers: [&'static str; 6],
    emitidas: Emitidas,
    pub(super) time: OfficialTime,
    pub(crate) wscn: Wscn,
    pub(super) sha1_seen: Once,
    pub(super) unusable_told: Told<Unusable>,
    pub(super) partly_told: Told<Partly>,
    pub(super) outliving_told: Told<(i32, String)>,
    expiry_told: expiry::Told,
    rsa_minimo: RsaMinimo,
}

/// Why the service cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A key or certificate of the settings cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// It is no address of a store.
    #[error("{option}: {0}", option = named("database_url"))]
    Url(#[from] UrlError),
    /// The store cannot be opened or brought up to date.
    #[error("{option}: {0}", option = named("database_url"))]
    Store(#[from] StoreError),
    /// The allowed list cannot be used.
    #[error(transparent)]
    Trust(#[from] ListError),
    /// The contract and the program do not fit.
    #[error("the WSDL cannot be served: {0}")]
    Contract(#[from] WsdlError),
    /// An option's value cannot be used.
    #[error("{}: {reason}", named(.option))]
    Value {
        /// Which.
        option: &'static str,
        /// Why.
        reason: &'static str,
    },
    /// The contract's schema does not compile.
    #[error("the schema cannot be used: {0}")]
    Schema(String),
}

/// One thing that must hold for the service to be ready.
pub(crate) struct Check {
    /// What it is.
    pub(crate) name: &'static str,
    /// Why it does not hold, in words for the operator.
    pub(crate) trouble: Option<String>,
}

/// What of these settings cannot be used, as far as can be told before the store is opened.
#[must_use]
pub fn mistakes(settings: &Settings, at: DateTime<Utc>) -> Vec<Mistake> {
    let url = settings.database_url.parse::<DatabaseUrl>().err();
    let url = url.map(|error| Mistake::new("database_url", error));
    let keys = Identity::mistakes(&settings.firma, at);
    url.into_iter()
        .chain(keys.into_iter().map(Mistake::from))
        .collect()
}

impl Service {
    /// Opens the store, applies its pending migrations, and loads keys, list and contract.
    pub fn start(settings: &Settings, clocks: Clocks) -> Result<Self, StartError> {
        let url: DatabaseUrl = settings.database_url.parse()?;
        let claim = Claim::take(&url)?;
        let store = Store::open(&url, settings.database_conexiones)?;
        store.migrate()?;
        for Loose { path, mode } in url.loose_files() {
            tracing::warn!(
                path = %path.display(),
                mode = format_args!("{mode:04o}"),
                "others than its owner may read or write a file of the database; chmod 600 makes it its owner's alone"
            );
        }
        let now = (clocks.system)();
        let identity = Identity::load(&settings.firma, now)?;
        // Also of the acuses that were given out before each named its own.
        store.write::<_, StoreError, _>(Durability::Full, |conn| {
            certificados_servicio::keep(conn, identity.certificate(), now)
        })?;
        let entorno = wscn::entorno(settings);
        let advertencia = Advertencia::vigente(entorno.code(), settings.instalacion.as_deref());
        let contract = Contract::parse(canal::wsdl(&advertencia).as_bytes())?;
        let handlers = canal::decode::handlers();
        contract.check_handlers(&handlers)?;
        let schemas =
            Schemas::compile(canal::SCHEMA, &[]).map_err(|error| StartError::Schema(error.to_string()))?;
        let policy = |strict: Policy| {
            if settings.firma.sha1 {
                strict.dangerously_accept_sha1()
            } else {
                strict
            }
        };
        let rsa_minimo = identity::rsa_minimo(&settings.firma)?;
        Ok(Self {
            trusted: Trusted::load(&store, rsa_minimo.clone())?,
            rsa_minimo,
            time: OfficialTime::begin(clocks, &settings.reloj, &store)?,
            store,
            _claim: claim,
            engine: Native,
            second_engine: XmlSec,
            policy: policy(Policy::canal()),
            advertencia,
            wscn: Wscn::new(settings, policy(Policy::wscn()))?,
            sha1_seen: Once::default(),
            unusable_told: Told::default(),
            partly_told: Told::default(),
            outliving_told: Told::default(),
            expiry_told: expiry::Told::default(),
            identity: ArcSwap::from_pointee(identity),
            contract,
            handlers,
            schemas,
            rows: canal::Rows::default(),
            emitidas: if settings.red.conservar_emitidas {
                Emitidas::Conservar
            } else {
                Emitidas::Perder
            },
        })
    }

    /// What a demonstration has left where nothing may be invented: the database, or an issuer whose key lies on a disk.
    pub fn demonstration(&self) -> Result<Option<&'static str>, StoreError> {
        let (prepared, admitted) = self
            .store
            .read::<_, StoreError, _>(|conn| Ok((demonstration::prepared(conn)?, admitted::list(conn)?)))?;
        let invented = admitted
            .iter()
            .any(|row| is_of_demonstration(&row.admitted.certificado));
        Ok(match (prepared, invented) {
            (Some(_), _) => Some("a demonstration made this database"),
            (None, true) => Some("an issuer of a demonstration is admitted in this database"),
            (None, false) => None,
        })
    }

    /// Answers a message. Blocking: it belongs on a worker.
    pub(crate) fn answer(&self, call: &Call<'_>) -> Reply {
        match call.contrato {
            Contrato::Canal(version) => self.answer_canal(call, version),
            Contrato::Wscn => self.answer_wscn(call),
        }
    }

    /// The reply to a request for which there is no place.
    pub(crate) fn busy(&self, contrato: Contrato, peticion: Uuid) -> Reply {
        match contrato {
            Contrato::Canal(version) => Self::busy_canal(version, peticion),
            Contrato::Wscn => self.busy_wscn(peticion),
        }
    }

    /// The reply to a message that was not read to its end.
    pub(crate) fn unread(&self, contrato: Contrato, peticion: Uuid, unread: Unread) -> Reply {
        match contrato {
            Contrato::Canal(version) => Self::unread_canal(version, peticion, unread),
            Contrato::Wscn => self.unread_wscn(peticion, unread),
        }
    }

    /// The reply when the work did not come to an end.
    pub(crate) fn failed(&self, contrato: Contrato, peticion: Uuid) -> Reply {
        match contrato {
            Contrato::Canal(version) => Self::failed_canal(version, peticion),
            Contrato::Wscn => self.failed_wscn(peticion),
        }
    }

    /// Contract canal.
    pub(crate) fn contract(&self) -> &Contract {
        &self.contract
    }

    /// The name of an operation, as its handler bears it.
    pub(super) fn handler(&self, operation: &str) -> &'static str {
        self.handlers
            .iter()
            .find(|name| **name == operation)
            .copied()
            .unwrap_or_default()
    }

    /// What the service signs with, now. Whoever answers a request asks once.
    pub(crate) fn identity(&self) -> Arc<Identity> {
        self.identity.load_full()
    }

    /// Takes the key and the certificate that these settings name in place of those that there are, which stay if they
    /// cannot be used. Requests that have begun end with what they began with.
    pub(crate) fn renew_identity(&self, firma: &Firma) -> Result<Arc<Identity>, KeyError> {
        let identity = Arc::new(Identity::load(firma, self.now())?);
        self.identity.store(Arc::clone(&identity));
        Ok(identity)
    }

    /// Official time, now.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.time.now()
    }

    /// An identifier that nobody else has: the millisecond and 74 random bits (RFC 9562 §5.7). A counter that puts those of
    /// one millisecond in order, which nobody needs, would ask the kernel for randomness twice.
    #[expect(
        clippy::unused_self,
        reason = "identifiers come from the service, whatever they are made from"
    )]
    pub(crate) fn new_id(&self) -> Uuid {
        Uuid::new_v7(Timestamp::now(NoContext))
    }

    /// Runs an operation with what it takes from outside.
    pub(super) fn with_surroundings<T>(
        &self,
        identity: &Identity,
        run: impl FnOnce(&Surroundings<'_>) -> T,
    ) -> T {
        let clock = || self.now();
        let ids = || self.new_id();
        let believe = |at, last| self.time.believe(at, last);
        run(&Surroundings {
            clock: &clock,
            ids: &ids,
            advertencia: &self.advertencia,
            emitidas: self.emitidas,
            believe: &believe,
            seal: identity.seal(),
            certificado: identity.certificate(),
        })
    }

    /// Writes down lapsed terms and forgets old messages, unless the clock may not be believed; gives how many lapses there
    /// were.
    pub(crate) fn housekeeping(&self) -> Result<usize, UseCaseError> {
        let now = self.now();
        if self.time.believe(now, self.store.read(journal::last)?).is_err() {
            // Whoever looks at the clocks has told it.
            return Ok(0);
        }
        self.store.forget_marks(now)?;
        self.with_surroundings(&self.identity(), |around| {
            lapse::record_lapsed(&self.store, around)
        })
    }

    /// Looks at the clocks.
    pub(crate) fn look_at_clocks(&self) -> Result<(), StoreError> {
        self.time.look(&self.store)
    }

    /// Writes down what else would be lost with this process.
    pub(crate) fn save_marks(&self) -> Result<(), StoreError> {
        self.store.save_marks().map(drop)
    }

    /// Lets the operator know of a signing certificate that ends before long, or that is not in force.
    pub(crate) fn tell_of_expiry(&self) {
        let Seal { from, until } = self.identity().seal();
        match self.expiry_told.due(self.now(), (from, until)) {
            None => {}
            Some(Trouble::Ends) => tracing::error!(
                option = "firma.certificado", %from, %until,
                "the signing certificate ends before long: put a new one in its place, and send SIGHUP"
            ),
            Some(Trouble::NotYet | Trouble::Over) => tracing::error!(
                option = "firma.certificado", %from, %until,
                "the signing certificate is not in force: nothing is decided and no acuse given until another one is in its \
                 place, and SIGHUP sent"
            ),
        }
    }

    /// How long the signing certificate still lasts.
    pub(crate) fn key_expires_in(&self) -> TimeDelta {
        self.identity().seal().until - self.now()
    }

    /// What is no hindrance yet and should be mended.
    pub(crate) fn notices(&self) -> Vec<String> {
        let now = self.now();
        let mut notices = self.issuers_notices(now);
        let identity = self.identity();
        let until = identity.seal().until;
        if identity
            .rsa_bits()
            .is_some_and(|bits| outlives_2048(bits, now, until))
        {
            notices.push(
                "la clave de firma del servicio es RSA de menos de 3072 bits, que la guía española retira al acabar 2026"
                    .to_owned(),
            );
        }
        notices
    }

    /// What must hold for the service to be ready.
    pub(crate) fn checks(&self) -> Vec<Check> {
        let now = self.now();
        let identity = self.identity();
        let key = if identity.seal().in_force_at(now) {
            let is_short = identity
                .rsa_bits()
                .is_some_and(|bits| bits < self.rsa_minimo.at(now));
            is_short.then(|| "la clave de firma del servicio tiene menos bits de los que se piden".to_owned())
        } else {
            Some("el certificado de firma del servicio no está en vigor".to_owned())
        };
        // Strangers may ask too: what went wrong inside is for the log.
        let inside = |name, error: &dyn std::error::Error| {
            tracing::error!(check = name, %error, "the service is not ready");
            Some("no se puede usar; el registro del servicio dice por qué".to_owned())
        };
        let store = match self.store.ping() {
            Ok(()) => None,
            Err(error) => inside("almacen", &error),
        };
        let migrations = match self.store.pending_migrations() {
            Ok(0) => None,
            Ok(pending) => Some(format!("faltan {pending} migraciones")),
            Err(error) => inside("migraciones", &error),
        };
        let admitted = match self.issuers_trouble(now) {
            Ok(trouble) => trouble,
            Err(error) => inside("certificados_admitidos", &error),
        };
        let clock = self
            .time
            .doubt()
            .map(|_| "los relojes no concuerdan; el registro del servicio dice cuáles".to_owned());
        vec![
            Check {
                name: "reloj",
                trouble: clock,
            },
            Check {
                name: "almacen",
                trouble: store,
            },
            Check {
                name: "migraciones",
                trouble: migrations,
            },
            Check {
                name: "clave_de_firma",
                trouble: key,
            },
            Check {
                name: "certificados_admitidos",
                trouble: admitted,
            },
        ]
    }
}

/// Whether a demonstration made this certificate, in DER.
fn is_of_demonstration(der: &[u8]) -> bool {
    X509::from_der(der).is_ok_and(|certificate| {
        let mut organisations = certificate.subject_name().entries_by_nid(Nid::ORGANIZATIONNAME);
        organisations.any(|entry| entry.data().as_slice() == demonstration::ORGANISATION.as_bytes())
    })
}
