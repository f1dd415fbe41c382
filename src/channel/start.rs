//! How the service starts, and what keeps it from that.

use std::sync::atomic::{AtomicBool, AtomicI64};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use arc_swap::ArcSwap;
use chrono::{DateTime, Utc};
use openssl::x509::X509;
use uuid::Uuid;

use crate::chain::Chain;
use crate::config::{Firma, Limites, Mistake, Mistakes, Settings, named};
use crate::domain::advertencia::Advertencia;
use crate::domain::computo::Prorroga;
use crate::domain::red::Emitidas;
use crate::signature::{Native, XmlSec};
use crate::soap::wsdl::WsdlError;
use crate::store::{
    Claim, DatabaseUrl, Durability, Limits, Loose, Store, StoreError, UrlError, admitted,
    certificados_servicio, cipher, demonstration,
};
use crate::usecase::cea::VerifyError;
use crate::usecase::recount;
use crate::usecase::trusted::{ListError, Trusted};
use crate::xml::schema::SchemaError;

use super::cea;
use super::cipher_keys::{cipher_keys, loose_keys};
use super::demonstration::is_invented;
use super::expiry;
use super::identity::{self, Identity};
use super::issuers::Issuers;
use super::key_file::KeyError;
use super::log_key::log_key;
use super::official_time::{Clocks, OfficialTime};
use super::once::Once;
use super::publishing::Publishing;
use super::seal_key::SealKey;
use super::sealed_to::Sealing;
use super::service::Service;
use super::stamps::{self, Stamps};
use super::told_checks::ToldChecks;

/// Why the service cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A key or certificate of the settings cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// It is no address of a store.
    #[error("{}", named("database_url"))]
    Url(#[from] UrlError),
    /// The store cannot be opened or brought up to date.
    #[error("{}", named("database_url"))]
    Store(#[from] StoreError),
    /// What issued documents are verified by cannot be had.
    #[error("issued documents cannot be verified")]
    Verify(#[from] VerifyError),
    /// The allowed list cannot be used.
    #[error(transparent)]
    Trust(#[from] ListError),
    /// The contract and the program do not fit.
    #[error("the WSDL cannot be served")]
    Contract(#[from] WsdlError),
    /// The keys of what lies encrypted, or the chain of those who date, cannot be used.
    #[error(transparent)]
    Mistakes(#[from] Mistakes),
    /// An option's value cannot be used.
    #[error("{}: {reason}", named(.option))]
    Value {
        /// Its name in the settings, with the section before it.
        option: &'static str,
        /// What of it cannot be, in English, for the operator.
        reason: &'static str,
    },
    /// The contract's schema does not compile.
    #[error("the schema cannot be used")]
    Schema(#[from] SchemaError),
}

/// What of these settings cannot be used, as far as can be told before the store is opened.
#[must_use]
pub fn mistakes(settings: &Settings, at: DateTime<Utc>) -> Vec<Mistake> {
    let url = settings.database_url.parse::<DatabaseUrl>().err();
    let url = url.map(|error| Mistake::new("database_url", error));
    let keys = Identity::mistakes(&settings.firma, at);
    // Where there is none of its own, what is wrong with it was told with the other's.
    let seal = if keys.is_empty() || settings.sello.certificado.is_some() {
        SealKey::load(settings, at).err()
    } else {
        None
    };
    let ciphers = cipher_keys(settings).err().map(|Mistakes(mistakes)| mistakes);
    let log = settings.transparencia.as_ref().and_then(|log| log_key(log).err());
    url.into_iter()
        .chain(ciphers.into_iter().flatten())
        .chain(keys.into_iter().chain(seal).chain(log).map(Mistake::from))
        .chain(stamps::mistakes(settings))
        .collect()
}

impl Service {
    /// Opens the store, applies its pending migrations, and loads keys and list.
    pub(super) fn start(
        settings: &Settings,
        clocks: Clocks,
        advertencia: Advertencia,
    ) -> Result<Self, StartError> {
        let url: DatabaseUrl = settings.database_url.parse()?;
        let claim = Claim::take(&url)?;
        let limits = limits(&settings.database_limites);
        let store = Store::open_within(&url, settings.database_conexiones, limits)?;
        store.migrate()?;
        let now = (clocks.system)();
        use_keys(&store, settings, now)?;
        for Loose { path, mode } in url.loose_files().into_iter().chain(loose_keys(settings)) {
            tracing::warn!(
                path = %path.display(),
                mode = format_args!("{mode:04o}"),
                "others than its owner may read or write a file of the database or of a key; chmod 600 makes it its owner's alone"
            );
        }
        let prorroga = if settings.plazo.prorroga_inhabil {
            Prorroga::HastaHabil
        } else {
            Prorroga::No
        };
        if recount::settle(&store, prorroga, &*clocks.system, Uuid::now_v7())? {
            tracing::warn!(
                option = "plazo.prorroga_inhabil",
                value = settings.plazo.prorroga_inhabil,
                "terms are counted in another way than before: those of what is pending are counted anew"
            );
        }
        let identity = Identity::load(&settings.firma, now)?;
        // Also of the acuses that were given out before each named its own.
        store.write::<_, StoreError, _>(Durability::Full, |conn| {
            certificados_servicio::keep(conn, identity.certificate(), now)
        })?;
        let rsa_minimo = identity::rsa_minimo(&settings.firma)?;
        let seal = SealKey::load(settings, now)?;
        Ok(Self {
            verifier: cea::verifier(&store, &settings.cea, now)?,
            publishing: settings.transparencia.as_ref().map(Publishing::new).transpose()?,
            trusted: Trusted::load(&store, rsa_minimo.clone())?,
            rsa_minimo,
            time: OfficialTime::begin(clocks, &settings.reloj, &store)?,
            sequencer: store.sequencer()?,
            stamps: Stamps::new(settings).map_err(|mistake| Mistakes(vec![mistake]))?,
            store,
            _claim: claim,
            engine: Native,
            second_engine: XmlSec,
            advertencia,
            sha1_seen: Once::default(),
            issuers: Issuers::default(),
            expiry_told: expiry::Told::default(),
            calendar_told: expiry::Told::default(),
            late_told: AtomicI64::default(),
            readiness_told: ToldChecks::default(),
            log_holds_words: AtomicBool::default(),
            identity: ArcSwap::from_pointee(identity),
            seal: ArcSwap::from_pointee(seal),
            sealing: Sealing::default(),
            seal_told: expiry::Told::default(),
            other_identity: OnceLock::new(),
            emitidas: if settings.red.conservar_emitidas {
                Emitidas::Conservar
            } else {
                Emitidas::Perder
            },
        })
    }

    /// Has another identity ready. One that there is stays.
    pub(super) fn ready_other_identity(&self, firma: &Firma) -> Result<(), StartError> {
        let now = self.now();
        let identity = Identity::load(firma, now)?;
        self.store.write::<_, StoreError, _>(Durability::Full, |conn| {
            certificados_servicio::keep(conn, identity.certificate(), now)
        })?;
        self.other_identity.get_or_init(|| Arc::new(identity));
        Ok(())
    }

    /// What a demonstration has left in the database, where nothing may be invented: all of it, or an issuer whose key lies on a disk.
    pub(super) fn demonstration(&self) -> Result<Option<&'static str>, StoreError> {
        let (prepared, admitted) = self
            .store
            .read::<_, StoreError, _>(|conn| Ok((demonstration::prepared(conn)?, admitted::list(conn)?)))?;
        let invented = admitted
            .iter()
            .any(|row| X509::from_der(&row.admitted.certificado).is_ok_and(|issuer| is_invented(&issuer)));
        Ok(match (prepared, invented) {
            (Some(_), _) => Some("a demonstration made this database"),
            (None, true) => Some("an issuer of a demonstration is admitted in this database"),
            (None, false) => None,
        })
    }

    /// Whether a demonstration made the certificate with which acuses are sealed.
    pub(super) fn has_invented_seal(&self) -> bool {
        is_invented(self.seal().key().certificate())
    }
}

/// Has the store encrypt and decrypt with the keys of the settings; the operator is told of those that are missing or wrong.
fn use_keys(store: &Store, settings: &Settings, at: DateTime<Utc>) -> Result<(), StartError> {
    for id in store.use_keys(cipher_keys(settings)?, at)? {
        tracing::error!(
            option = %format_args!("cifrado.claves.{id}"),
            "it is another key than the one that the database knows by this name: nothing is encrypted nor decrypted with it, \
             and nothing of a special category published while it is the current one"
        );
    }
    for (clave, why) in store.read(cipher::lying::missing)? {
        let error = StoreError::NoKey { clave, why };
        tracing::error!(
            option = "cifrado.claves", error = %Chain(&error),
            "documents of a special category are given to nobody, nor decided on, until their key is named; all else is served"
        );
    }
    Ok(())
}

fn limits(limites: &Limites) -> Limits {
    let seconds = Duration::from_secs;
    Limits {
        connection: seconds(limites.conexion_segundos),
        turn: seconds(limites.turno_segundos),
        statement: Some(seconds(limites.sentencia_segundos)),
        idle_transaction: seconds(limites.transaccion_ociosa_segundos),
        network: seconds(limites.red_segundos),
    }
}
