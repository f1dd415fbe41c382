//! Contract canal: the way of its requests.

mod way;
