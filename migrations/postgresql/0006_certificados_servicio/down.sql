alter table acuses_solicitados drop column certificado_huella;
drop table certificados_servicio;
