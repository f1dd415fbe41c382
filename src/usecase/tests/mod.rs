//! The operations over a store with a few people in it.

mod acuse;
mod clock;
mod cost;
mod decide;
mod explain;
mod listing;
mod model;
mod pages;
mod poderdantes;
mod recount;
mod serve;
mod view;
mod world;
