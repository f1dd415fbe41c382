-- By which message each acuse was asked for, by the SHA-256 of its signature value: the same message again is given the
-- same acuse. Null in those given before. Kept in step with migrations/sqlite.

alter table acuses_solicitados add column mensaje_huella bytea check (length(mensaje_huella) = 32);
