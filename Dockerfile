# Two stages: everything is built where the package registry is reachable; the result runs with no tools in it.
FROM node:24-bookworm-slim AS build
WORKDIR /app
RUN npm install --global pnpm@12.21.0
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
COPY prisma/package.json prisma/
COPY schema/package.json schema/
COPY server/package.json server/
COPY client/package.json client/
COPY test/package.json test/
RUN pnpm install --frozen-lockfile --filter '!@patchbay/test'
COPY . .
RUN node prisma/bin/generate.mjs \
 && pnpm exec graphql-codegen --config codegen.ts \
 && pnpm --filter @patchbay/client build \
 && pnpm prune --prod

FROM node:24-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4000 PATCHBAY_MODE=production PATCHBAY_DATA_DIR=/data
RUN mkdir /data && chown node:node /data
COPY --from=build --chown=node:node /app /app
USER node
VOLUME /data
EXPOSE 4000
HEALTHCHECK --interval=15s --timeout=3s --start-period=30s CMD ["node", "-e", "fetch('http://127.0.0.1:'+process.env.PORT+'/ready').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]
# Node is PID 1 here and handles SIGTERM itself: it drains, then exits.
CMD ["node", "server/src/main.ts"]
