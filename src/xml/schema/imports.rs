//! The schemas that another one may import, offered to libxml2 while it compiles and at no other time.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, Once, PoisonError};

type ByName = Arc<HashMap<String, Vec<u8>>>;

/// Schemas by name.
#[derive(Debug, Clone)]
pub(super) struct Imports(ByName);

thread_local! {
    /// What may be imported by the compilation under way on this thread.
    static OFFERED: RefCell<Option<ByName>> = const { RefCell::new(None) };
}

/// Takes the offer back when the compilation ends, however it ends.
struct Offer;

impl Drop for Offer {
    fn drop(&mut self) {
        OFFERED.set(None);
    }
}

impl Imports {
    pub(super) fn new(imports: &[(&str, &[u8])]) -> Self {
        Self(Arc::new(
            imports
                .iter()
                .map(|(name, octets)| ((*name).to_owned(), octets.to_vec()))
                .collect(),
        ))
    }

    /// Runs `compile`, during which libxml2 finds these schemas and nothing else.
    pub(super) fn offer<T>(&self, compile: impl FnOnce() -> T) -> T {
        // One at a time: libxml2 2.9 takes its catalogue's lock here, which is recursive and, with several threads
        // waiting, does not always wake one of them.
        static COMPILING: Mutex<()> = Mutex::new(());
        let _alone = COMPILING.lock().unwrap_or_else(PoisonError::into_inner);
        register();
        OFFERED.set(Some(Arc::clone(&self.0)));
        let _taken_back = Offer;
        compile()
    }
}

/// What an address that was not offered holds: an empty XML catalog, since libxml2 also asks for the system's.
/// It is no schema, so to import it fails.
const NOTHING: &[u8] = br#"<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog"/>"#;

/// While a compilation is under way every address is claimed, so that libxml2 goes neither to a file nor to the
/// network.
fn register() {
    static REGISTERED: Once = Once::new();
    REGISTERED.call_once(|| {
        libxml::io::register_input_callback(
            |_| OFFERED.with_borrow(Option::is_some),
            |address| {
                OFFERED.with_borrow(|offered| {
                    let offered = offered.as_ref()?;
                    let name = address.rsplit('/').next().unwrap_or(address);
                    Some(offered.get(name).map_or(NOTHING, Vec::as_slice).to_vec())
                })
            },
        );
    });
}
