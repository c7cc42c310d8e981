//! What both Rust services share, so that neither copies the other. The addon `rust-native` has only [`compute`]:
//! the rest is the feature `server`.
//!
//! Layout: [`compute`] runs tasks on threads of its own and answers futures; [`settings`] reads the environment;
//! [`logging`] and [`metrics`] say what happens, [`admin`] on a port of its own; [`http`] is a bounded HTTP server,
//! [`signals`] its usual end.

#[cfg(feature = "server")]
pub mod admin;
mod clock;
pub mod compute;
#[cfg(feature = "server")]
pub mod healthcheck;
#[cfg(feature = "server")]
pub mod http;
#[cfg(feature = "server")]
pub mod logging;
#[cfg(feature = "server")]
pub mod metrics;
#[cfg(feature = "server")]
pub mod settings;
#[cfg(feature = "server")]
pub mod signals;
