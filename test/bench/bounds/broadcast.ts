// Raw broadcast on ws: every message that arrives at POST / goes to every socket. Prints its URL.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const message = Buffer.concat(chunks)
    for (const socket of sockets.clients) socket.send(message, { binary: false })
    response.end()
  })
})
const sockets = new WebSocketServer({ server })
server.listen(0, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
