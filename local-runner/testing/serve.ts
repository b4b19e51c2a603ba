import { onTestFinished } from 'vitest'
import { createHttpServer, type Listener } from '../http/http-server.ts'

/** Serves a listener on a free port until the test ends. */
export async function serve(listener: Listener) {
  const errors: unknown[] = []
  const server = createHttpServer({ listener, onError: (error) => errors.push(error) })
  const port = await server.listen(0, '127.0.0.1')
  onTestFinished(server.stop)
  return { port, url: `http://127.0.0.1:${port}`, errors, stop: server.stop }
}
