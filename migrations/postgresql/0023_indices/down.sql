drop index auditoria_dichas;
