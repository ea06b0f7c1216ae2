//! Stories as a whole: what is asked, what joins, what stays out.
