drop table plazos;
drop table incidencias_anuladas;
drop table incidencias;
drop table calendarios;
