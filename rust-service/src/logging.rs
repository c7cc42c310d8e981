//! JSON lines on stdout with the gateway's field names: `time`, `level`, `msg`, `service`, `requestId`, ...

use std::panic;

use json_subscriber::JsonLayer;
use tracing_subscriber::{
    Layer, filter::filter_fn, fmt::time::SystemTime, layer::SubscriberExt, util::SubscriberInitExt,
};

use crate::settings::LogLevel;

/// BullMQ's crate writes a line for every attempt at a Redis that is away; rust-worker itself tells of an outage.
const TOO_TALKATIVE: &str = "bullmq";

/// Installs the log for the whole process, panics included. The fields of all spans around an event become the
/// line's own, so a name must stand in one of them only: the request id belongs to the span.
pub fn init(service: &'static str, LogLevel(level): LogLevel) {
    let mut layer = JsonLayer::stdout();
    layer.with_timer("time", SystemTime);
    layer.add_dynamic_field("level", |event, _| Some(event.metadata().level().as_str().to_lowercase()));
    layer.add_static_field("service", service.into());
    layer.with_flattened_event_with_renames(|name, ()| if name == "message" { "msg" } else { name }, ());
    layer.with_top_level_flattened_span_list();
    let layer = layer.with_filter(filter_fn(|event| !event.target().starts_with(TOO_TALKATIVE)));
    tracing_subscriber::registry().with(level).with(layer).init();

    panic::set_hook(Box::new(|info| {
        let text = info.payload_as_str().unwrap_or("a panic without a text");
        let at = info.location().map(ToString::to_string);
        tracing::error!(panic = text, at, "panic");
    }));
}
