-- What each decision writes and nobody reads. Kept in step with migrations/sqlite; marks stay in the order of their end here,
-- where each listing leaves one.

-- Rows are looked for by their request only where they decided something.
drop index auditoria_peticion;
create index auditoria_actos on auditoria (peticion) where evidencia is not null;

-- Nobody looks for an acuse by its identifier, a UUID that is made once.
alter table acuses drop constraint acuses_identificador_key;
