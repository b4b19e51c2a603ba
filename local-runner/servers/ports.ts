import { createServer } from 'node:net'

const HOST = '127.0.0.1'
const LAST_PORT = 65_535
const TRIES = 200
/** Below every system's ephemeral range: no outgoing connection takes the port before its server binds it. */
const ANY_PORT_FIRST = 10_240
const ANY_PORT_LAST = 32_000

async function isFree(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host: HOST, exclusive: true }, () => server.close(() => resolve(true)))
  })
}

export interface Ports {
  /** A free port of 127.0.0.1, never the same one twice: `standard` plus the offset, or the next free one. */
  readonly take: (standard: number) => Promise<number>
}

/** Chooses ports for servers. `any` ignores the standard numbers: for tests, which must not collide with running servers. */
export function createPorts({
  offset = 0,
  any = false,
  random = Math.random,
}: { readonly offset?: number; readonly any?: boolean; readonly random?: () => number } = {}): Ports {
  const taken = new Set<number>()
  const anyPort = () => ANY_PORT_FIRST + Math.floor(random() * (ANY_PORT_LAST - ANY_PORT_FIRST))

  const take = async (standard: number): Promise<number> => {
    const first = any ? anyPort() : standard + offset
    for (let port = first; port <= Math.min(first + TRIES, LAST_PORT); port += 1) {
      if (taken.has(port)) continue
      // Before the check, so that two concurrent calls never get the same port.
      taken.add(port)
      if (await isFree(port)) return port
    }
    throw new Error(
      `No free port from ${first} on. Set PORT_OFFSET to move all ports, for example PORT_OFFSET=100.`,
    )
  }
  return { take }
}
