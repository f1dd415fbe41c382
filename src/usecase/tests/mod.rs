//! The operations by role, over a store with a few people in it.

mod acuse;
mod clock;
mod listing;
mod pages;
mod poderdantes;
mod view;
mod world;
