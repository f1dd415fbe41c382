//! The answer of a time-stamping authority, of any kind: it is refused, or it is what one of the authorities of the seeds signed,
//! and nothing panics. The same octets are read as a question too.
#![no_main]

use std::sync::LazyLock;

use chrono::{DateTime, TimeDelta, Utc};
use libfuzzer_sys::fuzz_target;
use notess::trust::TsaTrust;
use notess::tsp::{Asking, Query, TspError, check};

/// When it is answered: the seeds are valid then, and for some decades.
const AT: DateTime<Utc> = DateTime::from_timestamp(1_830_000_000, 0).unwrap();

struct World {
    trust: TsaTrust,
    queries: [Query; 2],
}

static WORLD: LazyLock<World> = LazyLock::new(|| World {
    trust: TsaTrust::load(include_bytes!("../../fixtures/tsp/raiz.der"), &[]).unwrap(),
    queries: [
        Query::read(include_bytes!("../../fixtures/tsp/peticion.tsq")).unwrap(),
        Query::read(include_bytes!("../../fixtures/tsp/sin-certificado.tsq")).unwrap(),
    ],
});

/// The answers that were given to the first question.
const GIVEN: [&[u8]; 2] = [
    include_bytes!("../../fixtures/tsp/rsa.tsr"),
    include_bytes!("../../fixtures/tsp/ec.tsr"),
];

fuzz_target!(|octets: &[u8]| {
    let world = &*WORLD;
    if let Ok(query) = Query::read(octets) {
        let _ = query.to_der();
    }
    for query in &world.queries {
        let asking = Asking {
            query,
            trust: &world.trust,
            asked: AT,
            answered: AT + TimeDelta::seconds(1),
            most: TimeDelta::days(3653),
        };
        match check(octets, &asking) {
            Ok(stamp) => {
                // Nobody forges; what may differ is what nobody signs.
                let signed = |given: &&[u8]| given.windows(stamp.certificado.len()).any(|part| part == stamp.certificado);
                assert!(GIVEN.iter().any(signed), "a stamp that no authority gave");
            }
            Err(TspError::Time { .. }) => panic!("a time that no authority told"),
            Err(_) => {}
        }
    }
});
