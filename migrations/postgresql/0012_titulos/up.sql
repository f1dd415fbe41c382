-- What 0011 took as it stood, told as it was; and users found by who they are. Kept in step with migrations/sqlite.

-- A power that has ended by time had effect until its end. Since when one is over that was revoked or renounced is on no record.
insert into poderes_dichos (referencia, suceso, efecto, registrado, poderdante_nif, apoderado_nif, materias, tramites, estado,
        inscrito, fin, registro)
    select told.referencia, 'rectificacion', step.efecto, now(), told.poderdante_nif,
        told.apoderado_nif, told.materias, told.tramites, step.estado, told.inscrito, told.fin, told.registro
    from poderes_dichos told
    join (
        select secuencia, 1 as orden, 'inscrito' as estado, inscrito as efecto from poderes_dichos
        union all
        select secuencia, 2, 'caducado', fin from poderes_dichos
    ) step on step.secuencia = told.secuencia
    where told.estado = 'caducado' and told.efecto = told.inscrito and told.baja is null and told.fin > told.inscrito
        and told.fin <= told.registrado
        and not exists (select 1 from poderes_dichos other where other.referencia = told.referencia and other.secuencia <> told.secuencia)
    order by told.secuencia, step.orden;

-- Who tells of one user asks for no others.
create index usuarios_red_usuario on usuarios_red (usuario_nif, autorizacion, secuencia);
