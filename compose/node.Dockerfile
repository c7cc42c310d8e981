# The gateway and the load generator: two targets, built once.
#   docker build -f compose/node.Dockerfile --target gateway .

FROM node:26-trixie-slim AS source
WORKDIR /app
# Manifests first: a change of source keeps the layers that hold the dependencies.
COPY package.json package-lock.json ./
COPY gateway/package.json gateway/
COPY loadgen/package.json loadgen/
COPY compose/package.json compose/

FROM source AS gateway-modules
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --omit=dev --omit=peer --workspace @heavy-lifter/gateway

FROM source AS loadgen-modules
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --omit=dev --omit=peer --workspace @heavy-lifter/loadgen

FROM source AS built
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts
COPY tsconfig.base.json ./
COPY gateway gateway
COPY loadgen loadgen
RUN npx tsc -b gateway loadgen

FROM node:26-trixie-slim AS gateway
ARG COMMIT=unknown
ARG VERSION=unknown
LABEL org.opencontainers.image.title="heavy-lifter gateway" \
      org.opencontainers.image.revision=$COMMIT \
      org.opencontainers.image.version=$VERSION
ENV NODE_ENV=production COMMIT=$COMMIT
WORKDIR /app/gateway
COPY --from=gateway-modules /app/node_modules /app/node_modules
COPY --from=built /app/gateway/package.json ./
COPY --from=built /app/gateway/dist dist
USER node
HEALTHCHECK --interval=2s --timeout=3s --retries=5 CMD ["node", "dist/main.js", "--healthcheck"]
CMD ["node", "dist/main.js"]
