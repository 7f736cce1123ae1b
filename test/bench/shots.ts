import { connect, type Socket } from 'node:net'

export interface Volley {
  readonly url: string
  /** Whole requests, head and body, each sent once. */
  readonly requests: readonly Buffer[]
  readonly connections: number
}

/**
 * Requests a second over sockets that each have one request in flight. Bare sockets: the one who asks should take as little
 * of the machine as can be, since who answers shares it. Every answer must be a 2xx.
 */
export async function fire({ url, requests, connections }: Volley): Promise<number> {
  const { hostname, port } = new URL(url)
  let next = 0
  let answered = 0
  const began = performance.now()
  await Promise.all(Array.from({ length: connections }, () => gunner()))
  return answered / ((performance.now() - began) / 1000)

  function gunner(): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname === 'localhost' ? '127.0.0.1' : hostname)
      socket.setNoDelay(true)
      let head = ''
      socket.once('connect', () => shoot(socket, resolve))
      socket.once('error', reject)
      socket.on('data', (chunk: Buffer) => {
        head += chunk.toString('latin1')
        const size = sizeOf(head)
        if (size === null || head.length < size) return
        if (!/^HTTP\/1\.1 2\d\d /.test(head)) return void socket.destroy(new Error(head.slice(0, 300)))
        head = ''
        answered++
        shoot(socket, resolve)
      })
    })
  }

  function shoot(socket: Socket, done: () => void): void {
    const request = requests[next++]
    if (request === undefined) {
      socket.destroy()
      return done()
    }
    socket.write(request)
  }
}

/** Length of an answer, head and body; null while its head is incomplete. */
function sizeOf(answer: string): number | null {
  const end = answer.indexOf('\r\n\r\n')
  if (end < 0) return null
  return end + 4 + Number(/\r\ncontent-length: (\d+)/i.exec(answer.slice(0, end))?.[1] ?? 0)
}
