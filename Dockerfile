FROM node:20.20.2-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:20.20.2-bookworm-slim
LABEL org.opencontainers.image.title="Plumbline" \
  org.opencontainers.image.description="Finds out why a virtual desktop is slow" \
  org.opencontainers.image.licenses="Apache-2.0"
RUN groupadd --gid 10001 plumbline \
  && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin plumbline \
  && install --directory --owner=10001 --group=10001 --mode=0700 /data
WORKDIR /opt/plumbline
COPY --from=build /src/node_modules ./node_modules
COPY --from=build /src/dist ./dist
COPY --from=build /src/package.json /src/LICENSE ./
ENV NODE_ENV=production \
  PLUMBLINE_DATA=/data \
  PLUMBLINE_HOST=0.0.0.0 \
  PLUMBLINE_SYSLOG=0.0.0.0:5514
USER 10001:10001
VOLUME /data
EXPOSE 7600/tcp 5514/tcp 5514/udp
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:7600/health').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/opt/plumbline/dist/search/cli/plumbline.js"]
CMD ["serve"]
