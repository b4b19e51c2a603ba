import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface TcpRelay {
  readonly port: number
  /** Breaks every connection and refuses new ones, as a server that died. */
  readonly cut: () => Promise<void>
  /** Takes connections again, on the same port. */
  readonly mend: () => Promise<void>
}

export interface TcpRelayOptions {
  /** host:port of the server behind it. */
  readonly target: string
  /** Sees what clients send, a chunk at a time. */
  readonly onRequest?: (chunk: Buffer) => void
  /** May change what the server answers, a chunk at a time, or hold it back: nothing overtakes a promised chunk. */
  readonly toAnswer?: (chunk: Buffer) => Buffer | Promise<Buffer>
}

/** A port that leads to a server and can be cut, so that a test can lose a server that others use as well. */
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
    mend: () => listen(port),
  }
}
