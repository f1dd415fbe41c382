alter table acuses_solicitados drop column mensaje_huella;
