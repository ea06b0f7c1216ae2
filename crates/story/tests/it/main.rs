//! Stories as a whole: what is asked, what joins, what stays out.

mod cloud;
mod company;
mod gaps;
mod jobs;
mod lateral;
mod linux;
mod recipe;
mod scene;
mod select;
mod windows;
