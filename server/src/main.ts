import { createApp, StartError, type App } from './app.ts'
import { ConfigError, readConfig, type Config } from './config.ts'
import { readEnvironment } from './environment.ts'
import { createLog } from './log.ts'
import { catalog } from './providers/index.ts'

// Reads the process: settings in, signals in, exit code out. Everything else is built by app.ts.

/** One Ctrl-C reaches the hub twice (terminal and start script); only a later one is a second wish. */
const sameSignalMs = 1500
/** Longest a graceful stop may take. */
const stopWithinMs = 10_000

function configOrExit(): Config {
  try {
    return readConfig(readEnvironment(process.env), catalog.list())
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    console.error(`\n${error.message}\n\nEvery setting is described in .env.example.\n`)
    process.exit(1)
  }
}

const config = configOrExit()
const log = createLog({ level: config.logLevel })
let app: App | null = null
let stoppingSince: number | null = null

function stop(why: string): void {
  if (stoppingSince !== null) {
    if (performance.now() - stoppingSince > sameSignalMs) process.exit(1)
    return
  }
  stoppingSince = performance.now()
  log.info({ why }, 'stopping')
  setTimeout(() => {
    log.error('the stop took too long and was cut short')
    process.exit(1)
  }, stopWithinMs).unref()
  // A stop during the start waits for nothing: nobody has been promised anything yet.
  if (app === null) process.exit(0)
  app.stop().then(
    () => process.exit(0),
    (error: unknown) => {
      log.error({ error }, 'the stop failed')
      process.exit(1)
    },
  )
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop(signal))
// The channel to the start script closes when that is killed; nobody would stop the hub then.
if (process.connected) process.on('disconnect', () => stop('the start script ended'))
process.on('uncaughtException', (error) => {
  log.fatal({ error }, 'an error nobody caught')
  process.exit(1)
})

try {
  for (const warning of config.warnings) log.warn(warning)
  const built = await createApp(config, { log, say: (text) => console.log(text) })
  app = built
  await built.start()
} catch (error) {
  if (error instanceof StartError) console.error(`\n${error.message}\n`)
  else log.fatal({ error }, 'the hub could not start')
  process.exit(1)
}
