import type { HttpServer } from './http-server.ts'

/** Opens a port. @returns the port @throws error that names the port that is taken and what to do */
export async function listenOn(
  server: Pick<HttpServer, 'listen'>,
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
