//! What both contracts say of the service itself.

/// Its clock does not agree with those that it is held against.
pub(in crate::contract) const CLOCK_IN_DOUBT: &str = "El reloj del servicio no concuerda con los que lo comprueban, de modo que ahora no se decide nada. Repita la petición más \
     tarde; las consultas se atienden.";

/// The certificate with which it signs is not in force: what it would sign would not hold.
pub(in crate::contract) const SEAL_NOT_IN_FORCE: &str = "El certificado con el que firma el servicio no está en vigor, de modo que ahora no se decide nada ni se dan acuses. Repita \
     la petición más tarde; las consultas se atienden.";

/// What was asked may have been done or not.
pub(in crate::contract) const UNCERTAIN: &str = "No se sabe si la operación llegó a quedar registrada: la base de datos dejó de responder mientras se registraba. Repita la \
     petición, firmada de nuevo, dentro de unos segundos: lo que quedó registrado devuelve el mismo acuse.";
