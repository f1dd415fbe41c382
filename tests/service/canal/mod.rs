mod bad_input;
mod certificates;
mod crash;
mod cycle;
mod concurrency;
mod engines;
mod evidence;
mod listing;
