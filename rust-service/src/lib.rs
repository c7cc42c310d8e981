//! What both Rust services share, so that neither copies the other. The addon `rust-native` has the same [`compute`].
//!
//! Layout: [`compute`] runs tasks on threads of its own and answers futures; [`settings`] reads the environment;
//! [`logging`] and [`metrics`] say what happens, [`admin`] on a port of its own; [`http`] is a bounded HTTP server,
//! [`signals`] its usual end.

pub mod admin;
pub mod compute;
pub mod healthcheck;
pub mod http;
pub mod logging;
pub mod metrics;
pub mod settings;
pub mod signals;
