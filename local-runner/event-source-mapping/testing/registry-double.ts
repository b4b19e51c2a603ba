import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface DoubleSchema {
  readonly schema: string
  readonly schemaType?: string
}

/** A double of a schema registry's read API only; every response says so in a header. */
export async function startRegistryDouble(schemas: ReadonlyMap<number, DoubleSchema>) {
  let isDown = false
  let asked = 0
  const server = createHttpServer((request, response) => {
    asked += 1
    const id = Number(/^\/schemas\/ids\/(\d+)$/.exec(request.url ?? '')?.[1])
    const found = schemas.get(id)
    response.setHeader('x-double-of', 'schema registry, read API')
    if (isDown) return response.writeHead(503).end()
    response.writeHead(found ? 200 : 404, { 'content-type': 'application/vnd.schemaregistry.v1+json' })
    response.end(JSON.stringify(found ?? { error_code: 40_403, message: 'Schema not found' }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return {
    uri: `http://127.0.0.1:${port}`,
    asked: () => asked,
    setDown: (down: boolean) => {
      isDown = down
    },
  }
}
