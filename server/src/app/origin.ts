import type { Config } from '../config.ts'

/** Every spelling of this hub's own origin, then those the settings name. */
export function originsOf(config: Config, url: string, port: number): readonly string[] {
  const local = config.publicUrl === null ? [`http://127.0.0.1:${port}`, `http://[::1]:${port}`] : []
  return [url, ...local, ...config.corsOrigins]
}
