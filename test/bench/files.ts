import { fileURLToPath } from 'node:url'

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

/** Our side, each a server of its own process. */
export const hub: string = here('hub.ts')
export const pipeline: string = here('pipeline.ts')
export const proxyHub: string = here('proxy-hub.ts')
/** What each figure is held against. */
export const bounds = {
  echo: here('bounds/echo.ts'),
  rawEcho: here('bounds/raw-echo.ts'),
  receiver: here('bounds/receiver.ts'),
  postgraphile: here('bounds/postgraphile.ts'),
  reverseProxy: here('bounds/reverse-proxy.ts'),
  vendor: here('bounds/vendor.ts'),
  kilobyteVendor: here('bounds/kilobyte-vendor.ts'),
  broadcast: here('bounds/broadcast.ts'),
  imports: here('bounds/imports.ts'),
} as const
