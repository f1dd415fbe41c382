-- Rows by whose word a notification stands that was not decided here: whoever asks for its document has them found by their request,
-- and there are few. Kept in step with migrations/sqlite.
create index auditoria_dichas on auditoria (peticion) where operacion in ('publicarHistorico', 'practicarFuera');
