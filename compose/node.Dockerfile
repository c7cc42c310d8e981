# The images `gateway`, `gateway-native`, `loadgen` and `live`. The context is the repository's root.
FROM node:26-trixie-slim AS manifests
WORKDIR /app
COPY package.json package-lock.json ./
COPY workloads/package.json workloads/
COPY gateway/package.json gateway/
COPY loadgen/package.json loadgen/
COPY live/package.json live/
COPY compose/package.json compose/
COPY grafana/package.json grafana/

FROM manifests AS build
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.base.json tsconfig.json ./
COPY workloads/tsconfig.json workloads/types.ts workloads/
COPY workloads/count/*.ts workloads/count/*.json workloads/count/
COPY gateway gateway
COPY loadgen loadgen
COPY live live
COPY compose compose
RUN npx --no-install tsc -b

# Without optional packages: the compiler is one, as somebody's optional peer.
FROM manifests AS gateway-modules
RUN --mount=type=cache,target=/root/.npm \
    npm ci --workspace gateway --omit=dev --omit=optional --omit=peer --ignore-scripts --no-audit --no-fund

FROM manifests AS loadgen-modules
RUN --mount=type=cache,target=/root/.npm npm ci --workspace loadgen --workspace compose \
    --omit=dev --omit=optional --omit=peer --ignore-scripts --no-audit --no-fund

FROM manifests AS live-modules
RUN --mount=type=cache,target=/root/.npm npm ci --workspace live \
    --omit=dev --omit=optional --omit=peer --ignore-scripts --no-audit --no-fund

FROM build AS page
RUN node live/scripts/bundle.ts

FROM node:26-trixie-slim AS runtime
# A health check is a new process every time: compiled code that is kept halves what it costs.
ENV NODE_ENV=production HOST=0.0.0.0 NODE_COMPILE_CACHE=/tmp/node-compile-cache
WORKDIR /app
USER node

FROM runtime AS gateway
COPY --from=gateway-modules /app/node_modules node_modules
COPY workloads/package.json workloads/
COPY gateway/package.json gateway/
COPY --from=build /app/workloads/dist workloads/dist
COPY --from=build /app/gateway/dist gateway/dist
# V8 derives the space for young objects from the memory it finds: without this a container's limit would cost a fifth
# of what the same gateway accepts outside.
ENTRYPOINT ["node", "--max-semi-space-size=32", "gateway/dist/main.js"]
HEALTHCHECK --interval=15s --timeout=5s --retries=2 CMD ["node", "gateway/dist/main.js", "--healthcheck"]
ARG COMMIT=unknown
ARG VERSION=unknown
ENV COMMIT=$COMMIT
LABEL org.opencontainers.image.title="heavy-lifter gateway" org.opencontainers.image.licenses=MIT \
      org.opencontainers.image.version=$VERSION org.opencontainers.image.revision=$COMMIT

# The addon of MODE=native, with what rust.Dockerfile compiled already. No other image waits for it.
FROM rust:1.95-slim-trixie AS native
WORKDIR /src
COPY Cargo.toml Cargo.lock ./
COPY workloads/count/vectors.json workloads/count/
COPY workloads/count/rust workloads/count/rust
COPY rust-service rust-service
COPY rust-microservice rust-microservice
COPY rust-worker rust-worker
COPY rust-native rust-native
# As there: sources are newer than what the kept target folder holds, and one build at a time has the registry.
RUN --mount=type=cache,sharing=locked,target=/usr/local/cargo/registry --mount=type=cache,target=/src/target \
    find workloads rust-* -name '*.rs' -exec touch {} + \
    && cargo build --release --locked -p rust-native \
    && mkdir /out && cp target/release/librust_native.so /out

FROM gateway AS gateway-native
COPY --from=native /out/librust_native.so target/release/
LABEL org.opencontainers.image.title="heavy-lifter gateway-native"

FROM runtime AS loadgen
COPY --from=loadgen-modules /app/node_modules node_modules
COPY workloads/package.json workloads/
COPY gateway/package.json gateway/
COPY loadgen/package.json loadgen/
COPY compose/package.json compose/services.env compose/
COPY --from=build /app/workloads/dist workloads/dist
COPY --from=build /app/gateway/dist gateway/dist
COPY --from=build /app/compose/dist compose/dist
COPY --from=build /app/loadgen/dist loadgen/dist
ENTRYPOINT ["node", "loadgen/dist/main.js"]
ARG COMMIT=unknown
ARG VERSION=unknown
ENV COMMIT=$COMMIT
LABEL org.opencontainers.image.title="heavy-lifter loadgen" org.opencontainers.image.licenses=MIT \
      org.opencontainers.image.version=$VERSION org.opencontainers.image.revision=$COMMIT

FROM runtime AS live
COPY --from=live-modules /app/node_modules node_modules
COPY workloads/package.json workloads/
COPY gateway/package.json gateway/
COPY loadgen/package.json loadgen/
COPY live/package.json live/
COPY --from=build /app/workloads/dist workloads/dist
COPY --from=build /app/gateway/dist gateway/dist
COPY --from=build /app/loadgen/dist loadgen/dist
COPY --from=page /app/live/dist live/dist
ENTRYPOINT ["node", "live/dist/main.js"]
HEALTHCHECK --interval=15s --timeout=5s --retries=2 CMD ["node", "live/dist/main.js", "--healthcheck"]
ARG COMMIT=unknown
ARG VERSION=unknown
ENV COMMIT=$COMMIT
LABEL org.opencontainers.image.title="heavy-lifter live" org.opencontainers.image.licenses=MIT \
      org.opencontainers.image.version=$VERSION org.opencontainers.image.revision=$COMMIT
