# Cairn as a container: one process, not root, all data in the volume /data.
#
#   docker build -t cairn .
#   docker run -p 127.0.0.1:4577:4577 -v cairn-data:/data cairn
#   eval "$(docker exec CONTAINER cairn env)"
FROM node:24-bookworm-slim AS build
WORKDIR /source
COPY . .
RUN npm ci --include=dev --no-audit --no-fund \
  && mkdir /package \
  && npm pack --silent --pack-destination /package

FROM node:24-bookworm-slim
COPY --from=build /package/cairntrail-*.tgz /tmp/
RUN npm install --global --omit=dev --no-audit --no-fund /tmp/cairntrail-*.tgz \
  && npm cache clean --force \
  && rm /tmp/cairntrail-*.tgz \
  && mkdir /data \
  && chown node:node /data
USER node
VOLUME /data
EXPOSE 4577
# The container's network is its own; what reaches it is decided where its port is published.
ENV CAIRN_DATA_DIR=/data CAIRN_HOST=0.0.0.0 CAIRN_ALLOW_INSECURE_LISTEN=true
# A fifth less memory and processor time under load: docs/decisions/2026-11-23-start-flags.md
ENV NODE_OPTIONS="--max-semi-space-size=4 --max-old-space-size=1024 --v8-pool-size=1" MALLOC_ARENA_MAX=2
HEALTHCHECK --interval=10s --start-period=5s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:4577/_cairn/health/live').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# SIGTERM, docker stop's, lets calls in flight finish.
ENTRYPOINT ["cairn"]
CMD ["serve"]
