-- How many bits the RSA keys that an issuer certifies must have, and from which days on ("2048 2027-01-01=3072"); null is
-- what firma.rsa_minimo says.
alter table certificados_admitidos add column rsa_minimo text;
