mod acuses;
mod addresses;
mod cycle;
mod identities;
mod listing;
mod messages;
mod refusals;
mod signers;
