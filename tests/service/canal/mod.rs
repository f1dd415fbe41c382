mod bad_input;
mod certificates;
mod crash;
mod cycle;
mod concurrency;
mod evidence;
mod listing;
