mod acuses;
mod addresses;
mod cycle;
mod listing;
mod messages;
mod refusals;
mod signers;
