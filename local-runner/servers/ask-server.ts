import { connect } from 'node:net'

const ANSWER_LIMIT_MS = 2000

/** Sends one line to a server with a text protocol. Resolves to the first answer, or '' when there is none. */
export async function askServer(host: string, port: number, line: string): Promise<string> {
  return await new Promise((resolve) => {
    const socket = connect({ host, port, timeout: ANSWER_LIMIT_MS })
    const end = (answer: string) => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => socket.write(`${line}\r\n`))
    socket.once('data', (chunk) => end(chunk.toString()))
    for (const event of ['error', 'timeout', 'close']) socket.once(event, () => end(''))
  })
}
