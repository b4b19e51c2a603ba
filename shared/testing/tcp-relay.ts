import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface TcpRelay {
  readonly port: number
  /** Breaks every connection and refuses new ones, like a server that died. */
  readonly cut: () => Promise<void>
  /** Accepts connections again, on the same port. */
  readonly restore: () => Promise<void>
}

export interface TcpRelayOptions {
  /** host:port of the server behind it. */
  readonly target: string
  /** Called with each chunk that clients send. */
  readonly onRequest?: (chunk: Buffer) => void
  /** May change each chunk of the server's answers, or delay it: chunks stay in order. */
  readonly toAnswer?: (chunk: Buffer) => Buffer | Promise<Buffer>
}

/** A port that forwards to a server and can be cut, so that a test can lose a server that other tests use. */
export async function startTcpRelay({ target, onRequest, toAnswer }: TcpRelayOptions): Promise<TcpRelay> {
  const { hostname, port: targetPort } = new URL(`tcp://${target}`)
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(Number(targetPort), hostname)
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket)
      socket.on('error', () => other.destroy())
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
    }
    client.on('data', (chunk) => {
      onRequest?.(chunk)
      upstream.write(chunk)
    })
    upstream.on('data', (chunk) => {
      const answer = toAnswer?.(chunk) ?? chunk
      if (Buffer.isBuffer(answer)) return client.write(answer)
      upstream.pause()
      void answer.then((held) => {
        client.write(held)
        upstream.resume()
      })
    })
  })
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  }
  await listen(0)
  const { port } = server.address() as AddressInfo
  return {
    port,
    cut: async () => {
      const closed = server.listening ? once(server, 'close') : undefined
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
    restore: () => listen(port),
  }
}
