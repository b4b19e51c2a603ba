import type { Server } from 'node:net'

/** Resolves to the port, which differs from `port` when that is 0; rejects with EADDRINUSE when it is taken. */
export const openPort = (server: Server, port: number, host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : port)
    })
  })

/** Opens a port. @returns the port @throws error that names the port that is taken and what to do */
export async function listenOn(
  server: { readonly listen: (port: number, host: string) => Promise<number> },
  port: number,
  host: string,
  whose: string,
): Promise<number> {
  try {
    return await server.listen(port, host)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code !== 'EADDRINUSE') throw error
    throw new Error(
      `Port ${port} for ${whose} is taken. Stop what uses it, or shift all ports: PORT_OFFSET=100.`,
      { cause: error },
    )
  }
}
