alter table certificados_admitidos drop column rsa_minimo;
