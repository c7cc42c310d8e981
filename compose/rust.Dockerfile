# The images `rust-microservice` and `rust-worker`, compiled together. The context is the repository's root.
FROM rust:1.95-slim-trixie AS build
WORKDIR /src
COPY Cargo.toml Cargo.lock ./
COPY workloads/count/vectors.json workloads/count/
COPY workloads/count/rust workloads/count/rust
COPY rust-service rust-service
COPY rust-microservice rust-microservice
COPY rust-worker rust-worker
COPY rust-native rust-native
# The kept target folder holds what other checkouts built, and cargo goes by file times: sources are always the newer ones.
# Cargo's own lock of the registry is not in the kept folder: without the engine's, two builds unpack into it at once.
RUN --mount=type=cache,sharing=locked,target=/usr/local/cargo/registry --mount=type=cache,target=/src/target \
    find workloads rust-* -name '*.rs' -exec touch {} + \
    && cargo build --release --locked -p rust-microservice -p rust-worker \
    && mkdir /out && cp target/release/rust-microservice target/release/rust-worker /out

FROM debian:trixie-slim AS runtime
ENV HOST=0.0.0.0
USER 1000:1000
ARG COMMIT=unknown
ARG VERSION=unknown
ENV COMMIT=$COMMIT
LABEL org.opencontainers.image.licenses=MIT \
      org.opencontainers.image.version=$VERSION org.opencontainers.image.revision=$COMMIT

FROM runtime AS rust-microservice
COPY --from=build /out/rust-microservice /usr/local/bin/
ENTRYPOINT ["rust-microservice"]
HEALTHCHECK --interval=5s --timeout=3s --retries=3 CMD ["rust-microservice", "--healthcheck"]
LABEL org.opencontainers.image.title="heavy-lifter rust-microservice"

FROM runtime AS rust-worker
COPY --from=build /out/rust-worker /usr/local/bin/
ENTRYPOINT ["rust-worker"]
HEALTHCHECK --interval=5s --timeout=3s --retries=3 CMD ["rust-worker", "--healthcheck"]
LABEL org.opencontainers.image.title="heavy-lifter rust-worker"
