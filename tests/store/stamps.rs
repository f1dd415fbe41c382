//! Time stamps: kept as they came, one behind the other.

use chrono::TimeDelta;
use notess::store::StoreError;
use notess::store::sellos::{self, Punto, Sello};

use crate::site::{Site, day, write};

on_both!(
    a_time_stamp_is_kept_as_it_came_and_the_newest_is_found,
    time_stamps_are_only_added_to,
);

fn sello(tamano: i64, days: i64) -> Sello {
    Sello {
        punto: Punto {
            tamano,
            documento: format!("notess auditoria\n{tamano}\n00\n").into_bytes(),
        },
        token: vec![0x30, 0, 0xff],
        instante: day(days),
        recibido: day(days) + TimeDelta::microseconds(1),
        tsa: "https://tsa.example.es".to_owned(),
    }
}

fn a_time_stamp_is_kept_as_it_came_and_the_newest_is_found(site: &Site) {
    let store = site.store();
    let newest = || store.read::<_, StoreError, _>(sellos::newest).unwrap();
    let over = |tamano| {
        store
            .read::<_, StoreError, _>(|conn| sellos::over(conn, tamano))
            .unwrap()
    };
    assert_eq!((newest(), over(7)), (None, None));
    for one in [sello(7, 1), sello(9, 2), sello(7, 3)] {
        write(&store, |conn| sellos::keep(conn, &one));
        assert_eq!(newest(), Some(one));
    }
    assert_eq!(
        (over(7), over(9), over(8)),
        (Some(sello(7, 3)), Some(sello(9, 2)), None)
    );
}

fn time_stamps_are_only_added_to(site: &Site) {
    let store = site.store();
    write(&store, |conn| sellos::keep(conn, &sello(7, 1)));
    for sql in ["update sellos set tamano = 8", "delete from sellos"] {
        let refused = site.try_sql(sql).unwrap_err();
        assert!(refused.contains("append-only"), "{sql}: {refused}");
    }
}
