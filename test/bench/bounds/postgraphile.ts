// PostGraphile 5 on the same rows: `node postgraphile.ts <database url>` prints its URL and serves until it is ended.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { grafserv } from 'postgraphile/grafserv/node'
import { postgraphile } from 'postgraphile'
import { makePgService } from 'postgraphile/adaptors/pg'
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber'

const connectionString = process.argv[2] ?? ''
const instance = postgraphile({
  extends: [PostGraphileAmberPreset],
  pgServices: [makePgService({ connectionString, schemas: ['public'], poolConfig: { max: 10 } })],
  grafserv: { graphiql: false, watch: false },
  grafast: { explain: false },
})
const service = instance.createServ(grafserv)
const server = createServer()
await service.addTo(server)
server.listen(0, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`)
})
