//! `Queue`: which messages a demonstration does something to, as it was told.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use actix_web::http::StatusCode;
use serde_json::{Value, json};

use crate::channel::Fault;
use crate::http::Faults;

use super::answer::{Refused, Wrong};

/// How many orders there may be at a time: each message looks through them.
const MOST: usize = 1000;

/// What is to be done to the next messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Order {
    /// What is done to each.
    pub(super) fault: Fault,
    /// Of which operation they are, if of one.
    pub(super) operacion: Option<String>,
    /// To how many of them still.
    pub(super) mensajes: u32,
}

/// The orders, of which for each message the first counts that means it.
#[derive(Default)]
pub struct Queue {
    orders: Mutex<Vec<Order>>,
    /// How many there are, for who asks without waiting.
    count: AtomicUsize,
}

/// Each fault by its name, in the order in which they are told.
pub(super) const NAMES: [&str; 7] = [
    "ocupado",
    "lento",
    "respuesta_perdida",
    "conexion_cortada",
    "base_de_datos",
    "certificado_revocado",
    "clave_del_servicio",
];

/// The fault of this name, with what it needs to be told.
pub(super) fn named(name: &str, milisegundos: u64, octeto: u64) -> Option<Fault> {
    Some(match name {
        "ocupado" => Fault::Busy,
        "lento" => Fault::Slow(Duration::from_millis(milisegundos)),
        "respuesta_perdida" => Fault::Lost,
        "conexion_cortada" => Fault::Cut(octeto),
        "base_de_datos" => Fault::Gone,
        "certificado_revocado" => Fault::Revoked,
        "clave_del_servicio" => Fault::OtherKey,
        _ => return None,
    })
}

impl Order {
    /// As it is told.
    pub(super) fn told(&self) -> Value {
        let mut told = json!({
            "fallo": name_of(self.fault),
            "operacion": self.operacion,
            "mensajes": self.mensajes,
        });
        match self.fault {
            Fault::Slow(by) => {
                told["milisegundos"] = u64::try_from(by.as_millis()).unwrap_or(u64::MAX).into();
            }
            Fault::Cut(octets) => told["octeto"] = octets.into(),
            _ => {}
        }
        told
    }
}

fn name_of(fault: Fault) -> &'static str {
    match fault {
        Fault::Busy => "ocupado",
        Fault::Slow(_) => "lento",
        Fault::Lost => "respuesta_perdida",
        Fault::Cut(_) => "conexion_cortada",
        Fault::Gone => "base_de_datos",
        Fault::Revoked => "certificado_revocado",
        Fault::OtherKey => "clave_del_servicio",
    }
}

impl Queue {
    /// Nothing panics while it holds the lock.
    fn lock(&self) -> MutexGuard<'_, Vec<Order>> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds one behind the others, unless there are as many as there may be.
    pub(super) fn add(&self, order: Order) -> Result<(), Refused> {
        let mut orders = self.lock();
        if orders.len() >= MOST {
            let wrong = Wrong::whole(format!(
                "hay ya {MOST} fallos por provocar: espere a que ocurran, o quítelos con DELETE /fallos"
            ));
            return Err(Refused::for_one(StatusCode::CONFLICT, wrong));
        }
        orders.push(order);
        self.count.store(orders.len(), Ordering::Relaxed);
        Ok(())
    }

    /// Those that there are.
    pub(super) fn all(&self) -> Vec<Order> {
        self.lock().clone()
    }

    /// Takes all back.
    pub(super) fn clear(&self) {
        self.lock().clear();
        self.count.store(0, Ordering::Relaxed);
    }
}

impl Faults for Queue {
    fn next(&self, operation: Option<&str>) -> Option<Fault> {
        if self.count.load(Ordering::Relaxed) == 0 {
            return None;
        }
        let mut orders = self.lock();
        let means = |order: &Order| {
            order
                .operacion
                .as_deref()
                .is_none_or(|wanted| operation == Some(wanted))
        };
        let at = orders.iter().position(means)?;
        let order = orders.get_mut(at)?;
        let fault = order.fault;
        order.mensajes -= 1;
        if order.mensajes == 0 {
            orders.remove(at);
        }
        self.count.store(orders.len(), Ordering::Relaxed);
        Some(fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_is_of_one_fault() {
        for name in NAMES {
            assert_eq!(named(name, 1, 1).map(name_of), Some(name));
        }
        assert_eq!(named("otro", 0, 0), None);
    }

    #[test]
    fn an_order_is_for_so_many_messages_of_its_operation_and_others_come_after_it() {
        let queue = Queue::default();
        let order = |fault, operacion: Option<&str>, mensajes| Order {
            fault,
            operacion: operacion.map(str::to_owned),
            mensajes,
        };
        assert_eq!(queue.next(Some("a")), None);
        queue.add(order(Fault::Busy, Some("a"), 2)).unwrap();
        queue.add(order(Fault::Gone, None, 1)).unwrap();
        assert_eq!(queue.next(Some("a")), Some(Fault::Busy));
        assert_eq!(queue.next(Some("b")), Some(Fault::Gone));
        assert_eq!(queue.next(Some("b")), None);
        assert_eq!(queue.next(None), None);
        assert_eq!(queue.all(), [order(Fault::Busy, Some("a"), 1)]);
        assert_eq!(queue.next(Some("a")), Some(Fault::Busy));
        assert_eq!(queue.next(Some("a")), None);
        queue.add(order(Fault::Lost, None, 9)).unwrap();
        queue.clear();
        assert_eq!(queue.next(Some("a")), None);
    }

    #[test]
    fn there_are_so_many_orders_at_a_time_and_no_more() {
        let queue = Queue::default();
        let order = || Order {
            fault: Fault::Busy,
            operacion: None,
            mensajes: 1,
        };
        for _ in 0..MOST {
            queue.add(order()).unwrap();
        }
        assert!(queue.add(order()).is_err());
        assert_eq!(queue.all().len(), MOST);
        // One that has come about leaves its place.
        assert_eq!(queue.next(None), Some(Fault::Busy));
        queue.add(order()).unwrap();
    }
}
