import { connect } from 'node:net'
import { text } from 'node:stream/consumers'

/** Sends bytes to a server of this machine and resolves to all that it answers; each character of both is one byte. */
export async function askRaw(port: number, request: string): Promise<string> {
  const socket = connect(port, '127.0.0.1').setEncoding('latin1')
  socket.end(request, 'latin1')
  return await text(socket)
}
